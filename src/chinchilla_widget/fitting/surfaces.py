"""The parametric surfaces: residuals of log loss with their exact gradient and Hessian, batched.

Everything is written for the unknowns θ = (p, q, e, α, β) of

    ln L̂ = ln(exp(p − α·x) + exp(q − β·y) + exp(e)),

x and y being log params and log tokens about their means: p and q are the logs of the two terms
at the middle of the data, which parts them from the exponents (corr(ln A, α) is .9993 in the
usual form, and near none here). With s the three shares of L̂ and g their gradients, the Hessian
of ln L̂ is Σ s·g·gᵀ − J·Jᵀ, so all second derivatives are moments of the data: one product of a
matrix of shares with a matrix of powers of x and y, for all fits of a batch at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from chinchilla_widget.fitting.objective import Objective
from chinchilla_widget.fitting.runs import Runs

Array = Any


@dataclass
class Moments:
    """The objective about one point of each fit: value ``(k,)``, gradient, and two matrices.

    ``newton`` is the exact Hessian, which may be indefinite; ``metric`` is that of reweighted
    least squares, which is not: steps in it always go down.
    """

    value: Array
    gradient: Array
    newton: Array
    metric: Array

    def __getitem__(self, index: Array) -> Moments:
        return Moments(
            self.value[index], self.gradient[index], self.newton[index], self.metric[index]
        )

    def __setitem__(self, index: Array, other: Moments) -> None:
        self.value[index], self.gradient[index] = other.value, other.gradient
        self.newton[index], self.metric[index] = other.newton, other.metric


class Parametric:
    """L = E + A/N^α + B/D^β (Hoffmann et al. 2022, equation 2) on given runs."""

    family = "parametric"
    # Amplitudes first, then exponents: the order of θ.
    letters: tuple[str, ...] = ("A", "B", "E", "alpha", "beta")
    amplitudes = 3

    def __init__(self, runs: Runs) -> None:
        self.log_loss = np.log(runs.loss)
        log_params, log_tokens = np.log(runs.params), np.log(runs.tokens)
        self.middle = float(log_params.mean()), float(log_tokens.mean())
        self.x, self.y = log_params - self.middle[0], log_tokens - self.middle[1]
        self.rows = self.x.size
        self._room: Array = None
        self.limits = self._limits()

    def _limits(self) -> Array:
        """A term is within e⁻¹² and e⁶ of the loss, an exponent between −2 and 8."""
        middle = float(self.log_loss.mean())
        least, most = [middle - 12.0] * 3 + [-2.0] * 2, [middle + 6.0] * 3 + [8.0] * 2
        return np.array([least[: self.unknowns], most[: self.unknowns]])

    def thinned(self, rows: Array) -> Parametric:
        """The same unknowns on some of the rows only."""
        some = copy(self)
        some.x, some.y, some.log_loss = self.x[rows], self.y[rows], self.log_loss[rows]
        some.rows, some._room = some.x.size, None
        some.__dict__.pop("_powers", None)
        return some

    def room(self, fits: int) -> Array:
        """Ten arrays ``(fits, n)`` to work in, the same at every call.

        Fresh arrays of this size cost more than the arithmetic in them: the allocator gives
        their pages back to the system each time. So a surface serves one thread.
        """
        if self._room is None or self._room.shape[1] < fits:
            self._room = np.empty((10, fits, self.rows))
        return self._room[:, :fits]

    @property
    def unknowns(self) -> int:
        return len(self.letters)

    @cached_property
    def _powers(self) -> tuple[Array, Array, Array]:
        one, x, y = np.ones_like(self.x), self.x, self.y
        return (
            np.stack([one, x, x * x], axis=1),
            np.stack([one, y, y * y], axis=1),
            np.stack([one, x, y, x * y], axis=1),
        )

    def shares(self, theta: Array) -> tuple[Array, Array, Array, Array]:
        """The three terms of L̂ as shares of it, and ln L̂: ``(k, n)`` each, in ``room``."""
        p, q, e, alpha, beta = (theta[:, i, None] for i in range(5))
        size, data, floor, total = self.room(len(theta))[:4]
        np.exp(np.subtract(p, np.multiply(alpha, self.x, out=size), out=size), out=size)
        np.exp(np.subtract(q, np.multiply(beta, self.y, out=data), out=data), out=data)
        least = np.exp(e)
        np.add(np.add(size, data, out=total), least, out=total)
        inverse = np.divide(1.0, total, out=floor)
        size *= inverse
        data *= inverse
        np.multiply(inverse, least, out=floor)
        return size, data, floor, np.log(total, out=total)

    def residuals(self, theta: Array) -> Array:
        """ln L̂ − ln L for ``(k, 5)`` points: ``(k, n)``."""
        return self.shares(theta)[3] - self.log_loss

    def jacobian(self, theta: Array) -> Array:
        """∂ ln L̂/∂θ: ``(k, n, 5)``."""
        size, data, floor, _ = self.shares(theta)
        return np.stack([size, data, floor, -self.x * size, -self.y * data], axis=-1)

    def moments(self, theta: Array, weights: Array, objective: Objective) -> Moments:
        """The objective and its derivatives at ``(k, 5)`` points for ``(k, n)`` weights."""
        size, data, floor, r = self.shares(theta)
        r -= self.log_loss
        price, pull, bend, secant, spare = self.room(len(theta))[4:9]
        objective.prices(r, price, pull, bend, secant)
        pull *= weights
        xs, ys, _ = self._powers
        of_size = np.multiply(pull, size, out=spare) @ xs
        of_data = np.multiply(pull, data, out=spare) @ ys
        of_floor = np.einsum("kn,kn->k", pull, floor)
        gradient = np.stack(
            [of_size[:, 0], of_data[:, 0], of_floor, -of_size[:, 1], -of_data[:, 1]], axis=1
        )
        value = np.einsum("kn,kn->k", weights, price)
        bend *= weights
        bend -= pull
        newton = self._products(bend, size, data, floor)
        for of, i, j in ((of_size, 0, 3), (of_data, 1, 4)):
            newton[:, i, i] += of[:, 0]
            newton[:, i, j] -= of[:, 1]
            newton[:, j, i] -= of[:, 1]
            newton[:, j, j] += of[:, 2]
        newton[:, 2, 2] += of_floor
        secant *= weights
        return Moments(value, gradient, newton, self._products(secant, size, data, floor))

    def _products(self, weight: Array, size: Array, data: Array, floor: Array) -> Array:
        """Σ weight·J·Jᵀ: ``(k, 5, 5)``."""
        xs, ys, both = self._powers
        by, spare = self.room(len(weight))[8:10]
        np.multiply(weight, size, out=by)
        pp = np.multiply(by, size, out=spare) @ xs
        pq = np.multiply(by, data, out=spare) @ both
        pe = np.multiply(by, floor, out=spare) @ xs[:, :2]
        np.multiply(weight, data, out=by)
        qq = np.multiply(by, data, out=spare) @ ys
        qe = np.multiply(by, floor, out=spare) @ ys[:, :2]
        np.multiply(weight, floor, out=by)
        ee = np.einsum("kn,kn->k", by, floor)
        made = np.empty((len(weight), 5, 5))
        for (i, j), value in {
            (0, 0): pp[:, 0],
            (0, 1): pq[:, 0],
            (0, 2): pe[:, 0],
            (0, 3): -pp[:, 1],
            (0, 4): -pq[:, 2],
            (1, 1): qq[:, 0],
            (1, 2): qe[:, 0],
            (1, 3): -pq[:, 1],
            (1, 4): -qq[:, 1],
            (2, 2): ee,
            (2, 3): -pe[:, 1],
            (2, 4): -qe[:, 1],
            (3, 3): pp[:, 2],
            (3, 4): pq[:, 3],
            (4, 4): qq[:, 2],
        }.items():
            made[:, i, j] = value
            made[:, j, i] = value
        return made

    def shapes(self, exponents: Array) -> Array:
        """What the amplitudes multiply, for ``(k, 2)`` exponents: ``(k, n, 3)``."""
        alpha, beta = exponents[:, :1], exponents[:, 1:2]
        size, data = np.exp(-alpha * self.x), np.exp(-beta * self.y)
        return np.stack([size, data, np.ones_like(size)], axis=-1)

    def constants(self, theta: Array) -> dict[str, Array]:
        """A, B, E, α, β by the paper's letters, from θ ``(…, 5)``."""
        return by_letters([theta[..., i] for i in range(5)], self.middle)

    def point(self, constants: Any) -> Array:
        """θ from constants: the way back."""
        alpha, beta = constants["alpha"], constants["beta"]
        return np.array(
            [
                np.log(constants["A"]) - alpha * self.middle[0],
                np.log(constants["B"]) - beta * self.middle[1],
                np.log(constants["E"]),
                alpha,
                beta,
            ]
        )


