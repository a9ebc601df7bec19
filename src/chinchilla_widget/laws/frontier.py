"""The frontier family: N*(C), D*(C) and L(C) as power laws, without a loss surface."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chinchilla_widget.laws.base import About, Described
from chinchilla_widget.messages import ChinchillaError


@dataclass(frozen=True)
class Power:
    """``floor + k·x^exponent``."""

    k: Any
    exponent: Any
    floor: Any = 0.0

    def __call__(self, x: Any) -> Any:
        return self.floor + self.k * x**self.exponent


@dataclass(frozen=True)
class FrontierLaw(Described):
    """Best size, best data and loss against compute, each where the paper gives it.

    A missing one of params and tokens is C/6 over the other. ``compute_unit`` is the FLOP in
    one unit of the paper's C, ``params_unit`` the params in one unit of its own measure of size.
    """

    params: Power | None = None
    tokens: Power | None = None
    loss_by_flops: Power | None = None
    loss_by_params: Power | None = None
    compute_unit: float = 1.0
    params_unit: float = 1.0
    constants: Mapping[str, float] = field(default_factory=dict)
    about: About = field(default_factory=About)

    family = "frontier"

    def loss(self, params: Any, tokens: Any) -> Any:
        """A frontier law has no loss surface.

        Raises:
            ChinchillaError: always, with the sentence that says so.
        """
        raise ChinchillaError("laws.no_surface", name=self.about.name)

    def optimum(self, flops: Any) -> tuple[Any, Any]:
        """Compute-optimal ``(params, tokens)`` for a training compute in FLOP.

        Raises:
            ChinchillaError: the law gives a loss only.
        """
        compute = flops / self.compute_unit
        if self.params is not None:
            params = self.params(compute) * self.params_unit
            if self.tokens is not None:
                return params, self.tokens(compute)
            return params, flops / (6.0 * params)
        if self.tokens is None:
            raise ChinchillaError("laws.no_optimum", name=self.about.name)
        tokens = self.tokens(compute)
        return flops / (6.0 * tokens), tokens

    def optimal_loss(self, flops: Any) -> Any:
        """The loss at the optimum, or None where the paper gives none."""
        return None if self.loss_by_flops is None else self.loss_by_flops(flops / self.compute_unit)

    def frontier(self) -> dict[str, tuple[float, float]]:
        """Optimal params and tokens as ``(factor, exponent)`` of FLOP."""
        params, tokens = (
            None
            if power is None
            else (unit * power.k * self.compute_unit**-power.exponent, power.exponent)
            for power, unit in ((self.params, self.params_unit), (self.tokens, 1.0))
        )
        if params is None and tokens is None:
            raise ChinchillaError("laws.no_optimum", name=self.about.name)
        return {
            "params": params or _complement(tokens),
            "tokens": tokens or _complement(params),
        }


def _complement(power: tuple[float, float] | None) -> tuple[float, float]:
    assert power is not None
    factor, exponent = power
    return 1.0 / (6.0 * factor), 1.0 - exponent
