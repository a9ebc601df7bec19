"""Approaches 1 and 2 of Hoffmann et al. 2022 (section 3), with their known bias said aloud."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from chinchilla_widget.fitting.runs import Note, Runs
from chinchilla_widget.laws import About, FrontierLaw, Power
from chinchilla_widget.messages import ChinchillaError, say
from chinchilla_widget.plans import Status

if TYPE_CHECKING:
    from chinchilla_widget.fitting.fitted import Fit

Array = Any
# Runs whose compute differs by less than this factor belong to one IsoFLOP curve.
SAME_COMPUTE = 1.25
LEAST_PER_CURVE = 4
# The envelope: parts of the compute axis, in each of which the run of least loss counts.
PARTS_PER_DECADE = 4
GOPHER = 5.76e23


@dataclass(frozen=True, eq=False)
class FrontierFit:
    """N*(C) = k·C^a by approach 1 or 2.

    Attributes:
        constants: k and a of N*, and b = 1 − a of D*.
        objective: sum of squared errors of ln N* over the points of the line.
        starts: (1, 1): a line has one optimum.
        points: the compute and the best params behind each point of the line.
        surface: the approach-3 fit of the same runs, the answer to hold it against.
    """

    approach: int
    law: FrontierLaw
    constants: Mapping[str, float]
    objective: float
    points: tuple[Array, Array]
    notes: tuple[Note, ...]
    surface: Fit
    starts: tuple[int, int] = (1, 1)

    @property
    def runs(self) -> Runs:
        return self.surface.runs

    @property
    def status(self) -> tuple[Status, ...]:
        """The bias of the approach, what approach 3 says instead, and the rest."""
        return tuple(Status(code, values, self.surface.lang) for code, values in self.notes)

    def __getattr__(self, name: str) -> Any:
        from chinchilla_widget.fitting.fitted import Fit

        if name.startswith("_") or not hasattr(Fit, name):
            raise AttributeError(name)
        text = say("fitting.frontier_alone", self.surface.lang, name=name, approach=self.approach)
        raise AttributeError(text)

    def summary(self) -> str:
        """The line and its sentences: text."""
        k, a = self.constants["k"], self.constants["a"]
        head = f"N* = {k:.4g} · C^{a:.4f}    D* = C/6N*"
        return "\n".join([head, *(f"! {status}" for status in self.status)])

    def __repr__(self) -> str:
        return f"<FrontierFit, approach {self.approach}\n{self.summary()}\n>"

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.summary())}</pre>"


def by_isoflop(surface: Fit) -> FrontierFit:
    """Approach 2: a parabola in ln N through the runs of each budget, a line through the minima.

    Raises:
        ChinchillaError: fewer than two budgets have a parabola with a minimum among its runs.
    """
    runs = surface.runs
    compute, best = [], []
    for curve in curves(runs.flops):
        x = np.log(runs.params[curve])
        if np.unique(np.round(x, 6)).size < LEAST_PER_CURVE:
            continue
        middle = x.mean()
        bend, slope, _ = np.polyfit(x - middle, runs.loss[curve], 2)
        lowest = middle - slope / (2.0 * bend) if bend > 0.0 else np.inf
        if x.min() <= lowest <= x.max():
            compute.append(float(np.exp(np.log(runs.flops[curve]).mean())))
            best.append(float(np.exp(lowest)))
    if len(compute) < 2:
        raise ChinchillaError("fitting.no_isoflops", surface.lang, least=LEAST_PER_CURVE)
    return _line(2, surface, np.array(compute), np.array(best))


def by_envelope(surface: Fit) -> FrontierFit:
    """Approach 1: the run of least loss in each part of the compute axis, a line through them.

    Raises:
        ChinchillaError: fewer than three parts hold a run better than all cheaper ones.
    """
    runs = surface.runs
    part = np.floor(np.log10(runs.flops) * PARTS_PER_DECADE)
    chosen = [
        rows[np.argmin(runs.loss[rows])]
        for each in np.unique(part)
        if (rows := np.flatnonzero(part == each)).size >= 2
    ]
    # The envelope only falls: a part whose best is worse than a cheaper run is not on it.
    lowest, kept = np.inf, []
    for row in chosen:
        if runs.loss[row] < lowest:
            lowest = float(runs.loss[row])
            kept.append(row)
    if len(kept) < 3:
        raise ChinchillaError("fitting.no_envelope", surface.lang)
    return _line(1, surface, runs.flops[kept], runs.params[kept])


def curves(flops: Array) -> list[Array]:
    """The rows of each IsoFLOP curve: runs in order of compute, parted at the gaps."""
    order = np.argsort(flops, kind="stable")
    gaps = np.flatnonzero(np.diff(np.log(flops[order])) > np.log(SAME_COMPUTE)) + 1
    parts: list[Array] = []
    for part in np.split(order, gaps):
        # A sweep of compute without gaps is cut into pieces of one factor.
        at = np.log(flops[part] / flops[part[0]])
        number = np.floor(at / np.log(SAME_COMPUTE**2))
        parts += [part[number == each] for each in np.unique(number)]
    return parts


def _line(approach: int, surface: Fit, compute: Array, best: Array) -> FrontierFit:
    x, y = np.log(compute), np.log(best)
    middle = x.mean()
    a, at = np.polyfit(x - middle, y, 1)
    k = float(np.exp(at - a * middle))
    objective = float(np.sum((y - at - a * (x - middle)) ** 2))
    far = max(10.0 * float(surface.runs.flops.max()), 1.0)
    here = k * far**a
    there = float(surface.law_alone.optimum(far)[0])
    notes: tuple[Note, ...] = (
        (f"fitting.bias_{approach}", {}),
        (
            "fitting.beside",
            {
                "flops": ("flops", far),
                "here": ("params", here),
                "there": ("params", there),
                "a": ("ratio", float(a)),
                "other": ("ratio", _exponent(surface)),
            },
        ),
        *surface.notes,
    )
    numbers = {"approach": approach, "rows": len(surface.runs), "points": compute.size}
    about = About(
        id=f"own-fit-approach-{approach}",
        name=surface.about.name,
        domain=surface.about.domain,
        data=surface.about.data,
        source=say("fitting.approach_source", "en", **numbers),
        spanish={
            **surface.about.spanish,
            "source": say("fitting.approach_source", "es", **numbers),
        },
        doubts=notes,
    )
    law = FrontierLaw(params=Power(k, float(a)), about=about)
    constants = {"k": k, "a": float(a), "b": 1.0 - float(a)}
    return FrontierFit(approach, law, constants, objective, (compute, best), notes, surface)


def _exponent(surface: Fit) -> float:
    """a of N* ∝ C^a in the surface's own frontier."""
    return float(surface.law_alone.frontier()["params"][1])
