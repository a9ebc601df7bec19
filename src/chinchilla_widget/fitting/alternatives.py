"""The best size by other ways of reading the same runs: how much the choice of way decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from chinchilla_widget.fitting import identify
from chinchilla_widget.fitting.approaches import by_isoflop
from chinchilla_widget.messages import ChinchillaError
from chinchilla_widget.plans.doubt import spread

if TYPE_CHECKING:
    from chinchilla_widget.fitting.fitted import Fit


def alternatives(fit: Fit, flops: float) -> dict[str, tuple[float, float]]:
    """See ``Fit.alternatives``."""
    from chinchilla_widget.fitting.solve import fitted  # which makes fits, and so knows this file

    found = {}
    best = float(fit.law_alone.optimum(flops)[0])
    for family in ("parametric", "tied"):
        if family == fit.family:
            continue
        try:
            other = fitted(fit.runs, family, fit.price, fit.seed, fit.lang)
        except ChinchillaError:
            continue
        size = float(other.law_alone.optimum(flops)[0])
        found[family] = (size, size)
    try:
        size = float(by_isoflop(fit).law.optimum(flops)[0])
        found["isoflop"] = (size, size)
    except ChinchillaError:
        pass
    moved = identify.left_out(identify.thinned(fit), flops).values()
    if moved:
        found["left_out"] = (best * float(np.exp(min(moved))), best * float(np.exp(max(moved))))
    found["published"] = spread(flops)["params"]
    return found
