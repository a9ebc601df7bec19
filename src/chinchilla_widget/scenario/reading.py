"""All words of a question together: budget text against keywords, catalogue, price."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

from chinchilla_widget import costs
from chinchilla_widget.accelerators import Accelerator, find_accelerator, price_age
from chinchilla_widget.laws import find_law
from chinchilla_widget.messages import LANGUAGES, ChinchillaError
from chinchilla_widget.quantities import BudgetText, show, to_dollars
from chinchilla_widget.quantities.numerals import typed
from chinchilla_widget.quantities.quantity import quantity_and_other
from chinchilla_widget.quantities.sentences import error, sentence
from chinchilla_widget.scenario.checks import refuse_unanswerable
from chinchilla_widget.scenario.question import Budget, Note, Scenario
from chinchilla_widget.scenario.words import (
    KINDS,
    WORDS,
    quantity_text,
    quoted,
    read_accelerator,
    read_budget,
    read_chips,
    read_flag,
    read_number,
    read_price_kind,
)


def read_scenario(words: Mapping[str, Any]) -> Scenario:
    given = {word: value for word, value in words.items() if value is not None}
    asked = {**WORDS, **given}
    lang = asked["lang"]
    if not isinstance(lang, str) or lang not in LANGUAGES:
        raise ChinchillaError("scenario.lang", text=quoted(lang), known=", ".join(LANGUAGES))
    notes: list[Note] = []
    text = None if asked["budget"] is None else read_budget(asked["budget"], lang)
    if text is not None:
        asked |= _agreed(text, given, lang)
        if text.note:
            notes.append(("scenario.reading", _echo(text.note)[1]))
    numbers = {word: read_number(word, asked[word], lang) for word in KINDS}
    notes += _decided(given, lang)
    chips = read_chips(asked["chips"], lang)

    accelerator = read_accelerator(asked["accelerator"], lang)
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
        price_kind=read_price_kind(asked["price_kind"], lang),
        price_per_hour=price,
        mfu=mfu,
        goodput=float(costs.default_goodput(chips or 0)) if goodput is None else goodput,
        chips=chips,
        final_share=numbers["final_share"] or 1.0,
        law=find_law(asked["law"], lang),
        token_price=numbers["token_price"] or 0.0,
        unique_tokens=costs.UNLIMITED if unique is None else unique,
        repeats=read_flag("repeats", asked["repeats"], lang),
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
    refuse_unanswerable(scenario)
    return scenario


def _decided(given: Mapping[str, Any], lang: str) -> list[Note]:
    """Numbers in text that could have been read otherwise ("8,500"): both readings."""
    notes: list[Note] = []
    for word, value in given.items():
        if word in KINDS and isinstance(value, str):
            number, other = quantity_and_other(quantity_text(word, value), KINDS[word], lang)
            if other is not None:
                values = {"reading": typed(number, lang), "other": typed(other, lang)}
                notes.append(("scenario.decided", {"word": word, **values}))
    return notes


def split_budget(
    budget: str, accelerator: str, fx: float | None, lang: str
) -> tuple[str, dict[str, Any]]:
    """A budget's text alone, and what else it says: words as numbers and dollars.

    Raises:
        ChinchillaError: the text cannot be read, or names a currency without a rate.
    """
    text = read_budget(budget, lang)
    beside = said(text, accelerator, lang)
    if not beside:
        return budget, {}
    if "accelerator" in beside:
        beside["accelerator"] = read_accelerator(beside["accelerator"], lang).id
    if "price_per_hour" in beside:
        beside["price_per_hour"], _ = to_dollars(
            beside["price_per_hour"], text.price_currency or "USD", fx, lang
        )
    amount = _budget(budget, text, fx, lang, []).amount
    chip = read_accelerator(beside.get("accelerator", accelerator), lang)
    return printed_budget(text.kind, amount, chip, lang), beside


def budget_amount(budget: str, fx: float | None, lang: str) -> Budget:
    """A budget alone, read as in a scenario."""
    return _budget(budget, read_budget(budget, lang), fx, lang, [])


def printed_budget(kind: str, amount: float, chip: Accelerator, lang: str) -> str:
    """A budget as the page prints it, which reads back as the same."""
    if kind == "money":
        return show(amount, "money", lang)
    if kind == "flop":
        return sentence("ui.flop", lang, flops=("flops", amount))
    return sentence("ui.hours", lang, hours=("hours", amount), chip=chip.chip_word)


def said(text: BudgetText, accelerator: Any, lang: str) -> dict[str, Any]:
    """What a budget's text says beside the budget, by word."""
    told: dict[str, Any] = {
        "accelerator": text.accelerator,
        "chips": text.chips,
        "mfu": text.mfu,
        "price_per_hour": text.price_per_hour,
        "price_kind": text.price_kind,
    }
    told = {word: value for word, value in told.items() if value is not None}
    # "TPU-hours" beside a TPU names no other chip.
    named = None if accelerator is None else read_accelerator(accelerator, lang)
    if told.get("accelerator") == "TPU" and named is not None and named.chip_word == "TPU":
        del told["accelerator"]
    return told


def _agreed(text: BudgetText, given: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """What the budget's own words say, refused where a keyword says otherwise."""
    beside = said(text, given.get("accelerator"), lang)
    for word, value in beside.items():
        if word in given and not _same(word, value, given[word], text, lang):
            read = _shown(word, value, text)
            keyword = quoted(given[word])
            raise error("scenario.disagree", lang, word=word, text=read, keyword=keyword)
    return beside


def _same(word: str, told: Any, keyword: Any, text: BudgetText, lang: str) -> bool:
    if word == "accelerator":
        return find_accelerator(str(told), lang) == read_accelerator(keyword, lang)
    if word == "price_kind":
        return bool(told == read_price_kind(keyword, lang))
    if word == "chips":
        return bool(told == read_chips(keyword, lang))
    if word == "price_per_hour" and text.price_currency not in (None, "USD"):
        return False  # the keyword is in dollars
    return math.isclose(told, read_number(word, keyword, lang) or 0.0, rel_tol=1e-12)


def _shown(word: str, told: Any, text: BudgetText) -> Any:
    """What the budget said, as a value of a sentence."""
    if word == "mfu":
        return ("percent", told)
    if word == "price_per_hour":
        foreign = text.price_currency not in (None, "USD")
        return f"{told:g} {text.price_currency}" if foreign else ("price", told)
    return told


def _price(
    numbers: Mapping[str, float | None],
    asked: Mapping[str, Any],
    accelerator: Accelerator,
    text: BudgetText | None,
    given: Mapping[str, Any],
    lang: str,
) -> tuple[float | None, list[Note]]:
    """Dollars a chip-hour, with what there is to say of them."""
    kind = read_price_kind(asked["price_kind"], lang)
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
