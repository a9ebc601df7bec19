"""``Scenario``: a question with every default filled in, in base units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from chinchilla_widget import costs
from chinchilla_widget.accelerators import Accelerator
from chinchilla_widget.messages import refuse_unknown
from chinchilla_widget.scenario.words import WORDS

Note = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Budget:
    """A budget as read.

    ``amount`` is in dollars ("money"), FLOP ("flop") or chip-hours ("chip_time").
    """

    text: str
    kind: str
    amount: float


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A question with every default filled in; made by ``Scenario.of``.

    Units: dollars, FLOP, params, tokens, dollars a chip-hour, shares of 1, nats per token;
    ``token_price`` alone is dollars per *million* unique tokens, as people say it.
    ``words`` holds what was given, as it was given.
    """

    budget: Budget | None
    accelerator: Accelerator
    dtype: str
    peak_flops: float
    price_kind: str
    price_per_hour: float | None
    mfu: float
    goodput: float
    chips: int | None
    final_share: float
    law: Any
    token_price: float
    unique_tokens: float
    repeats: bool
    served_tokens: float
    serving_mfu: float
    serving_price_per_hour: float | None
    params: float | None
    tokens: float | None
    target_loss: float | None
    pue: float
    grid: float
    lang: str
    words: Mapping[str, Any] = field(repr=False, compare=False)
    notes: tuple[Note, ...] = field(repr=False, compare=False)

    @classmethod
    def of(cls, budget: str | None = None, **words: Any) -> Scenario:
        """Read and check every word.

        Raises:
            ChinchillaError: something cannot be read, disagrees, or has no answer.
            TypeError: a keyword that is not one of ``WORDS``.
        """
        from chinchilla_widget.scenario.reading import read_scenario

        refuse_unknown(words, WORDS)
        return read_scenario({"budget": budget, **words})

    @cached_property
    def flops_per_hour(self) -> float:
        """Model FLOP one chip trains in an hour."""
        return float(costs.flops_per_chip_hour(self.peak_flops, self.mfu, self.goodput))

    @cached_property
    def dollars_per_flop(self) -> float | None:
        """Dollars for one FLOP of training; None where no price is known."""
        if self.price_per_hour is None:
            return None
        return self.price_per_hour / self.flops_per_hour

    @cached_property
    def total_flops(self) -> float | None:
        """The whole budget of this run in training FLOP; None where it is the answer."""
        if self.budget is None:
            return None
        amount = self.budget.amount * self.final_share
        if self.budget.kind == "flop":
            return amount
        if self.budget.kind == "chip_time":
            return amount * self.flops_per_hour
        assert self.dollars_per_flop is not None
        return amount / self.dollars_per_flop

    @cached_property
    def terms(self) -> costs.Terms:
        """The draws on the budget beside training, in training FLOP."""
        serving = 0.0
        if self.served_tokens:
            serving = float(costs.serving_per_param(self.served_tokens, self.serving_weight))
        return costs.Terms.of(
            self.law,
            token_price=self.token_price,
            dollars_per_flop=self.dollars_per_flop,
            serving=serving,
            unique_tokens=self.unique_tokens,
            repeats=self.repeats,
        )

    @property
    def serving_weight(self) -> float:
        """Training FLOP that a FLOP of serving costs."""
        price = self.price_per_hour or 1.0
        serving_price = self.serving_price_per_hour or price
        return float(costs.serving_weight(self.mfu, self.serving_mfu, price, serving_price))
