"""``Draws``: how sure a law is of itself, as sets of constants that fit its runs about as well."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

LEVEL = 0.8  # of the intervals that are shown unasked


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

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Draws):
            return NotImplemented
        mine, theirs = self.constants, other.constants
        return (
            mine.keys() == theirs.keys()
            and all(np.array_equal(mine[k], theirs[k], equal_nan=True) for k in mine)
            and dict(self.widening) == dict(other.widening)
            and (self.flops, self.source) == (other.flops, other.source)
        )

    __hash__ = None  # type: ignore[assignment]  # arrays have none

    def __len__(self) -> int:
        return int(np.size(next(iter(self.constants.values()))))

    def decades(self, flops: Any) -> Any:
        """How many decades of compute beyond the runs."""
        return np.log10(np.maximum(np.asarray(flops, dtype=float) / self.flops, 1.0))

    def widened(self, logs: Any, what: str, flops: Any) -> Any:
        """Draws ``(…, n)`` of a log at ``flops`` ``(…)``, with what extrapolation adds.

        The added errors are the quantiles of a normal distribution in an order that has nothing
        to do with the draws' own, and the same each time: no interval flickers.
        """
        sd = self.widening.get(what, 0.0) * self.decades(flops)
        return logs + sd[..., None] * normal_order(len(self))

    def optimum(self, law: Any, what: str, flops: Any, *, calibrated: bool = True) -> Any:
        """ln of "loss" or "params" of the best run for ``flops`` ``(…)``, ``(…, n)``.

        ``law`` is the one of these constants, all of them at once. NaN where a draw has no answer.
        """
        flops = np.asarray(flops, dtype=float)
        with np.errstate(all="ignore"):
            each = flops[..., None]
            logs = np.log(law.optimal_loss(each) if what == "loss" else law.optimum(each)[0])
        logs = np.where(np.isfinite(logs), logs, np.nan)
        return self.widened(logs, what, flops) if calibrated else logs


def ends(draws: Any, level: float) -> Any:
    """What ``level`` of the draws ``(…, n)`` lie between, ``(2, …)``; NaN counts for nothing."""
    return np.nanquantile(draws, [0.5 - level / 2.0, 0.5 + level / 2.0], axis=-1)


@cache
def normal_order(count: int) -> Any:
    """Quantiles of the normal distribution, ``(count,)``, in an order that is always the same."""
    from statistics import NormalDist

    quantiles = [NormalDist().inv_cdf((i + 0.5) / count) for i in range(count)]
    return np.random.default_rng(0).permutation(np.array(quantiles))


@cache
def shipped_draws(law: str) -> Draws | None:
    """The draws that come with a law of ``LAWS``, or None where its runs are not at hand.

    ``law`` is a key of our own file, never what somebody wrote: it becomes part of a path.
    """
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
