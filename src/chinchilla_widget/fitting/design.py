"""Which runs to train next: the ones that narrow the optimum at the target most for their price.

c-optimal design: with M the joint information of the runs there are and g = ∂ ln N*/∂θ at the
target, the variance of ln N* is gᵀM⁻¹g. A run more adds κ·J·Jᵀ, J taken where it would lie. What
backtests say extrapolation adds shrinks only as the largest run grows: it is counted too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np

from chinchilla_widget.fitting.families import law_of, optimum_shift, surface_for
from chinchilla_widget.fitting.information import Information, alike, information, inverse
from chinchilla_widget.fitting.newton import descend
from chinchilla_widget.fitting.runs import Note, Runs
from chinchilla_widget.messages import ChinchillaError
from chinchilla_widget.quantities import show

if TYPE_CHECKING:
    from chinchilla_widget.fitting.fitted import Fit

Array = Any
# Tokens per param among which runs are chosen, and the steps of size: a few per decade.
RATIOS = np.geomspace(1.0, 400.0, 14)
SIZES_PER_DECADE = 8
LEAST_SHARE = 1e-3
# Designs that exchanges start from beside the greedy ones; the best of all is taken.
RANDOM_STARTS = 12
# A run that takes this share of the dearest one's compute reaches about as far.
AS_FAR = 0.8


@dataclass(frozen=True, eq=False)
class Suggestion:
    """Runs to train, and what they are expected to bring.

    Attributes:
        params, tokens: of the runs, ``(k,)`` each.
        flops: what they take together, FLOP.
        target: the compute planned for, FLOP.
        now, expected: the interval of N* at the target before and after, a pair each, widened
            by what extrapolation adds, as ``Fit.interval`` is.
        sd_now, sd_expected: sd of ln N* from the runs' scatter alone, which ``simulate`` checks.
        beyond_now, beyond_expected: sd that extrapolation adds before and after.
        level: of the intervals.
    """

    params: Array
    tokens: Array
    target: float
    sd_now: float
    sd_expected: float
    beyond_now: float
    beyond_expected: float
    center: float
    level: float
    fit: Any = field(repr=False)

    def __len__(self) -> int:
        return int(self.params.size)

    @property
    def flops(self) -> float:
        return float((6.0 * self.params * self.tokens).sum())

    def _interval(self, sd: float) -> tuple[float, float]:
        reach = NormalDist().inv_cdf(0.5 + self.level / 2.0) * sd
        return self.center * float(np.exp(-reach)), self.center * float(np.exp(reach))

    @property
    def now(self) -> tuple[float, float]:
        return self._interval(float(np.hypot(self.sd_now, self.beyond_now)))

    @property
    def expected(self) -> tuple[float, float]:
        return self._interval(float(np.hypot(self.sd_expected, self.beyond_expected)))

    def __repr__(self) -> str:
        lines = [
            f"{show(size, 'params')} params on {show(data, 'tokens')} tokens"
            for size, data in zip(self.params.tolist(), self.tokens.tolist(), strict=True)
        ]
        for name, pair in (("now", self.now), ("expected", self.expected)):
            low, high = (show(each, "params") for each in pair)
            lines.append(f"N* {name}: {low} – {high} ({self.level:.0%})")
        return "\n".join(["<Suggestion", *lines, f"{show(self.flops, 'flops')} FLOP>"])

    def simulate(self, n: int = 400, seed: int = 0) -> float:
        """The sd of ln N* at the target over ``n`` simulated outcomes: a check on ``expected``.

        Every run, old and new, gets the loss of the fitted law and an error drawn from the
        fit's own, and the law is fitted again.
        """
        fit, old = self.fit, self.fit.runs
        usual = np.full(len(self), float(old.weight.mean()))
        weights = np.concatenate([old.weight, usual])
        params = np.concatenate([old.params, self.params])
        tokens = np.concatenate([old.tokens, self.tokens])
        law = law_of(fit.family, dict(fit.constants))
        expected = np.asarray(law.loss(params, tokens))
        runs = Runs(params, tokens, expected)
        random = np.random.default_rng([seed, 7])
        # A run that was there keeps the size of its error and gets another sign (the wild
        # bootstrap), one sign for a cluster; a new one draws from those most like it.
        signs = random.choice([-1.0, 1.0], (n, len(old)))
        if old.cluster is not None:
            signs = signs[:, old.cluster]
        near = alike(np.log(old.tokens / old.params), self.tokens / self.params)
        drawn = [random.choice(fit.errors, n, p=share) for share in near]
        errors = np.hstack([signs * fit.errors, np.transpose(drawn)])
        errors[:, len(old) :] *= random.choice([-1.0, 1.0], (n, len(self)))
        found = np.empty(n)
        surface = surface_for(fit.family, runs)
        start = surface.point(fit.constants)[None]
        truth = surface.log_loss
        for i in range(n):
            surface.log_loss = truth + errors[i]
            end = descend(surface, start, weights, fit.price, gain=1e-9, damping=0.1)
            constants = surface.constants(end.theta[0])
            found[i] = np.log(law_of(fit.family, constants).optimum(self.target)[0])
        return float(found.std(ddof=1))


def suggest(
    fit: Fit, pilot: float, goal: float, runs: int, level: float, largest_share: float
) -> Suggestion:
    """See ``Fit.suggest``; ``pilot`` and ``goal`` are FLOP.

    Designs from several starts, greedy and random, each bettered by exchanges until none helps;
    once freely and once with a run that reaches as far as the budget allows. All runs differ: a
    law that is only nearly right learns more from runs here and there than from one many times.
    """
    if fit.family not in ("parametric", "tied"):
        raise ChinchillaError("fitting.no_design", fit.lang, family=fit.family)
    known = information(fit.runs, fit.family, fit.theta, fit.price)
    surface = surface_for(fit.family, fit.runs)
    shift = optimum_shift(fit.family, surface, fit.theta, goal)
    params, tokens = candidates(fit, pilot * largest_share, pilot * LEAST_SHARE)
    cost = 6.0 * params * tokens
    slopes = slopes_at(fit, params, tokens) * np.sqrt(known.per_row(tokens / params))[:, None]
    task = _Task(known.matrix, shift, slopes, cost, pilot, runs)
    largest = float(fit.runs.flops.max())

    def beyond(chosen: list[int]) -> float:
        most = max(largest, *(float(each) for each in cost[chosen]), 0.0)
        return fit.widening.get("params", 0.0) * float(np.log10(max(goal / most, 1.0)))

    far = np.flatnonzero(cost >= AS_FAR * cost.max())
    far_best = int(far[np.argmax(_gains(known.matrix, shift, slopes[far]))])
    designs = [task.best(held) for held in ([], [far_best])]
    chosen = min(designs, key=lambda each: task.sd(each) ** 2 + beyond(each) ** 2)
    picked = np.array(chosen)[np.argsort(cost[chosen], kind="stable")]
    return Suggestion(
        params[picked],
        tokens[picked],
        goal,
        task.sd([]),
        task.sd(chosen),
        beyond([]),
        beyond(chosen),
        float(law_of(fit.family, dict(fit.constants)).optimum(goal)[0]),
        level,
        fit,
    )


def candidates(fit: Fit, most: float, least: float) -> tuple[Array, Array]:
    """Sizes and tokens that cost between ``least`` and ``most`` FLOP, within what can be trained.

    Between 1 and 400 tokens per param; sizes from a third of the smallest run's upwards.
    """
    low = float(fit.runs.params.min()) / 3.0
    high = max(np.sqrt(most / 6.0), 3.0 * low)
    steps = max(2, round(SIZES_PER_DECADE * np.log10(high / low)))
    sizes = np.geomspace(low, high, steps)
    params, ratios = (each.ravel() for each in np.meshgrid(sizes, RATIOS, indexing="ij"))
    tokens = params * ratios
    cost = 6.0 * params * tokens
    fits = (cost <= most) & (cost >= least)
    if not fits.any():
        raise ChinchillaError("fitting.small_budget", fit.lang)
    return params[fits], tokens[fits]


def slopes_at(fit: Fit, params: Array, tokens: Array) -> Array:
    """∂ ln L̂/∂θ where runs would lie, ``(k, m)``."""
    surface = surface_for(fit.family, Runs(params, tokens, np.ones_like(params)))
    # θ is about the middle of the fit's own runs.
    own = surface_for(fit.family, fit.runs)
    surface.x += surface.middle[0] - own.middle[0]
    surface.y += surface.middle[1] - own.middle[1]
    found: Array = surface.jacobian(fit.theta[None])[0]
    return found


def spread(fit: Fit, matrix: Array, flops: float) -> float:
    """sd of ln N* at a compute, from the joint information."""
    surface = surface_for(fit.family, fit.runs)
    return _sd(matrix, optimum_shift(fit.family, surface, fit.theta, flops))


def helpful(fit: Fit, known: Information, flops: float) -> Note:
    """The one run, no dearer than three times the largest, that would narrow the optimum most."""
    if fit.family not in ("parametric", "tied"):
        return "fitting.help_wider", {}
    most = 3.0 * float(fit.runs.flops.max())
    params, tokens = candidates(fit, most, most * 1e-4)
    surface = surface_for(fit.family, fit.runs)
    shift = optimum_shift(fit.family, surface, fit.theta, flops)
    slopes = slopes_at(fit, params, tokens) * np.sqrt(known.per_row(tokens / params))[:, None]
    best = int(np.argmax(_gains(known.matrix, shift, slopes)))
    return "fitting.help_run", {
        "params": ("params", float(params[best])),
        "tokens": ("tokens", float(tokens[best])),
    }


def _sd(matrix: Array, shift: Array) -> float:
    return float(np.sqrt(max(shift @ inverse(matrix) @ shift, 0.0)))


def _gains(matrix: Array, shift: Array, slopes: Array) -> Array:
    """By how much each run more would lower the variance (Sherman & Morrison)."""
    covariance = inverse(matrix)
    moved = slopes @ covariance
    return (moved @ shift) ** 2 / (1.0 + np.einsum("ki,ki->k", moved, slopes))


@dataclass(frozen=True, eq=False)
class _Task:
    """What a design is chosen from: candidates' slopes, scaled, and their cost in FLOP."""

    matrix: Array
    shift: Array
    slopes: Array
    cost: Array
    budget: float
    most: int

    def sd(self, chosen: list[int]) -> float:
        return _sd(self._with(chosen), self.shift)

    def _with(self, chosen: list[int]) -> Array:
        picked = self.slopes[chosen]
        return self.matrix + picked.T @ picked

    def best(self, held: list[int]) -> list[int]:
        """The best design found that has the candidates ``held``."""
        random = np.random.default_rng(0)
        starts = [self._greedy(held, self.cost**power) for power in (1.0, 0.5, 0.0)]
        starts += [self._greedy(held, None, random) for _ in range(RANDOM_STARTS)]
        return min((self._exchanged(held, start) for start in starts), key=self.sd)

    def _greedy(self, held: list[int], price: Array | None, random: Any = None) -> list[int]:
        """By variance removed for its price, as long as the budget lasts; or at random."""
        chosen = list(held)
        while len(chosen) < self.most:
            affordable = self.cost <= self.budget - self.cost[chosen].sum()
            affordable[chosen] = False
            if not affordable.any():
                break
            if price is None:
                chosen.append(int(random.choice(np.flatnonzero(affordable))))
                continue
            gains = _gains(self._with(chosen), self.shift, self.slopes) / price
            chosen.append(int(np.argmax(np.where(affordable, gains, -1.0))))
        return chosen

    def _exchanged(self, held: list[int], chosen: list[int]) -> list[int]:
        """Each run in turn for a better one that the budget still allows, until none is."""
        for _ in range(20):
            changed = False
            for place in range(len(held), len(chosen)):
                others = [*chosen[:place], *chosen[place + 1 :]]
                left = self.budget - self.cost[others].sum()
                gains = _gains(self._with(others), self.shift, self.slopes)
                gains = np.where(self.cost <= left, gains, -1.0)
                gains[others] = -1.0
                best = int(np.argmax(gains))
                if gains[best] > gains[chosen[place]] * (1.0 + 1e-9):
                    chosen = [*chosen[:place], best, *chosen[place + 1 :]]
                    changed = True
            if not changed:
                break
        return chosen
