"""The bootstrap: the fit again on resampled runs, thousands of times, to see how far it moves.

Resamples are row weights (how often each row, or each sweep, was drawn), so the table is never
copied: a batch of fits shares it. Each resample has its own random stream, made of the seed and
its number: neither the batch nor the machine it runs on changes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, Future, as_completed
from dataclasses import dataclass
from typing import Any

import numpy as np

from chinchilla_widget.fitting.families import law_of, surface_for
from chinchilla_widget.fitting.newton import descend
from chinchilla_widget.fitting.objective import Objective
from chinchilla_widget.fitting.progress import progress
from chinchilla_widget.fitting.runs import Runs
from chinchilla_widget.fitting.starts import MOST_STEPS
from chinchilla_widget.messages import ChinchillaError

Array = Any
# Numbers in one array of a batch: what ten such arrays take stays in the processor's cache.
ELEMENTS = 32_768
# Resamples in one task of an executor, at most and at least: the table travels once for all.
TASK = 512
LEAST_TASK = 32
# … and in one that is done here, where a surface is slow: what an interruption loses.
SLOW_TASK = 8


@dataclass(frozen=True, eq=False)
class Bootstrap:
    """Joint draws of the constants.

    Attributes:
        constants: arrays ``(n,)`` by the paper's letters, in the order of the resamples.
        objective: of each resample at its own optimum, ``(n,)``.
        reached: whether it is one, checked: Newton's next step would gain nothing.
        asked: how many resamples were asked for; fewer came where the work was interrupted.
        seed, clusters: what was resampled: rows, or this many sweeps.
    """

    constants: Mapping[str, Array]
    objective: Array
    reached: Array
    asked: int
    seed: int
    clusters: int | None
    family: str

    def __len__(self) -> int:
        return int(self.objective.size)

    @property
    def standard_errors(self) -> dict[str, float]:
        """The sd of each constant by itself. The constants move together: for anything but a
        table of them use the draws."""
        return {name: float(np.std(each, ddof=1)) for name, each in self.constants.items()}

    @property
    def law(self) -> Any:
        """All draws as one law, whose answers are arrays ``(n,)``."""
        return law_of(self.family, dict(self.constants))

    def __repr__(self) -> str:
        of = "rows" if self.clusters is None else f"{self.clusters} clusters"
        return f"<Bootstrap: {len(self)} of {self.asked} resamples by {of}, seed {self.seed}>"


@dataclass(frozen=True)
class Job:
    """What a worker needs for any resample: the table once, and where to start."""

    runs: Runs
    family: str
    objective: Objective
    theta: Array
    seed: int


def draw(job: Job, numbers: range) -> Array:
    """The row weights of some resamples, ``(k, n)``.

    Rows are drawn as often as there are rows; with clusters, whole clusters are.
    """
    runs, groups = job.runs, job.runs.cluster
    count = len(runs) if groups is None else int(groups.max()) + 1
    drawn = np.empty((len(numbers), count))
    for place, number in enumerate(numbers):
        random = np.random.Generator(np.random.PCG64([job.seed, number]))
        drawn[place] = np.bincount(random.integers(0, count, count), minlength=count)
    return (drawn if groups is None else drawn[:, groups]) * runs.weight


def resample(job: Job, start: int, stop: int, elements: int = ELEMENTS) -> tuple[Array, ...]:
    """θ, objective and whether it was reached for the resamples from ``start`` to ``stop``.

    Each starts from the optimum of all runs. One whose runs determine no law may still be on
    its way after hundreds of steps; it is then said not to have arrived.
    """
    surface = surface_for(job.family, job.runs)
    batch = max(1, elements // surface.rows)
    parts = []
    for begin in range(start, stop, batch):
        numbers = range(begin, min(begin + batch, stop))
        weights = draw(job, numbers)
        theta = np.repeat(job.theta[None], len(numbers), axis=0)
        end = descend(surface, theta, weights, job.objective, damping=0.1, most=MOST_STEPS)
        parts.append((end.theta, end.at.value, end.reached))
    return tuple(np.concatenate(each) for each in zip(*parts, strict=True))


def bootstrap(
    job: Job, count: int, executor: Executor | None = None, elements: int = ELEMENTS
) -> Bootstrap:
    """``count`` resamples, here or on an executor; what is done when interrupted is kept.

    Raises:
        KeyboardInterrupt: interrupted before anything was done.
    """
    clusters = None if job.runs.cluster is None else int(job.runs.cluster.max()) + 1
    if executor is not None:
        task = min(TASK, max(LEAST_TASK, 20 * elements // len(job.runs)))
    else:
        slow = job.family in ("repeats", "kaplan")
        task = SLOW_TASK if slow else max(1, elements // len(job.runs))
    tasks = [(at, min(at + task, count)) for at in range(0, count, task)]
    done: dict[int, tuple[Array, ...]] = {}
    try:
        with progress(count, "resamples") as advance:
            for start, found in _results(job, tasks, executor, elements):
                done[start] = found
                advance(found[1].size)
    except KeyboardInterrupt:
        if not done:
            raise
    theta, objective, reached = (
        np.concatenate(each) for each in zip(*(done[at] for at in sorted(done)), strict=True)
    )
    constants = surface_for(job.family, job.runs).constants(theta)
    return Bootstrap(constants, objective, reached, count, job.seed, clusters, job.family)


def approximated(job: Job, covariance: Array, count: int) -> Bootstrap:
    """Draws as a bootstrap of very many rows would give them: normal about the optimum.

    ``covariance`` is that of θ. A bootstrap of a million rows takes hours and says the same.
    """
    random = np.random.Generator(np.random.PCG64([job.seed, 13]))
    theta = random.multivariate_normal(job.theta, covariance, count, method="eigh")
    constants = surface_for(job.family, job.runs).constants(theta)
    unknown = np.full(count, np.nan)
    return Bootstrap(constants, unknown, unknown == 0.0, count, job.seed, None, job.family)


def _results(
    job: Job, tasks: list[tuple[int, int]], executor: Executor | None, elements: int
) -> Iterator[tuple[int, tuple[Array, ...]]]:
    if executor is None:
        for start, stop in tasks:
            yield start, resample(job, start, stop, elements)
        return
    futures: dict[Future[Any], tuple[int, int]] = {}
    lost: list[tuple[int, int]] = []
    try:
        for start, stop in tasks:
            try:
                futures[executor.submit(resample, job, start, stop, elements)] = start, stop
            except RuntimeError:  # the pool is broken or closed
                lost.append((start, stop))
        for future in as_completed(futures):
            start, stop = futures[future]
            try:
                found = future.result()
            except ChinchillaError:
                raise
            except Exception:  # its worker died; the resample is the same wherever it is done
                lost.append((start, stop))
                continue
            yield start, found
        for start, stop in lost:
            yield start, resample(job, start, stop, elements)
    finally:
        for future in futures:
            future.cancel()
