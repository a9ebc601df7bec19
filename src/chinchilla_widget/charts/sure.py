"""How sure a law is of its frontier, as bands around it: the 80 % interval of its draws.

Quantiles have no expression. They are worked out here, once a law, at half decades of compute, as
shares of the frontier's own values; between those the pictures go in straight lines on log axes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from chinchilla_widget.laws import LEVEL, ParametricLaw, draws_of, ends

_FIRST, _A_DECADE, _COUNT = 14, 2, 33  # log10 of FLOP; shares a decade; shares
NO_BANDS: Mapping[str, list[float]] = {
    f"k_{what}_sure_{end}": [] for what in ("params", "loss") for end in ("low", "high")
}


def sure_signals(law: Any) -> dict[str, list[float]]:
    """The shares as signals; empty lists, hence no bands, where there are no draws."""
    draws = draws_of(law)
    if draws is None:
        return dict(NO_BANDS)
    flops = 10.0 ** (_FIRST + np.arange(_COUNT) / _A_DECADE)
    every = ParametricLaw(dict(draws.constants), law.about)
    own = {"params": law.optimum(flops)[0], "loss": law.optimal_loss(flops)}
    found: dict[str, list[float]] = {}
    for what, middle in own.items():
        shares = np.exp(ends(draws.optimum(every, what, flops), LEVEL)) / middle
        for end, each in zip(("low", "high"), shares, strict=True):
            found[f"k_{what}_sure_{end}"] = [float(f"{share:.5g}") for share in each]
    return found


def sure(what: str) -> list[dict[str, str]]:
    """Columns ``{what}_sure_low`` and ``_high`` in a row with ``flops`` and the column ``what``."""
    place = f"(log(datum.flops) / LN10 - {_FIRST}) * {_A_DECADE}"
    columns = {"place": f"clamp({place}, 0, {_COUNT - 1.001})", "left": "floor(datum.place)"}
    for end in ("low", "high"):
        table = f"k_{what}_sure_{end}"
        share = f"pow({table}[datum.left + 1] / {table}[datum.left], datum.place - datum.left)"
        columns[f"{what}_sure_{end}"] = f"datum.{what} * {table}[datum.left] * {share}"
    return [{"calculate": text, "as": name} for name, text in columns.items()]
