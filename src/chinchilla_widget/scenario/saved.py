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
from chinchilla_widget.laws import law_from_plain, plain_law
from chinchilla_widget.messages import LANGUAGES
from chinchilla_widget.scenario.question import Budget, Note, Scenario
from chinchilla_widget.scenario.words import PRICE_KINDS

_NUMBERS: Final = (
    "peak_flops", "mfu", "goodput", "final_share", "token_price", "served_tokens", "serving_mfu",
    "pue", "grid",
)  # fmt: skip
_OPEN_NUMBERS: Final = (
    "price_per_hour", "serving_price_per_hour", "params", "tokens", "target_loss", "chips",
)  # fmt: skip
_KINDS: Final = ("money", "flop", "chip_time")
# What may be 0; every other number counts or divides something.
_MAY_BE_ZERO: Final = ("token_price", "served_tokens", "grid")


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
        "notes": [[code, dict(values)] for code, values in scenario.notes],
    }


def scenario_from_plain(told: Any, words: Mapping[str, Any]) -> Scenario:
    """The scenario again.

    Raises:
        ValueError: a value is not what it should be; the text names it.
    """
    if not isinstance(told, Mapping):
        raise ValueError("scenario")
    chips = _number(told, "chips", open_=True)
    unique = _number(told, "unique_tokens", open_=True)
    numbers: dict[str, Any] = {word: _closed(told, word) for word in _NUMBERS}
    numbers |= {word: _number(told, word, open_=True) for word in _OPEN_NUMBERS if word != "chips"}
    return Scenario(
        budget=_budget(told.get("budget")),
        accelerator=ACCELERATORS[_one_of(told, "accelerator", tuple(ACCELERATORS))],
        dtype=_text(told, "dtype"),
        price_kind=_one_of(told, "price_kind", PRICE_KINDS),
        chips=None if chips is None else int(chips),
        unique_tokens=UNLIMITED if unique is None else unique,
        repeats=told.get("repeats") is not False,
        law=law_from_plain(told.get("law")),
        lang=_one_of(told, "lang", LANGUAGES),
        words=dict(words),
        notes=tuple(_note(each) for each in _list(told.get("notes", []))),
        **numbers,
    )


def _budget(told: Any) -> Budget | None:
    if told is None:
        return None
    if not isinstance(told, Mapping):
        raise ValueError("budget")
    return Budget(_text(told, "text"), _one_of(told, "kind", _KINDS), _closed(told, "amount"))


def _note(told: Any) -> Note:
    if not (isinstance(told, list) and len(told) == 2 and isinstance(told[1], Mapping)):
        raise ValueError("notes")
    code, values = told
    # A value with its kind, which prints in the language, is a pair that JSON made a list.
    return str(code), {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError("notes")
    return value


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str):
        raise ValueError(name)
    return value


def _one_of(told: Mapping[str, Any], name: str, known: tuple[str, ...]) -> str:
    value = _text(told, name)
    if value not in known:
        raise ValueError(f"{name}: {value}")
    return value


def _closed(told: Mapping[str, Any], name: str) -> float:
    value = _number(told, name, open_=False)
    assert value is not None
    return value


def _number(told: Mapping[str, Any], name: str, *, open_: bool) -> float | None:
    value = told.get(name)
    if value is None and open_:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(name)
    if value < 0 or (value == 0 and name not in _MAY_BE_ZERO):
        raise ValueError(name)
    return value
