"""What a fit minimises: a sum over the runs of a price on the error of log loss."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = Any
TINY = 1e-300


@dataclass(frozen=True)
class Objective:
    """Σ wᵢ·Huber_δ(rᵢ), with r = ln L̂ − ln L in nats of the logarithm.

    The Huber loss is Hoffmann et al. 2022's (arXiv:2203.15556, equation 3), r²/2 up to
    ``delta`` and linear beyond, summed and not averaged (Besiroglu et al. 2024, arXiv:2404.10102,
    section 3). ``delta`` infinite is least squares. ``overestimate_penalty`` multiplies the
    price of runs the law expects to be worse than they were (r > 0).
    """

    delta: float = 1e-3
    overestimate_penalty: float = 1.0

    def prices(
        self, r: Array, price: Array, slope: Array, bend: Array, secant: Array
    ) -> tuple[Array, Array, Array, Array]:
        """Price, its derivative ψ, its second derivative, and the secant weight ψ/r, put there.

        The secant weight is that of iteratively reweighted least squares: the parabola with
        it lies above the price everywhere and touches it at r.
        """
        if math.isinf(self.delta):
            np.multiply(np.multiply(r, 0.5, out=price), r, out=price)
            slope[:] = r
            bend[:] = secant[:] = 1.0
        else:
            size = np.abs(r, out=bend)
            np.divide(self.delta, np.maximum(size, self.delta, out=secant), out=secant)
            inner = np.minimum(size, self.delta, out=slope)
            np.multiply(inner, 0.5, out=price)
            np.multiply(np.subtract(size, price, out=price), inner, out=price)
            np.copysign(inner, r, out=slope)
            np.less_equal(size, self.delta, out=bend)
        if self.overestimate_penalty != 1.0:
            times = np.where(r > 0.0, self.overestimate_penalty, 1.0)
            for each in (price, slope, bend, secant):
                each *= times
        return price, slope, bend, secant

    def of(self, r: Array) -> tuple[Array, Array, Array, Array]:
        """``prices`` in arrays of their own."""
        return self.prices(r, *np.empty((4, *np.shape(r))))

    def value(self, r: Array, weights: Array) -> Array:
        """The objective for residuals ``(…, n)``, summed over the last axis."""
        return (weights * self.of(r)[0]).sum(axis=-1)
