"""The words of a question, each read by itself."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, Final

from chinchilla_widget.accelerators import Accelerator, find_accelerator
from chinchilla_widget.laws import DEFAULT_LAW
from chinchilla_widget.quantities import MOST_CHIPS, BudgetText, parse_budget, parse_quantity
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
# What may be given instead of a budget, which is then the answer.
FIXED: Final = ("params", "tokens", "target_loss")
DEFAULT_ACCELERATOR: Final = "h100-sxm"
PRICE_KINDS: Final = ("on-demand", "spot")

# What kind of quantity each numeric word is, and the range in which it makes sense.
KINDS: Final[Mapping[str, Kind]] = {
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
# What a price of tokens is the price of, as people say it: "$0.10 per million tokens", "0,10 $/M".
_PER_MILLION: Final = re.compile(
    r"\s*(?:/|\b(?:per|an?|por|el|cada)\b)\s*(?:1\s*)?(?:millions?|mill[oó]n|m)"
    r"(?:\s+(?:de\s+)?(?:unique\s+)?tok(?:en)?s?(?:\s+[uú]nicos)?)?\s*$",
    re.IGNORECASE,
)
MAY_BE_ZERO: Final = {"token_price", "served_tokens", "grid"}
_FROM_ONE: Final = {"params", "tokens", "unique_tokens", "chips", "pue"}


def read_word(word: str, value: Any, lang: str = "en") -> Any:
    """One word by itself, as the plain value a trait or a file holds.

    Raises:
        ChinchillaError: it cannot be read, or is out of its range.
    """
    if value is None:
        return None
    if word in KINDS:
        return read_number(word, value, lang)
    if word == "chips":
        return read_chips(value, lang)
    if word == "repeats":
        return read_flag(word, value, lang)
    if word == "accelerator":
        return read_accelerator(value, lang).id
    if word == "price_kind":
        return read_price_kind(value, lang)
    if word == "budget":
        read_budget(value, lang)
    return value


def read_number(word: str, value: Any, lang: str) -> float | None:
    if value is None:
        return None
    value = _python(value)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise error("scenario.not_a_number", lang, word=word, kind=type(value).__name__)
    if word == "unique_tokens" and value == math.inf:
        return None
    number = parse_quantity(quantity_text(word, value), KINDS[word], lang)
    if word == "pue" and 0 < number < 1:
        raise error("scenario.pue", lang, value=quoted(value))
    _in_range(word, number, value, lang)
    return number


def quantity_text(word: str, value: Any) -> Any:
    """What was given for a numeric word, without what its kind goes without saying."""
    by_the_million = word == "token_price" and isinstance(value, str)
    return _PER_MILLION.sub("", value) if by_the_million else value


def range_of(word: str) -> tuple[float, float]:
    """The least and the most that a numeric word may be, but for those that may be 0."""
    least = 1.0 if word in _FROM_ONE else SMALLEST
    most = MOST_CHIPS if word == "chips" else 1.0 if KINDS[word] == "share" else LARGEST
    return least, most


def _in_range(word: str, number: float, value: Any, lang: str) -> None:
    zero = word in MAY_BE_ZERO
    least, most = range_of(word)
    code = (
        "scenario.negative"
        if zero and number < 0
        else "scenario.not_positive"
        if number <= 0 and not zero
        else "scenario.below_one"
        if number < least == 1.0
        else "scenario.too_small"
        if 0 < number < least
        else "scenario.too_large"
        if number > LARGEST
        else "scenario.share"
        if number > most
        else None
    )
    if code is not None:
        raise error(code, lang, word=word, value=quoted(value))


def quoted(value: Any) -> str:
    """What was given, fit to stand in a sentence."""
    return shortened(str(value))


def read_chips(value: Any, lang: str) -> int | None:
    if value is None:
        return None
    value = _python(value)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise error("scenario.not_a_number", lang, word="chips", kind=type(value).__name__)
    number = parse_quantity(value, "count", lang)
    least, most = range_of("chips")
    if not least <= number <= most or number != int(number):
        raise error("scenario.chips", lang, value=quoted(value))
    return int(number)


def _python(value: Any) -> Any:
    """The same, out of NumPy where it is a single number of NumPy's."""
    return value.item() if getattr(value, "ndim", None) == 0 else value


def read_flag(word: str, value: Any, lang: str) -> bool:
    value = _python(value)
    if not isinstance(value, bool):
        raise error("scenario.flag", lang, word=word, value=quoted(value))
    return value


def read_price_kind(value: Any, lang: str) -> str:
    if value is None:
        return PRICE_KINDS[0]
    if not isinstance(value, str) or value not in PRICE_KINDS:
        raise error("scenario.price_kind", lang, text=quoted(value))
    return value


def read_accelerator(value: Any, lang: str) -> Accelerator:
    if isinstance(value, Accelerator):
        return value
    return find_accelerator(DEFAULT_ACCELERATOR if value is None else str(value), lang)


def read_budget(budget: Any, lang: str) -> BudgetText:
    if isinstance(budget, str):
        return parse_budget(budget, lang)
    if isinstance(budget, (int, float)) and not isinstance(budget, bool):
        # A bare number is refused, offering the readings; an int may be longer than any float.
        return parse_budget(f"{budget:.12g}" if abs(budget) < 1e300 else "inf", lang)
    raise error("scenario.budget_type", lang, kind=type(budget).__name__)
