"""Laws as plain JSON values, and back: a saved plan must not depend on what is shipped later."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from chinchilla_widget.laws.base import About
from chinchilla_widget.laws.frontier import FrontierLaw, Power
from chinchilla_widget.laws.parametric import ParametricLaw
from chinchilla_widget.laws.registry import LAWS

_POWERS: Final = ("params", "tokens", "loss_by_flops", "loss_by_params")
_UNITS: Final = ("compute_unit", "params_unit")
_NEEDED: Final = ("E", "A", "B", "alpha", "beta")
_TEXTS: Final = ("id", "name", "counts", "scale", "data", "source", "verified", "note")
_COUNTS: Final = ("total", "non-embedding", "excluding-input-embedding", "flop-per-token")


def plain_law(law: Any) -> dict[str, Any]:
    """A law as JSON values: its family, its constants, and what it says of itself."""
    about = asdict(law.about)
    about["spanish"] = dict(law.about.spanish)
    about["domain"] = {what: list(ends) for what, ends in law.about.domain.items()}
    told: dict[str, Any] = {
        "family": law.family,
        "constants": {letter: float(value) for letter, value in law.constants.items()},
        "about": about,
    }
    if isinstance(law, FrontierLaw):
        told |= {unit: float(getattr(law, unit)) for unit in _UNITS}
        for name in _POWERS:
            power = getattr(law, name)
            told[name] = None if power is None else {k: float(v) for k, v in asdict(power).items()}
    return told


def law_from_plain(told: Any) -> Any:
    """The law again; the shipped one itself where it is still the same.

    Raises:
        ValueError: the values are not a law's; the text says which.
    """
    entry = _table(told, "law")
    about = _about(_table(entry.get("about"), "about"))
    constants = {
        str(letter): _number(value, f"constants.{letter}")
        for letter, value in _table(entry.get("constants"), "constants").items()
    }
    law: ParametricLaw | FrontierLaw
    if entry.get("family") == "parametric":
        for letter in _NEEDED:
            if not constants.get(letter, 0.0) > 0.0:
                raise ValueError(f"constants.{letter}")
        law = ParametricLaw(constants, about)
    elif entry.get("family") == "frontier":
        given: dict[str, Any] = {unit: _number(entry.get(unit), unit) for unit in _UNITS}
        given |= {name: _power(entry.get(name), name) for name in _POWERS}
        law = FrontierLaw(**given, constants=constants, about=about)
    else:
        raise ValueError("family")
    shipped = LAWS.get(about.id)
    return shipped if shipped == law else law


def _about(entry: Mapping[str, Any]) -> About:
    texts = {name: entry[name] for name in _TEXTS if name in entry}
    for name, text in texts.items():
        if not isinstance(text, str):
            raise ValueError(f"about.{name}")
    if texts.get("counts", "total") not in _COUNTS:
        raise ValueError("about.counts")
    domain = {}
    for what, ends in _table(entry.get("domain", {}), "about.domain").items():
        if not isinstance(ends, (list, tuple)) or len(ends) != 2:
            raise ValueError(f"about.domain.{what}")
        low, high = (_number(end, f"about.domain.{what}") for end in ends)
        domain[str(what)] = (low, high)
    spanish = _table(entry.get("spanish", {}), "about.spanish")
    if not all(isinstance(text, str) for pair in spanish.items() for text in pair):
        raise ValueError("about.spanish")
    compare = entry.get("compare") is True
    return About(domain=domain, compare=compare, spanish=dict(spanish), **texts)


def _power(entry: Any, name: str) -> Power | None:
    if entry is None:
        return None
    table = _table(entry, name)
    return Power(
        *(_number(table.get(part), f"{name}.{part}") for part in ("k", "exponent", "floor"))
    )


def _table(value: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError(name)
    return value


def _number(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(name)
    return float(value)
