"""Families whose surface is the law's own arithmetic, differentiated by dual numbers.

The parametric law has its derivatives written out (``surfaces``) because it must be fast. These
have none: ``laws`` says what the loss is, ``Dual`` carries the derivative through it, exactly.
The second derivative is a central difference of those, so its last digits are lost; it only
chooses the step, never the place where the gradient is zero.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from copy import copy
from typing import Any

import numpy as np

from chinchilla_widget.fitting.newton import descend
from chinchilla_widget.fitting.objective import Objective
from chinchilla_widget.fitting.runs import Runs
from chinchilla_widget.fitting.starts import EXPONENTS, from_everywhere
from chinchilla_widget.fitting.surfaces import Moments, Parametric, by_letters
from chinchilla_widget.laws import KaplanLaw, ParametricLaw
from chinchilla_widget.laws.data_limited import effective_tokens
from chinchilla_widget.tracing import Dual

Array = Any
# Central differences of exact first derivatives: the cube root of rounding.
APART = 6e-6
REPEAT_SCALES = (1.0, 2.5, 6.0, 12.0, 25.0, 60.0, 150.0)


class Traced(ABC):
    """A surface known by ``log_loss_of(θ)`` alone, θ a list of floats, arrays or duals."""

    family = ""
    letters: tuple[str, ...] = ()
    limits: Array

    def __init__(self, runs: Runs) -> None:
        self.runs = runs
        self.log_loss = np.log(runs.loss)
        self.rows = len(runs)
        self.middle = float(np.log(runs.params).mean()), float(np.log(runs.tokens).mean())

    @property
    def unknowns(self) -> int:
        return len(self.letters)

    def thinned(self, rows: Array) -> Any:
        """The same unknowns on some of the rows only."""
        some = copy(self)
        some.runs, some.log_loss = self.runs.where(rows), self.log_loss[rows]
        some.rows = some.log_loss.size
        return some

    @abstractmethod
    def log_loss_of(self, theta: list[Any]) -> Any:
        """ln L̂ of the runs: ``(k, n)`` for unknowns ``(k, 1)`` each."""

    def residuals(self, theta: Array) -> Array:
        """ln L̂ − ln L for ``(k, m)`` points: ``(k, n)``."""
        return self.log_loss_of([theta[:, i, None] for i in range(theta.shape[1])]) - self.log_loss

    def jacobian(self, theta: Array) -> Array:
        """∂ ln L̂/∂θ: ``(k, n, m)``."""
        return np.moveaxis(self._traced(theta).slope, 0, -1)

    def _traced(self, theta: Array) -> Dual:
        seeds = np.eye(theta.shape[1])[:, :, None, None]
        duals = [Dual(theta[:, i, None], seeds[i]) for i in range(theta.shape[1])]
        found: Dual = self.log_loss_of(duals)
        return found

    def moments(self, theta: Array, weights: Array, objective: Objective) -> Moments:
        """The objective and its derivatives at ``(k, m)`` points for ``(k, n)`` weights."""
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            traced = self._traced(theta)
            slopes = np.moveaxis(traced.slope, 0, -1)
            price, slope, bend, secant = objective.of(traced.value - self.log_loss)
            pull = (weights * slope)[:, None, :]
            gradient = (pull @ slopes)[:, 0]
            newton = slopes.transpose(0, 2, 1) @ (slopes * (weights * bend)[:, :, None])
            for i in range(theta.shape[1]):
                step = np.zeros(theta.shape[1])
                step[i] = APART
                apart = self.jacobian(theta + step) - self.jacobian(theta - step)
                newton[:, i] += (pull @ apart)[:, 0] / (2.0 * APART)
            newton = 0.5 * (newton + newton.transpose(0, 2, 1))
            metric = slopes.transpose(0, 2, 1) @ (slopes * (weights * secant)[:, :, None])
            value = (weights * price).sum(axis=1)
        wild = ~(np.isfinite(value) & np.isfinite(newton).all(axis=(1, 2)))
        value[wild], newton[wild], gradient[wild] = np.inf, 0.0, 0.0
        metric[wild] = np.eye(theta.shape[1])
        return Moments(value, gradient, newton, metric)


class Repeats(Traced):
    """The parametric law on effective params and tokens (Muennighoff et al. 2023, equation 6)."""

    family = "repeats"
    letters = ("A", "B", "E", "alpha", "beta", "R_D", "R_N")
    # Repeats worth nothing, or as much as new tokens: data say no more beyond these.
    scales = (0.05, 1000.0)

    def __init__(self, runs: Runs) -> None:
        super().__init__(runs)
        of_scales = np.log([[self.scales[0]] * 2, [self.scales[1]] * 2])
        self.limits = np.hstack([Parametric(runs).limits, of_scales])

    def constants(self, theta: Any) -> dict[str, Any]:
        """The constants by the paper's letters, from θ ``(…, 7)`` or a list of its parts."""
        parts = theta if isinstance(theta, list) else [theta[..., i] for i in range(7)]
        *surface, scale_d, scale_n = parts
        of_repeats = {"R_D": np.exp(scale_d), "R_N": np.exp(scale_n)}
        return by_letters(surface, self.middle) | of_repeats

    def point(self, constants: Any) -> Array:
        """θ from constants: the way back."""
        of_law = Parametric(self.runs).point(constants)
        return np.array([*of_law, np.log(constants["R_D"]), np.log(constants["R_N"])])

    def log_loss_of(self, theta: list[Any]) -> Any:
        law = ParametricLaw(self.constants(theta))
        runs = self.runs
        assert runs.unique_tokens is not None
        unique = np.minimum(runs.unique_tokens, runs.tokens)
        repeats = runs.tokens / unique - 1.0
        tokens = effective_tokens(unique, repeats, law.constants["R_D"])
        return np.log(law.loss(law.effective_params(runs.params, unique), tokens))

    def from_everywhere(self, weights: Array, objective: Objective) -> Any:
        """A parametric fit for each worth of repeated tokens, then all seven unknowns from 49."""
        runs, starts = self.runs, []
        assert runs.unique_tokens is not None
        unique = np.minimum(runs.unique_tokens, runs.tokens)
        for scale in REPEAT_SCALES:
            worth = effective_tokens(unique, runs.tokens / unique - 1.0, scale)
            surface = Parametric(Runs(runs.params, worth, runs.loss))
            ends = from_everywhere(surface, weights, objective)
            constants = surface.constants(ends.theta[int(np.argmin(ends.at.value))])
            starts += [self.point({**constants, "R_D": scale, "R_N": n}) for n in REPEAT_SCALES]
        return descend(self, np.array(starts), weights, objective)


