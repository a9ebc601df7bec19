"""The parts of a saved law, each read with suspicion: what it says of itself, its draws."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

import numpy as np

from chinchilla_widget.laws.base import COUNTS, About
from chinchilla_widget.laws.draws import Draws
from chinchilla_widget.messages import catalogue

_TEXTS: Final = ("id", "name", "counts", "scale", "data", "source", "verified", "note")
_RANGES: Final = ("params", "tokens", "flops", "tokens_per_param")
_WIDENED: Final = ("loss", "params")
_LARGEST: Final = 1e300  # no figure comes near


def plain_about(about: About) -> dict[str, Any]:
    """What a law says of itself as JSON values."""
    told = asdict(about)
    told["spanish"] = dict(about.spanish)
    told["domain"] = {what: list(ends) for what, ends in about.domain.items()}
    told["doubts"] = [plain_note(each) for each in about.doubts]
    return told


def about_from_plain(entry: Mapping[str, Any]) -> About:
    """The same again. Whatever selects a sentence or a branch is one of those there are.

    Raises:
        ValueError: with the name of what is wrong.
    """
    texts = {name: entry[name] for name in _TEXTS if name in entry}
    for name, text in texts.items():
        if not isinstance(text, str):
            raise ValueError(f"about.{name}")
    if texts.get("counts", "total") not in COUNTS:
        raise ValueError("about.counts")
    domain = {}
    for what, ends in table(entry.get("domain", {}), "about.domain").items():
        if what not in _RANGES:
            raise ValueError("about.domain")
        if not isinstance(ends, (list, tuple)) or len(ends) != 2:
            raise ValueError(f"about.domain.{what}")
        low, high = (number(end, f"about.domain.{what}") for end in ends)
        if not 0.0 < low <= high:
            raise ValueError(f"about.domain.{what}")
        domain[what] = (low, high)
    spanish = table(entry.get("spanish", {}), "about.spanish")
    if not all(isinstance(text, str) for pair in spanish.items() for text in pair):
        raise ValueError("about.spanish")
    compare = entry.get("compare", False)
    if not isinstance(compare, bool):
        raise ValueError("about.compare")
    doubts = entry.get("doubts", [])
    if not isinstance(doubts, (list, tuple)):
        raise ValueError("about.doubts")
    return About(
        domain=domain,
        compare=compare,
        doubts=tuple(note(each, "about.doubts") for each in doubts),
        spanish=dict(spanish),
        **texts,
    )


def plain_note(told: tuple[str, Mapping[str, Any]]) -> list[Any]:
    """A sentence's code and values as JSON."""
    code, values = told
    return [code, {k: list(v) if isinstance(v, tuple) else v for k, v in values.items()}]


def note(told: Any, name: str) -> tuple[str, dict[str, Any]]:
    """A sentence there is, with values it can print: text, numbers, and numbers with their kind."""
    if not isinstance(told, (list, tuple)) or len(told) != 2:
        raise ValueError(name)
    code, values = told
    if not isinstance(code, str) or code not in catalogue("en"):
        raise ValueError(name)
    made: dict[str, Any] = {}
    for word, value in table(values, name).items():
        if isinstance(value, (list, tuple)):
            # JSON made a list of the pair.
            if len(value) != 2 or not isinstance(value[0], str):
                raise ValueError(name)
            made[word] = (value[0], number(value[1], name))
        else:
            read = value if isinstance(value, str) else number(value, name)
            made[word] = value if isinstance(value, int) else read  # a count has no decimals
    return code, made


def plain_draws(draws: Draws) -> dict[str, Any]:
    """Joint draws as JSON values, every digit of them; one that is no number is no draw."""
    columns = {str(k): np.asarray(each, dtype=float) for k, each in draws.constants.items()}
    whole = np.all([np.isfinite(each) for each in columns.values()], axis=0)
    return {
        "constants": {letter: column[whole].tolist() for letter, column in columns.items()},
        "widening": {what: float(each) for what, each in draws.widening.items()},
        "flops": draws.flops if math.isfinite(draws.flops) else None,
        "source": draws.source,
    }


def draws_from_plain(told: Any, letters: set[str]) -> Draws | None:
    """The draws of a law with these constants again, or None where there are none.

    Raises:
        ValueError: with the name of what is wrong.
    """
    if told is None:
        return None
    entry = table(told, "draws")
    columns = table(entry.get("constants"), "draws.constants")
    if set(columns) != letters or not all(isinstance(each, list) for each in columns.values()):
        raise ValueError("draws.constants")
    if len(lengths := {len(each) for each in columns.values()}) != 1 or 0 in lengths:
        raise ValueError("draws.constants")
    constants = {
        letter: np.array([number(each, f"draws.constants.{letter}") for each in column])
        for letter, column in columns.items()
    }
    widening = {
        what: number(each, "draws.widening")
        for what, each in table(entry.get("widening", {}), "draws.widening").items()
    }
    if not set(widening) <= set(_WIDENED) or min(widening.values(), default=0.0) < 0.0:
        raise ValueError("draws.widening")
    flops = math.inf if entry.get("flops") is None else number(entry["flops"], "draws.flops")
    if not flops > 0.0:
        raise ValueError("draws.flops")
    source = entry.get("source", "")
    if not isinstance(source, str):
        raise ValueError("draws.source")
    return Draws(constants, widening, flops, source)


def table(value: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError(name)
    return value


def number(value: Any, name: str) -> float:
    """A finite number; an int of any length is compared before it is turned into a float."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < _LARGEST:
        raise ValueError(name)
    return float(value)
