"""Where a fit starts: a grid of exponents, the amplitudes projected out (variable projection).

With the exponents fixed, L̂ is linear in the amplitudes A, B and E; ln L̂ is not. So a linear
solve on relative errors only opens, and Gauss–Newton on log errors finishes: what is left is a
function of the exponents alone, far smoother than that of all unknowns (Golub & Pereyra 1973).
Hoffmann et al. 2022 start from 4,500 points because they start from the amplitudes too.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from chinchilla_widget.fitting.newton import Optimum, descend, joined
from chinchilla_widget.fitting.objective import Objective

Array = Any
EXPONENTS = (0.05, 0.15, 0.3, 0.5, 0.8, 1.2, 2.0)
# Seen so wide, errors of log loss cost their square: one valley, whatever the start.
WIDE = 0.1
# How many rows the wide view needs, and beyond how many a table is long.
FEW, MANY = 64, 20_000
# Usually eight steps are enough; where runs do not determine the law, its ridge takes hundreds.
MOST_STEPS = 600


def grid(count: int) -> Array:
    """49 starts: every combination of ``EXPONENTS``, or of one exponent as many between them."""
    if count == 1:
        return np.geomspace(EXPONENTS[0], EXPONENTS[-1], len(EXPONENTS) ** 2)[:, None]
    axes = np.meshgrid(*[np.array(EXPONENTS)] * count, indexing="ij")
    return np.stack([axis.ravel() for axis in axes], axis=1)


def project(surface: Any, exponents: Array, weights: Array) -> Array:
    """θ at given exponents ``(k, j)`` with the best amplitudes: ``(k, 3 + j)``."""
    shapes = surface.shapes(exponents) / np.exp(surface.log_loss)[:, None]
    weighted = shapes * weights[:, None]
    products = weighted.transpose(0, 2, 1) @ shapes
    aims = weighted.sum(axis=1)
    amplitudes = _solve(products, aims)
    # Wrong exponents want a term below 0, and its logarithm would run away for good: there the
    # floor is set in the middle, and the others follow.
    middle = float(np.exp(surface.log_loss.mean()))
    wrong = (amplitudes < 0.01 * middle).any(axis=1)
    floor = 0.5 * middle
    rest = _solve(products[:, :2, :2], aims[:, :2] - floor * products[:, :2, 2])
    amplitudes[wrong] = np.concatenate([rest, np.full((len(rest), 1), floor)], axis=1)[wrong]
    theta = np.concatenate([np.log(np.maximum(amplitudes, 0.05 * middle)), exponents], axis=1)
    free = np.arange(theta.shape[1]) < 3
    wide = Objective(delta=WIDE)
    right = descend(surface, theta[~wrong], weights, wide, most=3, gain=1e-2, free=free)
    theta[~wrong] = right.theta
    return theta


def _solve(products: Array, aims: Array) -> Array:
    """Normal equations of each start, scaled, with a ridge where two shapes are the same."""
    size = np.sqrt(np.diagonal(products, axis1=1, axis2=2))
    scaled = products / (size[:, :, None] * size[:, None, :])
    scaled += 1e-9 * np.eye(size.shape[1])
    return np.linalg.solve(scaled, (aims / size)[:, :, None])[:, :, 0] / size


def from_everywhere(surface: Any, weights: Array, objective: Objective) -> Optimum:
    """Every start of the grid to its optimum: projected, then wide, then as asked.

    The wide view only has to find the valley, and some of the rows show it as well as all.
    On a long table the narrow one is taken from every start on a part of the rows, and on all
    rows from there, so that a million rows need no memory for 49 copies of them.
    """
    few = _some(surface, FEW)
    rough = surface.thinned(few)
    theta = project(rough, grid(surface.unknowns - 3), weights[few])
    wide = Objective(max(WIDE, objective.delta), objective.overestimate_penalty)
    theta = descend(rough, theta, weights[few], wide, most=40, gain=1e-3).theta
    if surface.rows <= MANY:
        return descend(surface, theta, weights, objective, most=MOST_STEPS)
    part = _some(surface, MANY)
    near = descend(surface.thinned(part), theta, weights[part], objective)
    # Starts that met on a part of the rows go on together: the one with the least stands for all.
    value = near.at.value
    same = np.flatnonzero(value <= value.min() * (1.0 + 1e-6))
    first, others = same[:1], np.setdiff1d(np.arange(value.size), same)
    ends = [descend(surface, near.theta[[i]], weights, objective) for i in (*first, *others)]
    which = np.zeros(value.size, int)
    which[others] = 1 + np.arange(others.size)
    return joined(ends)[which]


def _some(surface: Any, most: int) -> Array:
    """At most so many rows, spread evenly over the compute of the runs."""
    order = np.argsort(surface.x + surface.y, kind="stable")
    return order[:: -(-surface.rows // most)]