class Kaplan(Traced):
    """L = ((N_c/N)^(α_N/α_D) + D_c/D)^α_D (Kaplan et al. 2020, equation 1.5)."""

    family = "kaplan"
    letters = ("N_c", "D_c", "alpha_N", "alpha_D")
    limits = np.array([[-200.0, -200.0, 0.02, -5.0], [200.0, 200.0, 8.0, 1.5]])

    def constants(self, theta: Any) -> dict[str, Any]:
        """The constants by the paper's letters, from θ ``(…, 4)`` or a list of its parts.

        θ holds the logs of the two terms at the middle of the data, α_N/α_D and ln α_D.
        """
        parts = theta if isinstance(theta, list) else [theta[..., i] for i in range(4)]
        p, q, ratio, log_alpha = parts
        alpha_d = np.exp(log_alpha)
        return {
            "N_c": np.exp(p / ratio + self.middle[0]),
            "D_c": np.exp(q + self.middle[1]),
            "alpha_N": ratio * alpha_d,
            "alpha_D": alpha_d,
        }

    def point(self, constants: Any) -> Array:
        """θ from constants: the way back."""
        ratio = constants["alpha_N"] / constants["alpha_D"]
        p = ratio * (np.log(constants["N_c"]) - self.middle[0])
        q = np.log(constants["D_c"]) - self.middle[1]
        return np.array([p, q, ratio, np.log(constants["alpha_D"])])

    def log_loss_of(self, theta: list[Any]) -> Any:
        return np.log(KaplanLaw(self.constants(theta)).loss(self.runs.params, self.runs.tokens))

    def from_everywhere(self, weights: Array, objective: Objective) -> Any:
        """From every pair of exponents; L^(1/α_D) is linear in both amplitudes, so it opens."""
        ratios, powers = (
            each.ravel() for each in np.meshgrid(EXPONENTS, (0.05, 0.08, 0.12, 0.2, 0.35, 0.6, 1.0))
        )
        x = np.log(self.runs.params) - self.middle[0]
        y = np.log(self.runs.tokens) - self.middle[1]
        starts = []
        for ratio, power in zip(ratios, powers, strict=True):
            raised = np.exp(self.log_loss / power - self.log_loss.mean() / power)
            shapes = np.stack([np.exp(-ratio * x), np.exp(-y)], axis=1) / raised[:, None]
            found = np.linalg.lstsq(shapes, np.ones_like(x), rcond=None)[0]
            found = np.log(np.maximum(found, 0.05)) + self.log_loss.mean() / power
            starts.append([*found, ratio, np.log(power)])
        wide = Objective(max(0.1, objective.delta), objective.overestimate_penalty)
        theta = descend(self, np.array(starts), weights, wide, most=60, gain=1e-3).theta
        return descend(self, theta, weights, objective)
