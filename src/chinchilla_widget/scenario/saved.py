"""A scenario as plain JSON values, every default in it, and back.

What is saved is what was assumed then: a price or a law that the catalogue changes later leaves
an old plan as it was.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from chinchilla_widget.accelerators import ACCELERATORS
from chinchilla_widget.costs import UNLIMITED
from chinchilla_widget.laws import (
    law_from_plain,
    note_from_plain,
    plain_law,
    plain_note,
    plain_number,
)
from chinchilla_widget.messages import LANGUAGES, ChinchillaError
from chinchilla_widget.quantities.sentences import sentence
from chinchilla_widget.scenario.checks import refuse_unanswerable
from chinchilla_widget.scenario.question import Budget, Note, Scenario
from chinchilla_widget.scenario.words import LARGEST, MAY_BE_ZERO, PRICE_KINDS, range_of

_NUMBERS: Final = (
    "peak_flops", "mfu", "goodput", "final_share", "token_price", "served_tokens", "serving_mfu",
    "pue", "grid",
)  # fmt: skip
_OPEN_NUMBERS: Final = (
    "price_per_hour", "serving_price_per_hour", "params", "tokens", "target_loss", "chips",
)  # fmt: skip
_KINDS: Final = ("money", "flop", "chip_time")


def plain_scenario(scenario: Scenario) -> dict[str, Any]:
    """Every field as JSON values; unlimited unique tokens are null."""
    budget = scenario.budget
    unlimited = math.isinf(scenario.unique_tokens)
    return {
        "budget": budget and {"text": budget.text, "kind": budget.kind, "amount": budget.amount},
        "accelerator": scenario.accelerator.id,
        "dtype": scenario.dtype,
        "price_kind": scenario.price_kind,
        **{word: getattr(scenario, word) for word in (*_NUMBERS, *_OPEN_NUMBERS)},
        "unique_tokens": None if unlimited else scenario.unique_tokens,
        "repeats": scenario.repeats,
        "law": plain_law(scenario.law),
        "lang": scenario.lang,
        "notes": [plain_note(each) for each in scenario.notes],
    }


def scenario_from_plain(told: Any, words: Mapping[str, Any]) -> Scenario:
    """The scenario again, each number in its range, all together a question that has an answer.

    Raises:
        ValueError: a value is not what it should be; the text names it.
    """
    if not isinstance(told, Mapping):
        raise ValueError("scenario")
    lang = _one_of(told, "lang", LANGUAGES)
    chip = ACCELERATORS[_one_of(told, "accelerator", tuple(ACCELERATORS))]
    chips = _open(told, "chips")
    if chips is not None and chips != int(chips):
        raise ValueError("chips")
    unique = _open(told, "unique_tokens")
    numbers: dict[str, Any] = {word: _closed(told, word) for word in _NUMBERS}
    numbers |= {word: _open(told, word) for word in _OPEN_NUMBERS if word != "chips"}
    repeats = told.get("repeats", True)
    if not isinstance(repeats, bool):
        raise ValueError("repeats")
    law = law_from_plain(told.get("law"))
    scenario = Scenario(
        budget=_budget(told.get("budget")),
        accelerator=chip,
        dtype=_one_of(told, "dtype", tuple(chip.peak_flops)),
        price_kind=_one_of(told, "price_kind", PRICE_KINDS),
        chips=None if chips is None else int(chips),
        unique_tokens=UNLIMITED if unique is None else unique,
        repeats=repeats,
        law=law,
        lang=lang,
        words=dict(words),
        notes=_notes(told.get("notes", []), law, lang),
        **numbers,
    )
    try:
        refuse_unanswerable(scenario)
    except ChinchillaError:
        raise ValueError("scenario") from None
    return scenario


def _budget(told: Any) -> Budget | None:
    if told is None:
        return None
    if not isinstance(told, Mapping):
        raise ValueError("budget")
    amount = plain_number(told.get("amount"), "budget.amount")
    if not 0.0 < amount <= LARGEST:
        raise ValueError("budget.amount")
    return Budget(_text(told, "text"), _one_of(told, "kind", _KINDS), amount)


def _notes(told: Any, law: Any, lang: str) -> tuple[Note, ...]:
    """The sentences of a plan, and those of its law: each can be said."""
    if not isinstance(told, list):
        raise ValueError("notes")
    notes = tuple(note_from_plain(each, "notes") for each in told)
    for name, said in (("notes", notes), ("about.doubts", law.about.doubts)):
        for code, values in said:
            try:
                sentence(code, lang, **values)
            except (LookupError, TypeError, ValueError, ArithmeticError, AssertionError):
                raise ValueError(name) from None
    return notes


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str):
        raise ValueError(name)
    return value


def _one_of(told: Mapping[str, Any], name: str, known: tuple[str, ...]) -> str:
    value = _text(told, name)
    if value not in known:
        raise ValueError(f"{name}: {value[:40]}")
    return value


def _open(told: Mapping[str, Any], name: str) -> float | None:
    return None if told.get(name) is None else _closed(told, name)


def _closed(told: Mapping[str, Any], name: str) -> Any:
    """A number as it stands, which is in its word's range."""
    value = plain_number(told.get(name), name)
    least, most = range_of(name)
    if not least <= value <= most and not (value == 0.0 and name in MAY_BE_ZERO):
        raise ValueError(name)
    return told[name]
