"""The parametric family: L(N, D) = E + A/N^α + B/D^β (Hoffmann et al. 2022, equation 2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from chinchilla_widget.laws.base import R_D_MUENNIGHOFF, About, Described
from chinchilla_widget.laws.data_limited import effective_params
from chinchilla_widget.laws.draws import Draws
from chinchilla_widget.tracing import where


@dataclass(frozen=True)
class ParametricLaw(Described):
    """A loss surface over params and tokens, with a closed-form compute-optimal frontier.

    ``constants`` holds E, A, B, alpha and beta (nats per token, params, tokens) and may hold
    R_D and R_N, the scales on which repeated tokens and excess params lose their worth. They
    may be symbols: the same arithmetic then writes expressions.
    """

    constants: Mapping[str, Any]
    about: About = field(default_factory=About)
    # Draws, or what makes them when they are first asked for.
    sample: Draws | Callable[[], Draws] | None = field(default=None, compare=False, repr=False)

    # The registry's own, for the very law it made: a copy with other constants has none.
    shipped: Callable[[], Draws | None] | None = field(
        default=None, init=False, compare=False, repr=False
    )

    family = "parametric"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ParametricLaw):
            return NotImplemented
        if (self.constants, self.about) != (other.constants, other.about):
            return False
        if self.sample is other.sample or self.sample is None or other.sample is None:
            return True
        mine, theirs = self.prompt_draws, other.prompt_draws
        return mine is None or theirs is None or mine == theirs

    @property
    def draws(self) -> Draws | None:
        """How sure the law is of its constants: joint draws of them, or None."""
        if self.sample is None:
            return None if self.shipped is None else self.shipped()
        return self.sample() if callable(self.sample) else self.sample

    @property
    def slow(self) -> bool:
        """Whether the draws are still to be made and take minutes, as with repeats."""
        return callable(self.sample) and "R_D" in self.constants

    @property
    def prompt_draws(self) -> Draws | None:
        """The draws, unless they would take minutes: what is shown or saved unasked."""
        return None if self.slow else self.draws

    def terms(self, params: Any, tokens: Any) -> tuple[Any, Any]:
        """A/N^α and B/D^β: what more params, and more (effective) tokens, take away."""
        k = self.constants
        return k["A"] * params ** -k["alpha"], k["B"] * tokens ** -k["beta"]

    def reducible(self, params: Any, tokens: Any) -> Any:
        """The part of the loss that more params and (effective) tokens take away."""
        of_params, of_tokens = self.terms(params, tokens)
        return of_params + of_tokens

    def loss(self, params: Any, tokens: Any) -> Any:
        """Loss in nats per token of the law's own tokenizer."""
        return self.constants["E"] + self.reducible(params, tokens)

    @property
    def floor(self) -> Any:
        """The irreducible loss E."""
        return self.constants["E"]

    @property
    def repeat_scale(self) -> Any:
        """R_D*; Muennighoff's where the law has none of its own."""
        return self.constants.get("R_D", R_D_MUENNIGHOFF)

    def effective_params(self, params: Any, unique_tokens: Any) -> Any:
        """Params that count when only ``unique_tokens`` exist: all, unless the law has R_N."""
        if "R_N" not in self.constants:
            return params
        scale = self.constants["R_N"]
        # A picture carries R_N for every law of the family; 0 there stands for a law without it.
        useful = self.params_for(unique_tokens)
        return where(scale > 0, effective_params(params, useful, scale), params)

    def params_for(self, tokens: Any) -> Any:
        """The size for which ``tokens`` are compute-optimal: αA/N^α = βB/D^β."""
        k = self.constants
        weight = (k["alpha"] * k["A"]) / (k["beta"] * k["B"])
        return weight ** (1.0 / k["alpha"]) * tokens ** (k["beta"] / k["alpha"])

    def frontier(self) -> dict[str, tuple[Any, Any]]:
        """Optimal params, tokens and reducible loss as ``(factor, exponent)`` of FLOP.

        Hoffmann et al. 2022, equation 4, with C = 6ND.
        """
        k = self.constants
        alpha, beta = k["alpha"], k["beta"]
        both = alpha + beta
        balance = ((alpha * k["A"]) / (beta * k["B"])) ** (1.0 / both)
        a, b = beta / both, alpha / both
        params = balance * 6.0**-a
        # At the optimum the two terms stand as β to α, so one of them gives the sum.
        return {
            "params": (params, a),
            "tokens": (6.0**-b / balance, b),
            "reducible": (k["A"] * params**-alpha * (1.0 + alpha / beta), -(alpha * a)),
        }

    def optimum(self, flops: Any) -> tuple[Any, Any]:
        """Compute-optimal ``(params, tokens)`` for a training compute in FLOP."""
        factor, exponent = self.frontier()["params"]
        params = factor * flops**exponent
        return params, flops / (6.0 * params)

    def optimal_reducible(self, flops: Any) -> Any:
        """The part of the loss at the optimum that more compute takes away."""
        factor, exponent = self.frontier()["reducible"]
        return factor * flops**exponent

    def optimal_loss(self, flops: Any) -> Any:
        """The loss at the optimum."""
        return self.floor + self.optimal_reducible(flops)


def draws_of(law: Any) -> Draws | None:
    """The draws to show or save unasked; None where there are none or they would take minutes."""
    return law.prompt_draws if isinstance(law, ParametricLaw) else None
