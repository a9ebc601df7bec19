"""Kaplan's joint form: L(N, D) = ((N_c/N)^(α_N/α_D) + D_c/D)^α_D (Kaplan et al. 2020, eq. 1.5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chinchilla_widget.laws.base import About
from chinchilla_widget.laws.draws import Draws
from chinchilla_widget.laws.frontier import FrontierLaw, Power
from chinchilla_widget.laws.parametric import ParametricLaw


class KaplanLaw(FrontierLaw):
    """A loss surface without a floor, and its frontier, which is then exactly a power law.

    The loss is a rising function of (N_c/N)^(α_N/α_D) + D_c/D, the parametric form with E = 0
    and β = 1: its optimum for a compute is the same. Questions beyond a budget are answered as
    for every frontier law.
    """

    # Draws, or what makes them when they are first asked for.
    sample: Draws | Callable[[], Draws] | None

    def __init__(
        self,
        constants: Mapping[str, Any],
        about: About | None = None,
        sample: Draws | Callable[[], Draws] | None = None,
    ) -> None:
        inner = _inner(constants)
        powers = inner.frontier()
        factor, exponent = powers["reducible"]
        power = constants["alpha_D"]
        super().__init__(
            params=Power(*powers["params"]),
            tokens=Power(*powers["tokens"]),
            loss_by_flops=Power(factor**power, exponent * power),
            constants=constants,
            about=about or About(),
        )
        object.__setattr__(self, "sample", sample)

    @property
    def draws(self) -> Draws | None:
        """How sure the law is of its constants: joint draws of them, or None."""
        return self.sample() if callable(self.sample) else self.sample

    @property
    def slow(self) -> bool:
        """Whether the draws are still to be made, which takes this form a while."""
        return callable(self.sample)

    @property
    def prompt_draws(self) -> Draws | None:
        """The draws, unless they would have to be made first: what is saved unasked."""
        return None if self.slow else self.draws

    def loss(self, params: Any, tokens: Any) -> Any:
        """Loss in nats per token of the law's own tokenizer."""
        return _inner(self.constants).reducible(params, tokens) ** self.constants["alpha_D"]


def _inner(constants: Mapping[str, Any]) -> ParametricLaw:
    """The parametric form that the loss is a power of."""
    ratio = constants["alpha_N"] / constants["alpha_D"]
    of_size = constants["N_c"] ** ratio
    terms = {"E": 0.0, "A": of_size, "B": constants["D_c"], "alpha": ratio, "beta": 1.0}
    return ParametricLaw(terms)
