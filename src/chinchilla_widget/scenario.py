"""``Scenario``: what is asked, validated once, in base units."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Final

from chinchilla_widget import costs
from chinchilla_widget.accelerators import Accelerator, find_accelerator, price_age
from chinchilla_widget.laws import DEFAULT_LAW, FrontierLaw, find_law
from chinchilla_widget.messages import LANGUAGES, ChinchillaError
from chinchilla_widget.quantities import BudgetText, parse_budget, parse_quantity, to_dollars
from chinchilla_widget.quantities.opening import shortened
from chinchilla_widget.quantities.quantity import Kind
from chinchilla_widget.quantities.sentences import error

# The words of a question with their defaults; None means "the catalogue's" or "not asked".
WORDS: Final[Mapping[str, Any]] = {
    "budget": None,
    "accelerator": None,
    "dtype": None,
    "peak_flops": None,
    "price_kind": None,
    "price_per_hour": None,
    "fx": None,
    "mfu": None,
    "goodput": None,
    "chips": None,
    "final_share": 1.0,
    "law": DEFAULT_LAW,
    "token_price": 0.0,
    "unique_tokens": None,
    "repeats": True,
    "served_tokens": 0.0,
    "serving_mfu": None,
    "serving_price_per_hour": None,
    "params": None,
    "tokens": None,
    "target_loss": None,
    "pue": 1.1,
    "grid": 400.0,
    "lang": "en",
}
DEFAULT_ACCELERATOR: Final = "h100-sxm"
PRICE_KINDS: Final = ("on-demand", "spot")

# What kind of quantity each numeric word is, and the range in which it makes sense.
_KINDS: Final[Mapping[str, Kind]] = {
    "price_per_hour": "price",
    "peak_flops": "flops",
    "fx": "number",
    "mfu": "share",
    "goodput": "share",
    "final_share": "share",
    "token_price": "price",
    "unique_tokens": "tokens",
    "served_tokens": "tokens",
    "serving_mfu": "share",
    "serving_price_per_hour": "price",
    "params": "params",
    "tokens": "tokens",
    "target_loss": "loss",
    "pue": "number",
    "grid": "number",
}
# Beyond these a product or a power of them would leave floating point; no question does.
SMALLEST: Final = 1e-24
LARGEST: Final = 1e36
_COUNTED: Final = {"params", "tokens", "unique_tokens"}
_MAY_BE_ZERO: Final = {"token_price", "served_tokens", "grid"}
_NEEDS_SURFACE: Final = ("token_price", "unique_tokens", "served_tokens", "target_loss")

Note = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Budget:
    """A budget as read.

    ``amount`` is in dollars ("money"), FLOP ("flop") or chip-hours ("chip_time").
    """

    text: str
    kind: str
    amount: float


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A question with every default filled in; made by ``Scenario.of``.

    Units: dollars, FLOP, params, tokens, dollars a chip-hour, shares of 1, nats per token;
    ``token_price`` alone is dollars per *million* unique tokens, as people say it.
    ``words`` holds what was given, as it was given.
    """

    budget: Budget | None
    accelerator: Accelerator
    dtype: str
    peak_flops: float
    price_kind: str
    price_per_hour: float | None
    mfu: float
    goodput: float
    chips: int | None
    final_share: float
    law: Any
    token_price: float
    unique_tokens: float
    repeats: bool
    served_tokens: float
    serving_mfu: float
    serving_price_per_hour: float | None
    params: float | None
    tokens: float | None
    target_loss: float | None
    pue: float
    grid: float
    lang: str
    words: Mapping[str, Any] = field(repr=False, compare=False)
    notes: tuple[Note, ...] = field(repr=False, compare=False)

    @classmethod
    def of(cls, budget: str | None = None, **words: Any) -> Scenario:
        """Read and check every word.

        Raises:
            ChinchillaError: something cannot be read, disagrees, or has no answer.
            TypeError: a keyword that is not one of ``WORDS``.
        """
        return _read(refuse_unknown({"budget": budget, **words}))

    @cached_property
    def flops_per_hour(self) -> float:
        """Model FLOP one chip trains in an hour."""
        return float(costs.flops_per_chip_hour(self.peak_flops, self.mfu, self.goodput))

    @cached_property
    def dollars_per_flop(self) -> float | None:
        """Dollars for one FLOP of training; None where no price is known."""
        if self.price_per_hour is None:
            return None
        return self.price_per_hour / self.flops_per_hour

    @cached_property
    def total_flops(self) -> float | None:
        """The whole budget of this run in training FLOP; None where it is the answer."""
        if self.budget is None:
            return None
        amount = self.budget.amount * self.final_share
        if self.budget.kind == "flop":
            return amount
        if self.budget.kind == "chip_time":
            return amount * self.flops_per_hour
        assert self.dollars_per_flop is not None
        return amount / self.dollars_per_flop

    @cached_property
    def terms(self) -> costs.Terms:
        """The draws on the budget beside training, in training FLOP."""
        price = serving = 0.0
        if self.token_price:
            assert self.dollars_per_flop is not None
            price = self.token_price / 1e6 / self.dollars_per_flop
        if self.served_tokens:
            serving = float(costs.serving_per_param(self.served_tokens, self.serving_weight))
        return costs.Terms(
            data_price=price,
            serving=serving,
            unique_tokens=self.unique_tokens,
            stock=self.unique_tokens,
            repeats=self.repeats,
            repeat_scale=getattr(self.law, "repeat_scale", 1.0),
            priced=price > 0.0,
            limited=math.isfinite(self.unique_tokens),
        )

    @property
    def serving_weight(self) -> float:
        """Training FLOP that a FLOP of serving costs."""
        price = self.price_per_hour or 1.0
        serving_price = self.serving_price_per_hour or price
        return float(costs.serving_weight(self.mfu, self.serving_mfu, price, serving_price))


