"""The backtest: fit on the smaller runs, predict the larger ones, and learn how wrong that goes.

Within the runs a bootstrap tells the truth; beyond them it does not, because the law itself is
only nearly right. How wrong it goes per decade is a property of a table, and is learned from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np

from chinchilla_widget.fitting.families import law_of, optimum_shift, search, surface_for
from chinchilla_widget.fitting.information import information, inverse
from chinchilla_widget.fitting.newton import descend
from chinchilla_widget.fitting.runs import Runs
from chinchilla_widget.messages import ChinchillaError

if TYPE_CHECKING:
    from chinchilla_widget.fitting.fitted import Fit

Array = Any
# Runs that must stand on each side of a cut.
LEAST_BELOW, LEAST_ABOVE = 20, 8
CUTS = 6


@dataclass(frozen=True, eq=False)
class Backtest:
    """What predictions of the larger runs were worth.

    Attributes:
        cuts: compute in FLOP; each fit knew the runs below it, ``(k,)``.
        nominal: what the intervals claim to cover, one number a cut.
        coverage: what the plain parametric ones covered, the runs' own scatter included.
        calibrated: what they cover widened by what the *other* cuts teach; NaN where there is
            no other.
        counts: how many runs each cut's fit predicted, ``(k,)``.
        widening: sd of ln loss per decade of extrapolation, learned from all cuts.
        widening_params: sd of ln N* per decade, against the fit of all runs.
        error: root mean square of ln predicted − ln measured, one number a cut.
        predicted, measured, flops, cut: every prediction, for a picture, ``(m,)`` each.
    """

    cuts: Array
    nominal: Array
    coverage: Array
    calibrated: Array
    counts: Array
    widening: float
    widening_params: float
    error: Array
    predicted: Array
    measured: Array
    flops: Array
    cut: Array

    @property
    def widenings(self) -> dict[str, float]:
        """For ``Draws``."""
        return {"loss": self.widening, "params": self.widening_params}

    def __repr__(self) -> str:
        lines = [
            f"cut at {cut:.2g} FLOP: intervals of {level:.0%} cover {plain:.0%} of {count} larger "
            f"runs, calibrated {wide:.0%}"
            for cut, plain, level, wide, count in zip(
                self.cuts, self.coverage, self.nominal, self.calibrated, self.counts, strict=True
            )
        ]
        more = f"widening: {self.widening:.3g} of ln loss, {self.widening_params:.3g} of ln N*"
        return "\n".join(["<Backtest", *lines, f"{more} per decade>"])


@dataclass(frozen=True, eq=False)
class _Split:
    """One cut: errors of ln loss above it, their plain sd, and how far beyond they lie."""

    cut: float
    errors: Array
    sd: Array
    decades: Array
    log_loss: Array
    flops: Array
    moved: float
    moved_sd: float
    moved_decades: float


def backtest(
    fit: Fit, cuts: Sequence[float] | None = None, *, gap: float = 3.0, level: float = 0.9
) -> Backtest:
    """See ``Fit.backtest``."""
    chosen = default_cuts(fit.runs, gap) if cuts is None else np.sort(np.asarray(cuts, float))
    splits = [
        _split(fit, float(cut), *parts, level)
        for cut in chosen
        if (parts := _parted(fit.runs, float(cut), gap)) is not None
    ]
    if not splits:
        raise ChinchillaError("fitting.no_cuts", fit.lang, below=LEAST_BELOW, above=LEAST_ABOVE)
    reach = NormalDist().inv_cdf(0.5 + level / 2.0)

    def covered(split: _Split, per_decade: float) -> float:
        sd = np.sqrt(split.sd**2 + (per_decade * split.decades) ** 2)
        return float(np.mean(np.abs(split.errors) <= reach * sd))

    calibrated = [
        covered(split, learned(others))
        if (others := [each for each in splits if each is not split])
        else float("nan")
        for split in splits
    ]
    return Backtest(
        np.array([split.cut for split in splits]),
        np.full(len(splits), level),
        np.array([covered(split, 0.0) for split in splits]),
        np.array(calibrated),
        np.array([split.errors.size for split in splits]),
        learned(splits),
        _moved(splits),
        np.array([float(np.sqrt(np.mean(split.errors**2))) for split in splits]),
        np.exp(np.concatenate([split.log_loss + split.errors for split in splits])),
        np.exp(np.concatenate([split.log_loss for split in splits])),
        np.concatenate([split.flops for split in splits]),
        np.concatenate([np.full(split.errors.size, split.cut) for split in splits]),
    )


def backtest_or_none(fit: Fit) -> Backtest | None:
    """The default backtest, or None where the runs do not allow one."""
    try:
        return backtest(fit)
    except ChinchillaError:
        return None


def default_cuts(runs: Runs, gap: float) -> Array:
    """Evenly spaced in log compute, as far as both sides keep enough runs."""
    flops = np.sort(runs.flops)
    if flops.size < LEAST_BELOW + LEAST_ABOVE:
        return np.array([])
    # An eighth of the runs at least: a fit on less is no picture of one on all.
    first = max(LEAST_BELOW, flops.size // 8)
    low, high = flops[first - 1] * (1 + 1e-9), flops[-LEAST_ABOVE] / gap
    return np.geomspace(low, high, CUTS) if high > low else np.array([])


def possible(runs: Runs, gap: float = 3.0) -> bool:
    """Whether the default backtest has any cut."""
    return any(_parted(runs, float(cut), gap) for cut in default_cuts(runs, gap))


def _parted(runs: Runs, cut: float, gap: float) -> tuple[Runs, Runs] | None:
    """The runs below a cut and those well above it; None where either are too few."""
    below, above = runs.flops < cut, runs.flops >= cut * gap
    if below.sum() < LEAST_BELOW or above.sum() < LEAST_ABOVE:
        return None
    known = runs.where(below)
    if min(np.unique(np.round(np.log(each), 6)).size for each in (known.params, known.tokens)) < 3:
        return None
    return known, runs.where(above)


def _split(fit: Fit, cut: float, known: Runs, unknown: Runs, level: float) -> _Split:
    surface = surface_for(fit.family, known)
    if fit.family == "repeats":  # from everywhere takes seconds, and the fit of all is near
        start = surface.point(fit.constants)[None]
        ends = descend(surface, start, known.weight, fit.price, most=60, gain=1e-9)
    else:
        ends = search(surface, known.weight, fit.price)
    theta = ends.theta[int(np.argmin(ends.at.value))]
    constants = surface.constants(theta)
    law = law_of(fit.family, constants)
    log_loss = np.log(unknown.loss)
    predicted = np.log(_loss(law, fit.family, unknown))
    inside = surface.residuals(theta[None])[0]
    covariance = inverse(information(known, fit.family, theta, fit.price).matrix)
    slopes = _slopes(fit.family, surface, theta, unknown)
    sd = np.sqrt(
        np.maximum(np.einsum("ki,ij,kj->k", slopes, covariance, slopes), 0.0)
        + scatter(inside, level) ** 2
    )
    most = float(known.flops.max())
    target = float(unknown.flops.max())
    with np.errstate(all="ignore"):
        moved = float(np.log(law.optimum(target)[0] / fit.law_alone.optimum(target)[0]))
    shift = optimum_shift(fit.family, surface, theta, target)
    moved_sd = float(np.sqrt(max(shift @ covariance @ shift, 0.0)))
    return _Split(
        cut,
        predicted - log_loss,
        sd,
        np.log10(np.maximum(unknown.flops / most, 1.0)),
        log_loss,
        unknown.flops,
        moved if np.isfinite(moved) else 0.0,
        moved_sd,
        float(np.log10(max(target / most, 1.0))),
    )


def scatter(errors: Array, level: float) -> float:
    """The sd of a normal with as much within it as ``level`` of the runs: tails are heavier."""
    size = np.quantile(np.abs(errors - np.median(errors)), level)
    return float(size / NormalDist().inv_cdf(0.5 + level / 2.0))


def _loss(law: Any, family: str, runs: Runs) -> Array:
    if family != "repeats":
        return np.asarray(law.loss(runs.params, runs.tokens))
    from chinchilla_widget.laws.data_limited import effective_tokens

    assert runs.unique_tokens is not None
    unique = np.minimum(runs.unique_tokens, runs.tokens)
    tokens = effective_tokens(unique, runs.tokens / unique - 1.0, law.constants["R_D"])
    return np.asarray(law.loss(law.effective_params(runs.params, unique), tokens))


def _slopes(family: str, surface: Any, theta: Array, runs: Runs) -> Array:
    """∂ ln L̂/∂θ at other runs than the surface's own, θ being about its middle."""
    other = surface_for(family, runs)
    if hasattr(other, "x"):
        other.x = np.log(runs.params) - surface.middle[0]
        other.y = np.log(runs.tokens) - surface.middle[1]
    other.middle = surface.middle
    found: Array = other.jacobian(theta[None])[0]
    return found


def learned(splits: Sequence[_Split]) -> float:
    """The sd of ln loss per decade under which the errors seen are most likely, normal errors.

    Each cut counts the same, however many runs lie above it.
    """
    rates = np.concatenate([[0.0], np.geomspace(1e-4, 0.5, 120)])

    def price(split: _Split) -> Array:
        variance = split.sd**2 + (rates[:, None] * split.decades) ** 2
        return (np.log(variance) + split.errors**2 / variance).mean(axis=1)

    return float(rates[int(np.argmin(sum(price(split) for split in splits)))])


def _moved(splits: Sequence[_Split]) -> float:
    """The same for ln N* at the largest compute, against the fit of all runs."""
    rates = np.concatenate([[0.0], np.geomspace(1e-3, 3.0, 120)])
    total = np.zeros_like(rates)
    for split in splits:
        variance = split.moved_sd**2 + (rates * split.moved_decades) ** 2 + 1e-12
        total += np.log(variance) + split.moved**2 / variance
    return float(rates[int(np.argmin(total))])
