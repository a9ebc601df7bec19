"""``Draws``: how sure a law is of itself, as sets of constants that fit its runs about as well."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False)
class Draws:
    """Joint draws of a law's constants, from a bootstrap of its runs.

    The constants of one draw belong together (corr(ln A, α) is .999): a law may be made of
    draw i of each, never of draws i and j.

    Attributes:
        constants: arrays ``(n,)`` by the paper's letters.
        widening: sd per decade of compute beyond the runs that the draws do not show, learned
            by backtest: of ln "loss" and of ln "params" at the optimum.
        flops: the compute of the largest run, FLOP, from where the decades count.
        source: where the draws come from.
    """

    constants: Mapping[str, Any]
    widening: Mapping[str, float] = field(default_factory=dict)
    flops: float = float("inf")
    source: str = ""

    def __len__(self) -> int:
        return int(np.size(next(iter(self.constants.values()))))

    def decades(self, flops: Any) -> Any:
        """How many decades of compute beyond the runs."""
        return np.log10(np.maximum(np.asarray(flops, dtype=float) / self.flops, 1.0))

    def widened(self, logs: Any, what: str, flops: float) -> Any:
        """Draws ``(n,)`` of the log of a quantity, spread by what extrapolation adds.

        The added errors are the quantiles of a normal distribution in an order that has nothing
        to do with the draws' own, and the same each time: no interval flickers.
        """
        sd = self.widening.get(what, 0.0) * float(self.decades(flops))
        return logs + sd * normal_order(len(self)) if sd else logs


@cache
def normal_order(count: int) -> Any:
    """Quantiles of the normal distribution, ``(count,)``, in an order that is always the same."""
    from statistics import NormalDist

    quantiles = [NormalDist().inv_cdf((i + 0.5) / count) for i in range(count)]
    return np.random.default_rng(0).permutation(np.array(quantiles))


@cache
def shipped_draws(law: str) -> Draws | None:
    """The draws that come with a law of ``LAWS``, or None where its runs are not at hand."""
    file = files("chinchilla_widget").joinpath(f"data/{law}-draws.csv")
    if not file.is_file():
        return None
    lines = file.read_text(encoding="utf-8").splitlines()
    said = dict(line[2:].split(": ", 1) for line in lines if line.startswith("# "))
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    return Draws(
        {letter: np.array([float(row[letter]) for row in rows]) for letter in rows[0]},
        {what: float(said[f"widening of {what}"]) for what in ("loss", "params")},
        float(said["largest run, FLOP"]),
        said["source"],
    )