def refuse_unknown(words: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same words, or a TypeError that names the nearest real one."""
    for word in words:
        if word not in WORDS:
            near = difflib.get_close_matches(word, WORDS, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; the words are {', '.join(WORDS)}"
            raise TypeError(f"unknown keyword {word!r}{hint}")
    return words


def read_word(word: str, value: Any, lang: str = "en") -> Any:
    """One word by itself, as the plain value a trait or a file holds.

    Raises:
        ChinchillaError: it cannot be read, or is out of its range.
    """
    if value is None:
        return None
    if word in _KINDS:
        return _number(word, value, lang)
    if word == "chips":
        return _chips(value, lang)
    if word == "repeats":
        return _flag(word, value, lang)
    if word == "accelerator":
        return _accelerator(value, lang).id
    if word == "price_kind":
        return _price_kind(value, lang)
    if word == "budget":
        _budget_text(value, lang)
    return value


def _read(words: Mapping[str, Any]) -> Scenario:
    given = {word: value for word, value in words.items() if value is not None}
    asked = {**WORDS, **given}
    lang = asked["lang"]
    if not isinstance(lang, str) or lang not in LANGUAGES:
        raise ChinchillaError("scenario.lang", text=_quoted(lang), known=", ".join(LANGUAGES))
    notes: list[Note] = []
    text = None if asked["budget"] is None else _budget_text(asked["budget"], lang)
    if text is not None:
        asked |= _agreed(text, given, lang)
        if text.note:
            notes.append(_echo(text.note))
    numbers = {word: _number(word, asked[word], lang) for word in _KINDS}
    chips = _chips(asked["chips"], lang)

    accelerator = _accelerator(asked["accelerator"], lang)
    dtype, peak = accelerator.peak(None if asked["dtype"] is None else str(asked["dtype"]), lang)
    own_peak = numbers["peak_flops"]
    if own_peak is not None:
        accelerator.check_peak(own_peak, lang, dtype=dtype)
        peak = own_peak
    mfu = accelerator.mfu if numbers["mfu"] is None else numbers["mfu"]
    serving_mfu = mfu if numbers["serving_mfu"] is None else numbers["serving_mfu"]
    for value in sorted({mfu, serving_mfu}):
        codes = accelerator.check_mfu(value, dtype, lang, peak_flops=peak)
        notes += [(code, {"mfu": ("percent", value)}) for code in codes]

    price, price_notes = _price(numbers, asked, accelerator, text, given, lang)
    notes += price_notes
    budget = None if text is None else _budget(asked["budget"], text, numbers["fx"], lang, notes)
    goodput, unique = numbers["goodput"], numbers["unique_tokens"]
    scenario = Scenario(
        budget=budget,
        accelerator=accelerator,
        dtype=dtype,
        peak_flops=peak,
        price_kind=_price_kind(asked["price_kind"], lang),
        price_per_hour=price,
        mfu=mfu,
        goodput=float(costs.default_goodput(chips or 0)) if goodput is None else goodput,
        chips=chips,
        final_share=numbers["final_share"] or 1.0,
        law=find_law(asked["law"], lang),
        token_price=numbers["token_price"] or 0.0,
        unique_tokens=costs.UNLIMITED if unique is None else unique,
        repeats=_flag("repeats", asked["repeats"], lang),
        served_tokens=numbers["served_tokens"] or 0.0,
        serving_mfu=serving_mfu,
        serving_price_per_hour=numbers["serving_price_per_hour"],
        params=numbers["params"],
        tokens=numbers["tokens"],
        target_loss=numbers["target_loss"],
        pue=numbers["pue"] or 1.0,
        grid=numbers["grid"] or 0.0,
        lang=lang,
        words=given,
        notes=tuple(notes),
    )
    _check(scenario)
    return scenario


def _budget_text(budget: Any, lang: str) -> BudgetText:
    if isinstance(budget, str):
        return parse_budget(budget, lang)
    if isinstance(budget, (int, float)) and not isinstance(budget, bool):
        # A bare number is refused, offering the readings; an int may be longer than any float.
        return parse_budget(f"{budget:.12g}" if abs(budget) < 1e300 else "inf", lang)
    raise error("scenario.budget_type", lang, kind=type(budget).__name__)


def _agreed(text: BudgetText, given: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """What the budget's own words say, refused where a keyword says otherwise."""
    said: dict[str, Any] = {
        "accelerator": text.accelerator,
        "chips": text.chips,
        "mfu": text.mfu,
        "price_per_hour": text.price_per_hour,
        "price_kind": text.price_kind,
    }
    said = {word: value for word, value in said.items() if value is not None}
    for word, value in said.items():
        if word in given and not _same(word, value, given[word], text, lang):
            read = _shown(word, value, text)
            keyword = _quoted(given[word])
            raise error("scenario.disagree", lang, word=word, text=read, keyword=keyword)
    return said


def _same(word: str, said: Any, keyword: Any, text: BudgetText, lang: str) -> bool:
    if word == "accelerator":
        return find_accelerator(str(said), lang) == _accelerator(keyword, lang)
    if word == "price_kind":
        return bool(said == _price_kind(keyword, lang))
    if word == "chips":
        return bool(said == _chips(keyword, lang))
    if word == "price_per_hour" and text.price_currency not in (None, "USD"):
        return False  # the keyword is in dollars
    return math.isclose(said, _number(word, keyword, lang) or 0.0, rel_tol=1e-12)


def _shown(word: str, said: Any, text: BudgetText) -> Any:
    """What the budget said, as a value of a sentence."""
    if word == "mfu":
        return ("percent", said)
    if word == "price_per_hour":
        foreign = text.price_currency not in (None, "USD")
        return f"{said:g} {text.price_currency}" if foreign else ("price", said)
    return said


def _number(word: str, value: Any, lang: str) -> float | None:
    if value is None:
        return None
    value = _python(value)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise error("scenario.not_a_number", lang, word=word, kind=type(value).__name__)
    if word == "unique_tokens" and value == math.inf:
        return None
    number = parse_quantity(value, _KINDS[word], lang)
    _in_range(word, number, value, lang)
    if word == "pue" and number < 1:
        raise error("scenario.pue", lang, value=_quoted(value))
    return number


def _in_range(word: str, number: float, value: Any, lang: str) -> None:
    zero = word in _MAY_BE_ZERO
    code = (
        "scenario.negative"
        if zero and number < 0
        else "scenario.not_positive"
        if number <= 0 and not zero
        else "scenario.below_one"
        if word in _COUNTED and number < 1
        else "scenario.too_small"
        if 0 < number < SMALLEST
        else "scenario.too_large"
        if number > LARGEST
        else "scenario.share"
        if _KINDS[word] == "share" and number > 1
        else None
    )
    if code is not None:
        raise error(code, lang, word=word, value=_quoted(value))


def _quoted(value: Any) -> str:
    """What was given, fit to stand in a sentence."""
    return shortened(str(value))


def _chips(value: Any, lang: str) -> int | None:
    if value is None:
        return None
    value = _python(value)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise error("scenario.not_a_number", lang, word="chips", kind=type(value).__name__)
    number = parse_quantity(value, "count", lang)
    if number < 1 or number != int(number):
        raise error("scenario.chips", lang, value=_quoted(value))
    if number > LARGEST:
        raise error("scenario.too_large", lang, word="chips", value=_quoted(value))
    return int(number)


def _python(value: Any) -> Any:
    """The same, out of NumPy where it is a single number of NumPy's."""
    return value.item() if getattr(value, "ndim", None) == 0 else value


def _flag(word: str, value: Any, lang: str) -> bool:
    value = _python(value)
    if not isinstance(value, bool):
        raise error("scenario.flag", lang, word=word, value=_quoted(value))
    return value


def _price_kind(value: Any, lang: str) -> str:
    if value is None:
        return PRICE_KINDS[0]
    if not isinstance(value, str) or value not in PRICE_KINDS:
        raise error("scenario.price_kind", lang, text=_quoted(value))
    return value


def _accelerator(value: Any, lang: str) -> Accelerator:
    if isinstance(value, Accelerator):
        return value
    return find_accelerator(DEFAULT_ACCELERATOR if value is None else str(value), lang)


def _price(
    numbers: Mapping[str, float | None],
    asked: Mapping[str, Any],
    accelerator: Accelerator,
    text: BudgetText | None,
    given: Mapping[str, Any],
    lang: str,
) -> tuple[float | None, list[Note]]:
    """Dollars a chip-hour, with what there is to say of them."""
    kind = _price_kind(asked["price_kind"], lang)
    price = numbers["price_per_hour"]
    if price is not None:
        from_text = text is not None and text.price_per_hour is not None
        if from_text and text is not None and text.price_currency not in (None, "USD"):
            price, note = to_dollars(price, str(text.price_currency), numbers["fx"], lang)
            return price, [_echo(note)] if note else []
        return price, []
    listed, codes = accelerator.price(kind, lang)
    if listed is None:
        return None, []
    source = accelerator.on_demand if kind == "on-demand" else accelerator.spot
    notes: list[Note] = [(code, {"price": ("price", listed)}) for code in codes]
    age = price_age(source.date if source else None, date.today())
    if age != "fresh":
        when = source.date if source and source.date else ""
        notes.append((f"scenario.price_{age}", {"price": ("price", listed), "date": when}))
    return listed, notes


def _budget(typed: str, text: BudgetText, fx: float | None, lang: str, notes: list[Note]) -> Budget:
    if text.kind != "money":
        return Budget(typed, text.kind, text.value)
    named = {text.currency, text.price_currency} - {None, "USD"}
    if fx is not None and len(named) > 1:
        raise error("scenario.one_rate", lang, names=", ".join(sorted(map(str, named))))
    dollars, note = to_dollars(text.value, text.currency or "USD", fx, lang)
    if note:
        notes.append(_echo(note))
    return Budget(typed, "money", dollars)


def _echo(note: str) -> Note:
    """What was read or looked up, as a sentence of its own."""
    return "scenario.echo", {"note": note[:1].upper() + note[1:]}


def _check(s: Scenario) -> None:
    """Refuse a question without an answer that can be seen without solving it."""
    known = [word for word in ("params", "tokens", "target_loss") if getattr(s, word) is not None]
    if s.budget is not None and ("target_loss" in known or len(known) == 2):
        raise error("scenario.budget_and", s.lang, words=", ".join(known))
    if len(known) == 3:
        raise error("scenario.all_three", s.lang)
    if s.budget is None and not known:
        raise error("scenario.nothing", s.lang)
    if s.price_per_hour is None:
        name = s.accelerator.name
        if s.budget is not None and s.budget.kind == "money":
            raise error("scenario.no_price", s.lang, name=name)
        if s.token_price or s.serving_price_per_hour:
            word = "token_price" if s.token_price else "serving_price_per_hour"
            raise error("scenario.no_price_for", s.lang, name=name, word=word)
    if not s.repeats and s.tokens is not None and s.tokens > s.unique_tokens:
        raise error(
            "scenario.tokens_beyond",
            s.lang,
            tokens=("tokens", s.tokens),
            unique=("tokens", s.unique_tokens),
        )
    if isinstance(s.law, FrontierLaw):
        _check_frontier(s, known)


def _check_frontier(s: Scenario, known: list[str]) -> None:
    """A frontier law answers a budget, and what is optimal for a size or a token count."""
    asked = [w for w in _NEEDS_SURFACE if getattr(s, w) not in (None, 0.0, costs.UNLIMITED)]
    if s.budget is not None:
        asked += [word for word in known if word != "target_loss"]
    if asked:
        raise error("scenario.needs_surface", s.lang, word=asked[0], law=s.law.about.name)
