"""``Runs``: the training runs a law is fitted on, in base units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

Array = Any
Note = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Runs:
    """Finished training runs, a row each: params N, tokens D, loss in nats per token.

    Attributes:
        unique_tokens: different tokens of each run, where the table says so.
        cluster: a number for each run that is the same within a sweep, where a column names it.
        weights: how much each row counts; all 1 by default.
        columns: the names the columns had, by what they hold.
        read: how many rows the table had, those left out included.
        notes: what must be said of the table, as ``(code, values)``.
    """

    params: Array
    tokens: Array
    loss: Array
    unique_tokens: Array | None = None
    cluster: Array | None = None
    weights: Array | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    read: int = 0
    notes: tuple[Note, ...] = ()

    def __len__(self) -> int:
        return int(self.params.size)

    @property
    def flops(self) -> Array:
        """C = 6ND."""
        return 6.0 * self.params * self.tokens

    @property
    def weight(self) -> Array:
        """Row weights ``(n,)``."""
        return np.ones(len(self)) if self.weights is None else self.weights

    def where(self, chosen: Array) -> Runs:
        """The rows chosen by a mask or by indices."""
        parts = ("params", "tokens", "loss", "unique_tokens", "cluster", "weights")
        kept: dict[str, Any] = {
            name: None if (each := getattr(self, name)) is None else each[chosen] for name in parts
        }
        return replace(self, **kept)
