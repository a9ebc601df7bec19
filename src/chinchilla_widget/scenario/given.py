"""What of a scenario was given, and what is as it was when the scenario was saved."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from chinchilla_widget.costs import default_goodput
from chinchilla_widget.messages import ChinchillaError
from chinchilla_widget.quantities import BudgetText, bank_rate
from chinchilla_widget.scenario.question import Scenario
from chinchilla_widget.scenario.reading import said
from chinchilla_widget.scenario.words import read_budget, read_word

_DOLLARS: Final = (None, "USD")


def said_beside(s: Scenario) -> Mapping[str, Any] | None:
    """What the budget's text says beside the budget; None where it cannot be read."""
    text = _text(s)
    return None if text is None else said(text, s.accelerator.id, s.lang)


def given_words(s: Scenario) -> Mapping[str, Any]:
    """What was given, as a word or in the budget's text."""
    words = {word: value for word, value in s.words.items() if value is not None}
    return {**(said_beside(s) or {}), **words}


def kept_words(s: Scenario) -> dict[str, Any]:
    """What nobody gave and is not what is usual today: as it was when the plan was saved."""
    given, chip = given_words(s), s.accelerator
    usual = {
        "peak_flops": chip.peak(s.dtype)[1],
        "price_per_hour": chip.price(s.price_kind)[0],
        "mfu": chip.mfu,
        "goodput": float(default_goodput(s.chips or 0)),
        "serving_mfu": s.mfu,
    }
    kept = {
        word: getattr(s, word)
        for word, value in usual.items()
        if word not in given and getattr(s, word) not in (value, None)
    }
    rates = rates_of(s)
    # Two rates have no word.
    if len(rates) == 1 and "fx" not in given:
        [(currency, rate)] = rates.items()
        if rate_day(currency, rate) is None:
            kept["fx"] = rate
    return kept


def rates_of(s: Scenario) -> dict[str, float]:
    """Dollars for one of each other currency that the budget's text names."""
    text = _text(s)
    if text is None:
        return {}
    given = s.words.get("fx")
    told: list[tuple[str | None, float | None, float | None]] = [
        (text.price_currency, s.price_per_hour, text.price_per_hour)
    ]
    if s.budget is not None and text.kind == "money":
        told.append((text.currency, s.budget.amount, text.value))
    return {
        currency: dollars / value if given is None else float(read_word("fx", given, s.lang))
        for currency, dollars, value in told
        if currency is not None and currency not in _DOLLARS and dollars and value
    }


def rate_day(currency: str, rate: float) -> str | None:
    """The day of the central bank's rate, where this is the one known here."""
    try:
        known, day = bank_rate(currency)
    except ChinchillaError:
        return None
    return day if math.isclose(known, rate, rel_tol=1e-12) else None


def _text(s: Scenario) -> BudgetText | None:
    if s.budget is None:
        return None
    try:
        return read_budget(s.budget.text, s.lang)
    except ChinchillaError:  # saved by a version that read more, or by another hand
        return None
