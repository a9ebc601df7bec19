"""A law into its file: plain JSON with a version, written whole or not at all."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from chinchilla_widget.files import path_of, refuse_foreign, write
from chinchilla_widget.fitting.families import law_of
from chinchilla_widget.laws import Draws, plain_law
from chinchilla_widget.quantities import show

if TYPE_CHECKING:
    from chinchilla_widget.fitting.fitted import Fit

KIND: Final = "chinchilla_widget law"
VERSION: Final = 1
_MARK: Final = f'"kind": "{KIND}"'.encode()
# A saved law holds this many of the draws: enough for an interval, small enough to send.
KEPT_DRAWS: Final = 400
_SURFACE: Final = ("E", "A", "B", "alpha", "beta")
LETTERS: Final[Mapping[str, tuple[str, ...]]] = {
    "parametric": _SURFACE,
    "tied": _SURFACE,
    "repeats": (*_SURFACE, "R_D", "R_N"),
    "kaplan": ("N_c", "D_c", "alpha_N", "alpha_D"),
}
# What a constant of a draw may be: wider than any fit can end, and nothing that cannot be one.
PLAUSIBLE: Final[Mapping[str, tuple[float, float]]] = {
    "E": (1e-9, 1e3),
    **dict.fromkeys(("A", "B", "N_c", "D_c"), (1e-200, 1e200)),
    **dict.fromkeys(("alpha", "beta", "alpha_N", "alpha_D"), (-10.0, 10.0)),
    **dict.fromkeys(("R_D", "R_N"), (1e-3, 1e5)),
}


def save(fit: Fit, path: str | Path, force: bool = False) -> None:
    """Write the law of a fit; what stood at ``path`` stays until the new file is complete.

    Raises:
        ChinchillaError: a file is there that holds no law of ours, or it cannot be written.
    """
    target = path_of(path, fit.lang)
    refuse_foreign(target, _MARK, fit.lang, force)
    text = json.dumps(as_json(fit), ensure_ascii=False, indent=1, allow_nan=False)
    write([(target, text.encode("utf-8", "replace"))], fit.lang)


def as_json(fit: Fit) -> dict[str, Any]:
    """A fit's law as a plan holds it, with how it was fitted."""
    draws = fit.draws
    kept = Draws(_kept(draws.constants), draws.widening, draws.flops, draws.source)
    told = plain_law(law_of(fit.family, fit.constants, fit.about, kept))
    told["about"]["doubts"] = [[code, _finite(values)] for code, values in told["about"]["doubts"]]
    return {
        "kind": KIND,
        "version": VERSION,
        **told,
        "family": fit.family,
        "fit": {
            "rows": len(fit.runs),
            "objective": fit.objective,
            "starts": list(fit.starts),
            "delta": None if math.isinf(fit.price.delta) else fit.price.delta,
            "seed": fit.seed,
        },
    }


def _kept(draws: Mapping[str, Any]) -> dict[str, Any]:
    """Some of the draws, evenly chosen among those that went nowhere absurd."""
    within = [
        (PLAUSIBLE[name][0] <= each) & (each <= PLAUSIBLE[name][1]) for name, each in draws.items()
    ]
    rows = np.flatnonzero(np.all(within, axis=0))
    rows = rows[:: max(1, rows.size // KEPT_DRAWS)][:KEPT_DRAWS]
    return {name: each[rows] for name, each in draws.items()}


def _finite(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a sentence; JSON has no infinity, so it stands as it is printed."""
    return {
        name: show(each[1], each[0]) if isinstance(each, list) and math.isinf(each[1]) else each
        for name, each in values.items()
    }
