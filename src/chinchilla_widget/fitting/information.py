"""What runs say of the unknowns: the Fisher information of a Huber fit, jointly.

For an M-estimator with ψ the derivative of the price, a row adds κ·J·Jᵀ, J = ∂ ln L̂/∂θ and
κ = (E ψ′)²/E ψ² (Huber 1964): 1/σ² for least squares of errors with variance σ². Weights count
in proportion: a factor they share changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from chinchilla_widget.fitting.families import surface_for
from chinchilla_widget.fitting.objective import TINY, Objective
from chinchilla_widget.fitting.runs import Runs

Array = Any
# Of the median error: narrow enough for the middle, wide enough to hold runs to count.
WINDOW = 0.8
# How near in ln tokens per param (one sd) runs are of whose scatter a run to come will be.
ALIKE = 0.7
# Errors below this are rounding: runs that fit exactly tell of no scatter.
ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Information:
    """The joint information of some runs at θ.

    Attributes:
        matrix: ``(m, m)``.
        ratio: Σwψ′/Σw²ψ²: twice a difference of objectives, times this, is about χ².
        bend, square: ψ′ and ψ² of each row, ``(n,)``.
        log_ratio: its ln tokens per param, ``(n,)``.
    """

    matrix: Array
    ratio: float
    bend: Array
    square: Array
    log_ratio: Array

    def per_row(self, ratios: Array) -> Array:
        """κ of runs to come with so many tokens per param, ``(k,)``, from the runs most like them.

        Runs scatter unequally: on the 240 rows of Besiroglu et al. those below 2 tokens per
        param lie 2.7 times as far off the law as those between 5 and 50.
        """
        near = alike(self.log_ratio, ratios)
        return (near @ self.bend) ** 2 / (near @ self.square)

    def of_more(self, times: float) -> Information:
        """What so many times the runs say, all like these."""
        return replace(self, matrix=self.matrix * times, ratio=self.ratio * times)

    @property
    def covariance(self) -> Array:
        """Of θ, ``(m, m)``; a direction that no run sees has the largest finite variance."""
        return inverse(self.matrix)

    @property
    def condition(self) -> float:
        """Condition number of the information, each unknown in its own unit."""
        scale = np.sqrt(np.maximum(np.diagonal(self.matrix), TINY))
        return float(np.linalg.cond(self.matrix / np.outer(scale, scale)))


def alike(log_ratio: Array, ratios: Array) -> Array:
    """How much each run, ``(n,)``, says of runs with so many tokens per param: ``(k, n)``.

    Rows sum to 1.
    """
    apart = (np.log(ratios)[:, None] - log_ratio) / ALIKE
    near = np.exp(-0.5 * (apart**2 - (apart**2).min(axis=1, keepdims=True)))
    found: Array = near / near.sum(axis=1, keepdims=True)
    return found


def inverse(matrix: Array) -> Array:
    """Inverse of one information matrix or many, ``(…, m, m)``, scaled so that it is safe."""
    scale = np.sqrt(np.maximum(np.diagonal(matrix, axis1=-2, axis2=-1), TINY))
    outer = scale[..., :, None] * scale[..., None, :]
    return np.linalg.inv(matrix / outer + 1e-13 * np.eye(matrix.shape[-1])) / outer


def information(runs: Runs, family: str, theta: Array, price: Objective) -> Information:
    """What the runs say of θ, the errors being as they are.

    E ψ′ is counted among the rows themselves, not taken for the same everywhere: where the runs
    with most say on an exponent lie far off, they say less. The information is that of the
    sandwich, H·V⁻¹·H (Huber 1967), H = Σ ψ′·J·Jᵀ and V = Σ ψ²·J·Jᵀ. With one scatter for all it
    came out half as wide as the bootstrap on the 240 rows of Besiroglu et al.; so, as wide.
    Runs of one cluster err together: V is then the sum over clusters of squared sums.
    """
    surface = surface_for(family, runs)
    slopes = surface.jacobian(theta[None])[0]
    weights = runs.weight / runs.weight.mean()
    errors = surface.residuals(theta[None])[0]
    _, slope, bend, _ = price.of(errors)
    if np.isfinite(price.delta):
        # Too few errors lie within δ to count them where δ is far below their spread: those in
        # a wider window stand for them.
        size = np.abs(errors)
        width = max(price.delta, WINDOW * float(np.median(size)))
        bend = (size <= width) * (price.delta / width)
    square = np.maximum(slope * slope, (ROUNDING * min(price.delta, 1.0)) ** 2)
    weighted = slopes * weights[:, None]
    first = (weighted * bend[:, None]).T @ slopes
    second = (weighted * (weights * square)[:, None]).T @ slopes
    if runs.cluster is not None:
        count = int(runs.cluster.max()) + 1
        scores = np.zeros((count, slopes.shape[1]))
        np.add.at(scores, runs.cluster, weighted * slope[:, None])
        # Few clusters leave directions without any error; the rows' own stand in there.
        second = scores.T @ scores + second * min(1.0, slopes.shape[1] / count)
    matrix = first @ inverse(second) @ first
    ratio = float((weights * bend).sum() / (weights * weights * square).sum())
    ratio /= float(runs.weight.mean())  # the objective has the weights as they were given
    return Information(matrix, ratio, bend, square, np.log(runs.tokens / runs.params))