def by_letters(theta: Sequence[Any], middle: tuple[float, float]) -> dict[str, Any]:
    """A, B, E, α, β from the five unknowns of a surface: logs of the terms at the data's middle."""
    p, q, e, alpha, beta = theta
    return {
        "E": np.exp(e),
        "A": np.exp(p + alpha * middle[0]),
        "B": np.exp(q + beta * middle[1]),
        "alpha": alpha,
        "beta": beta,
    }


class Tied(Parametric):
    """The parametric law with one exponent for both terms (α = β)."""

    family = "tied"
    letters = ("A", "B", "E", "alpha")
    # θ of the parametric law is linear in (p, q, e, α), so its derivatives follow.
    _spread = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 1.0]])

    def shares(self, theta: Array) -> tuple[Array, Array, Array, Array]:
        return super().shares(theta if theta.shape[1] == 5 else theta @ self._spread.T)

    def jacobian(self, theta: Array) -> Array:
        return super().jacobian(theta) @ self._spread

    def moments(self, theta: Array, weights: Array, objective: Objective) -> Moments:
        full, to = super().moments(theta, weights, objective), self._spread
        return Moments(
            full.value, full.gradient @ to, to.T @ full.newton @ to, to.T @ full.metric @ to
        )

    def shapes(self, exponents: Array) -> Array:
        return super().shapes(np.repeat(exponents, 2, axis=1))

    def constants(self, theta: Array) -> dict[str, Array]:
        return super().constants(theta @ self._spread.T)

    def point(self, constants: Any) -> Array:
        return super().point(constants)[:4]
