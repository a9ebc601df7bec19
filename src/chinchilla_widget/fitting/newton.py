"""Damped Newton for a whole batch of fits at once, each to the floor of rounding.

The step solves (H + λ·M)·s = −g, H the exact Hessian and M the metric of reweighted least
squares. M has H's units and is never indefinite, so λ needs no scale of its own: λ = 1 is about
a step of reweighted least squares, λ = 0 is Newton's. The Huber price is nearly |r| at the usual
δ; reweighting alone takes some eighty steps there, this some seven.

No optimum is declared by a small change of the objective, which is about 1e-3 here and stops
other optimisers early (Besiroglu et al. 2024, section 3.1, on Hoffmann's own fit): what must be
small is what the next Newton step could still gain, over the objective itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from chinchilla_widget.fitting.objective import TINY, Objective
from chinchilla_widget.fitting.surfaces import Moments

Array = Any
# A step may gain this share of the objective and no more before a fit counts as done.
GAIN = 1e-14
# … or this per row, squared nats: below it residuals are rounding, where data fit exactly.
EXACT = 1e-29
LONGEST_STEP = 1.5
# Below this the damping changes no digit of a step that matters.
UNDAMPED = 1e-2


class Surface(Protocol):
    """What the optimiser asks of a family on given runs."""

    rows: int
    # Beyond these, ``(2, m)``, an unknown has lost its influence, and is held.
    limits: Array

    def moments(self, theta: Array, weights: Array, objective: Objective) -> Moments: ...


@dataclass
class Optimum:
    """Where a batch of fits ended: θ ``(k, m)``, and what is known there.

    ``reached`` says for each fit that Newton's next step would gain nothing: it is a stationary
    point with a positive Hessian, checked, not assumed.
    """

    theta: Array
    at: Moments
    reached: Array
    steps: Array

    def __getitem__(self, index: Array) -> Optimum:
        return Optimum(self.theta[index], self.at[index], self.reached[index], self.steps[index])


def joined(ends: Sequence[Optimum]) -> Optimum:
    """Several batches as one."""
    at = Moments(
        *(
            np.concatenate([getattr(end.at, name) for end in ends])
            for name in ("value", "gradient", "newton", "metric")
        )
    )
    theta, reached, steps = (
        np.concatenate([getattr(end, name) for end in ends])
        for name in ("theta", "reached", "steps")
    )
    return Optimum(theta, at, reached, steps)


def descend(
    surface: Surface,
    theta: Array,
    weights: Array,
    objective: Objective,
    *,
    most: int = 200,
    gain: float = GAIN,
    damping: float = 1.0,
    free: Array | None = None,
) -> Optimum:
    """Every fit of the batch to its optimum.

    Args:
        theta: starts, ``(k, m)``.
        weights: of the rows, ``(n,)`` or ``(k, n)``.
        free: which of the m unknowns may move, ``(m,)`` of bool; all of them by default.
    """
    theta = np.array(theta, dtype=float)
    count, unknowns = theta.shape
    weights = np.broadcast_to(weights, (count, surface.rows))
    moving = np.arange(unknowns) if free is None else np.flatnonzero(free)
    at = surface.moments(theta, weights, objective)
    exact = EXACT * weights.sum(axis=1)
    damped = np.full(count, damping)
    reached, steps = np.zeros(count, bool), np.zeros(count, int)
    open_ = np.arange(count)
    for _ in range(most):
        here, damp = at[open_], damped[open_]
        held = (theta[open_] <= surface.limits[0]) & (here.gradient > 0.0)
        held |= (theta[open_] >= surface.limits[1]) & (here.gradient < 0.0)
        step, expected = _steps(here, damp, moving, held)
        longest = np.abs(step).max(axis=1)
        short = np.minimum(1.0, LONGEST_STEP / np.maximum(longest, TINY))
        tried = theta[open_] + step * short[:, None]
        np.clip(tried, *surface.limits, out=tried)
        there = surface.moments(tried, weights[open_], objective)
        last = (expected >= 0.0) & (damp <= UNDAMPED)
        last &= expected <= gain * here.value + exact[open_]
        # The last step is below the rounding of the objective, and is taken all the same.
        slack = np.where(last, 1e-13 * here.value + exact[open_], 0.0)
        better = (expected >= 0.0) & (there.value <= here.value + slack)
        taken = open_[better]
        theta[taken] = tried[better]
        at[taken] = there[better]
        steps[open_] += 1
        damp = np.where(better, np.where(damp < 1e-3, 0.0, 0.2 * damp), 6.0 * damp + 1e-3)
        damped[open_] = damp
        reached[open_[last]] = True
        open_ = open_[~last & (damp < 1e12)]
        if not open_.size:
            break
    return Optimum(theta, at, reached, steps)


def _steps(at: Moments, damp: Array, moving: Array, held: Array) -> tuple[Array, Array]:
    """The damped step of each fit and what the quadratic model expects it to gain.

    Unknowns that are ``held`` at a limit, ``(k, m)``, stay there.
    """
    held = held[:, moving]
    gradient = np.where(held, 0.0, at.gradient[:, moving])
    pick = np.ix_(np.arange(len(damp)), moving, moving)
    matrix = at.newton[pick] + damp[:, None, None] * at.metric[pick]
    scale = np.sqrt(np.maximum(np.diagonal(at.metric[pick], axis1=1, axis2=2), TINY))
    matrix /= scale[:, :, None] * scale[:, None, :]
    if held.any():
        matrix[held[:, :, None] | held[:, None, :]] = 0.0
        matrix[:, np.arange(moving.size), np.arange(moving.size)] += held
    # Far below what matters, it only keeps an unknown without influence from dividing by zero.
    matrix[:, np.arange(moving.size), np.arange(moving.size)] += 1e-14
    try:
        solved = np.linalg.solve(matrix, (gradient / scale)[:, :, None])[:, :, 0]
    except np.linalg.LinAlgError:  # one of them is singular to the last digit
        solved = (np.linalg.pinv(matrix) @ (gradient / scale)[:, :, None])[:, :, 0]
    rise = np.einsum("ki,ki->k", gradient / scale, solved)
    bend = np.einsum("ki,kij,kj->k", solved, matrix, solved)
    step = np.zeros_like(at.gradient)
    step[:, moving] = -solved / scale
    expected = rise - 0.5 * bend
    return step, np.where(np.isfinite(expected) & (bend >= 0.0), expected, -1.0)
