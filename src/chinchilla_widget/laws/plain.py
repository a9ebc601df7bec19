"""Laws as plain JSON values, and back: a saved plan must not depend on what is shipped later."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from chinchilla_widget.laws.frontier import FrontierLaw, Power
from chinchilla_widget.laws.kaplan import KaplanLaw
from chinchilla_widget.laws.parametric import ParametricLaw
from chinchilla_widget.laws.plain_parts import (
    about_from_plain,
    draws_from_plain,
    number,
    plain_about,
    plain_draws,
    table,
)
from chinchilla_widget.laws.registry import LAWS
from chinchilla_widget.messages import ChinchillaError

_POWERS: Final = ("params", "tokens", "loss_by_flops", "loss_by_params")
_UNITS: Final = ("compute_unit", "params_unit")
_NEEDED: Final = {
    "parametric": ("E", "A", "B", "alpha", "beta"),
    "kaplan": ("N_c", "D_c", "alpha_N", "alpha_D"),
    "frontier": (),
}
# Compute at which a law must have an answer to be one, FLOP.
_ASKED: Final = (1e18, 1e27)
# Scales, which divide.
_POSITIVE: Final = ("R_D", "R_N")


def plain_law(law: Any) -> dict[str, Any]:
    """A law as JSON values: its family, its constants, what it says of itself, and its draws.

    A shipped law's draws come back with it, so only a law of one's own carries them. Those that
    would take minutes to make are left out, and ``draws_left_out`` says so.
    """
    told: dict[str, Any] = {
        "family": "kaplan" if isinstance(law, KaplanLaw) else law.family,
        "constants": {letter: float(value) for letter, value in law.constants.items()},
        "about": plain_about(law.about),
    }
    if isinstance(law, ParametricLaw | KaplanLaw) and LAWS.get(law.about.id) is not law:
        draws = law.prompt_draws
        told["draws"] = None if draws is None else plain_draws(draws)
        if law.slow:
            told["draws_left_out"] = True
    if isinstance(law, FrontierLaw) and not isinstance(law, KaplanLaw):
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
    entry = table(told, "law")
    family = entry.get("family")
    if not isinstance(family, str) or family not in _NEEDED:
        raise ValueError("family")
    about = about_from_plain(table(entry.get("about"), "about"))
    constants = {
        str(letter): number(value, f"constants.{letter}")
        for letter, value in table(entry.get("constants"), "constants").items()
    }
    for letter in (*_NEEDED[family], *(each for each in _POSITIVE if each in constants)):
        if not constants.get(letter, 0.0) > 0.0:
            raise ValueError(f"constants.{letter}")
    law: ParametricLaw | FrontierLaw
    if family == "parametric":
        law = ParametricLaw(constants, about, draws_from_plain(entry.get("draws"), set(constants)))
    elif family == "kaplan":
        law = KaplanLaw(constants, about, draws_from_plain(entry.get("draws"), set(constants)))
    else:
        given: dict[str, Any] = {unit: number(entry.get(unit), unit) for unit in _UNITS}
        for unit, value in given.items():
            if not value > 0.0:
                raise ValueError(unit)
        given |= {name: _power(entry.get(name), name) for name in _POWERS}
        law = FrontierLaw(**given, constants=constants, about=about)
    _answers(law)
    shipped = LAWS.get(about.id)
    return shipped if shipped == law else law


def _answers(law: ParametricLaw | FrontierLaw) -> None:
    """Refuses constants that are numbers, each by itself, and together no law."""
    try:
        found = [value for flops in _ASKED for value in law.optimum(flops)]
        found += [law.optimal_loss(flops) or 1.0 for flops in _ASKED]
    except (ArithmeticError, ChinchillaError):
        raise ValueError("constants") from None
    if not all(isinstance(each, float) and 0.0 < each < math.inf for each in found):
        raise ValueError("constants")


def _power(entry: Any, name: str) -> Power | None:
    if entry is None:
        return None
    told: Mapping[str, Any] = table(entry, name)
    k, exponent, floor = (
        number(told.get(part), f"{name}.{part}") for part in ("k", "exponent", "floor")
    )
    if not k > 0.0:
        raise ValueError(f"{name}.k")
    return Power(k, exponent, floor)
