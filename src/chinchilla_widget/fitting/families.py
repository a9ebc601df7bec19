"""The families a fit may have: each a surface to descend on, and the law it ends in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from chinchilla_widget.fitting.newton import Optimum
from chinchilla_widget.fitting.objective import Objective
from chinchilla_widget.fitting.runs import Runs
from chinchilla_widget.fitting.starts import from_everywhere
from chinchilla_widget.fitting.surfaces import Parametric, Tied
from chinchilla_widget.fitting.traced import Kaplan, Repeats
from chinchilla_widget.laws import About, Draws, KaplanLaw, ParametricLaw
from chinchilla_widget.messages import ChinchillaError

SURFACES: Final[Mapping[str, Any]] = {
    "parametric": Parametric,
    "tied": Tied,
    "repeats": Repeats,
    "kaplan": Kaplan,
}


def surface_for(family: str, runs: Runs, lang: str = "en") -> Any:
    """The surface of a family on given runs.

    Raises:
        ChinchillaError: no family is called that.
    """
    if family not in SURFACES:
        raise ChinchillaError("fitting.family", lang, text=str(family), known=", ".join(SURFACES))
    return SURFACES[family](runs)


def search(surface: Any, weights: Any, objective: Objective) -> Optimum:
    """Every start of the family to its optimum."""
    if hasattr(surface, "from_everywhere"):
        found: Optimum = surface.from_everywhere(weights, objective)
        return found
    return from_everywhere(surface, weights, objective)


def law_of(
    family: str,
    constants: Mapping[str, Any],
    about: About | None = None,
    draws: Draws | Callable[[], Draws] | None = None,
) -> ParametricLaw | KaplanLaw:
    """The law with these constants; arrays of constants make a law that answers in arrays."""
    if family == "kaplan":
        return KaplanLaw(constants, about, draws)
    return ParametricLaw(constants, about or About(), draws)


def optimum_shift(family: str, surface: Any, theta: Any, flops: float) -> Any:
    """∂ ln N*(C)/∂θ, ``(m,)``: how the optimum for a compute moves with the unknowns."""
    apart, unknowns = 1e-5, theta.size
    points = theta + apart * np.concatenate([np.eye(unknowns), -np.eye(unknowns)])
    logs = np.log(law_of(family, surface.constants(points)).optimum(flops)[0])
    return (logs[:unknowns] - logs[unknowns:]) / (2.0 * apart)
