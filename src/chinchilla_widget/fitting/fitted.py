"""``Fit``: a law fitted on runs, with everything that is known of how far to trust it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from chinchilla_widget.fitting import (
    arguments,
    backtests,
    design,
    identify,
    intervals,
    saving,
    summary,
)
from chinchilla_widget.fitting.alternatives import alternatives
from chinchilla_widget.fitting.arguments import known_words
from chinchilla_widget.fitting.bootstrap import Bootstrap, Job, approximated, bootstrap
from chinchilla_widget.fitting.families import law_of, surface_for
from chinchilla_widget.fitting.information import information
from chinchilla_widget.fitting.objective import Objective
from chinchilla_widget.fitting.runs import Note, Runs
from chinchilla_widget.laws import FITTED, LEVEL, About, Draws
from chinchilla_widget.plans import Status
from chinchilla_widget.quantities.given import quoted, read_level
from chinchilla_widget.quantities.sentences import sentence

Array = Any
# Resamples behind an interval that was asked for without a bootstrap of one's own; fewer than
# the least say nothing of an interval's ends.
RESAMPLES = 1000
LEAST_RESAMPLES = 100
# With so many rows the joint information says what a bootstrap would.
MANY_ROWS = 20_000


@dataclass(eq=False)
class Fit:
    """A law fitted on one's own runs; every part of the project takes it as ``law=``.

    Attributes:
        runs: the rows that were used, in base units.
        constants: by the paper's letters (nats per token, params, tokens).
        objective: what was minimised, at the optimum.
        starts: how many starts ended there within 1e-6 of it, and how many were tried.
        family: parametric, tied, repeats or kaplan.
        lang: the language of its sentences.
    """

    runs: Runs
    family: str
    theta: Array = field(repr=False)
    constants: Mapping[str, float]
    objective: float
    starts: tuple[int, int]
    price: Objective = field(default_factory=Objective)
    seed: int = 0
    lang: str = "en"
    name: str = ""
    _resampled: Bootstrap | None = field(default=None, repr=False)

    @property
    def job(self) -> Job:
        """What a resample needs."""
        return Job(self.runs, self.family, self.price, self.theta, self.seed)

    @cached_property
    def errors(self) -> Array:
        """ln L̂ − ln L of every run, ``(n,)``."""
        return surface_for(self.family, self.runs).residuals(self.theta[None])[0]

    @cached_property
    def identified(self) -> identify.Verdict:
        """Whether the runs determine the law, and why not."""
        return identify.verdict(self)

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        """What must be known of the fit, as ``(code, values)``, the most important first."""
        own = summary.notes(self)
        if not backtests.possible(self.runs):
            values = {"runs": backtests.LEAST_BELOW + backtests.LEAST_ABOVE}
            own = (*own, ("fitting.uncalibrated", values))
        return (*self.identified.notes, *own, *self.runs.notes)

    @property
    def status(self) -> tuple[Status, ...]:
        """The same as sentences."""
        return tuple(Status(code, values, self.lang) for code, values in self.notes)

    def _said(self, what: str, lang: str) -> str:
        values = {"rows": len(self.runs), "objective": ("constant", self.objective)}
        return sentence(f"fitting.law_{what}", lang, **values)

    @cached_property
    def about(self) -> About:
        """The law's identity: its ranges are those of the runs."""
        runs = self.runs
        ranges = {
            "params": runs.params,
            "tokens": runs.tokens,
            "flops": runs.flops,
            "tokens_per_param": runs.tokens / runs.params,
        }
        said = ("data", "source") if self.name else ("data", "source", "name")
        return About(
            id=FITTED,
            name=self.name or self._said("name", "en"),
            scale="own",
            domain={name: (float(each.min()), float(each.max())) for name, each in ranges.items()},
            data=self._said("data", "en"),
            source=self._said("source", "en"),
            spanish={what: self._said(what, "es") for what in said},
            doubts=self.notes,
        )

    @property
    def law_alone(self) -> Any:
        """The arithmetic alone, without the work of judging it."""
        return law_of(self.family, dict(self.constants))

    @cached_property
    def law(self) -> Any:
        """The law, with its ranges, its doubts, and its draws, which are made when asked for."""
        # A method and no lambda: a fit can be copied, and sent to another process.
        return law_of(self.family, dict(self.constants), self.about, self._drawn)

    def _drawn(self) -> Draws:
        return self.draws

    @known_words
    def bootstrap(
        self,
        n: int = 4000,
        *,
        seed: int | None = None,
        cluster: str | Sequence[Any] | bool | None = None,
        executor: Executor | None = None,
    ) -> Bootstrap:
        """The fit on ``n`` resamples of the runs; intervals use the last one made.

        Args:
            seed: of the random streams; the fit's own by default.
            cluster: labels of the rows used, ``(rows,)``: what shares one is drawn together.
                By default the cluster column given to ``fit``, if any; False draws rows.
            executor: any ``concurrent.futures.Executor``, Dask's or mpi4py's too. The answer
                is the same with and without.

        Raises:
            ChinchillaError: only one cluster, or labels of another length.
        """
        n, executor = arguments.resamples(n, self.lang), arguments.executor(executor, self.lang)
        seed = self.seed if seed is None else arguments.whole("seed", seed, self.lang, least=0)
        runs = arguments.clustered(self.runs, cluster, self.lang)
        self._resampled = bootstrap(replace(self.job, runs=runs, seed=seed), n, executor)
        return self._resampled

    @property
    def resampled(self) -> Bootstrap:
        """The last bootstrap of at least 100 resamples, or one of 1,000 made now.

        Of very many rows it is drawn from their joint information instead.
        """
        if self._resampled is not None and len(self._resampled) >= LEAST_RESAMPLES:
            return self._resampled
        if len(self.runs) > MANY_ROWS and self.runs.cluster is None:
            known = information(self.runs, self.family, self.theta, self.price)
            self._resampled = approximated(self.job, known.covariance, RESAMPLES)
            return self._resampled
        return self.bootstrap(RESAMPLES)

    @cached_property
    def _default_backtest(self) -> backtests.Backtest | None:
        return backtests.backtest_or_none(identify.thinned(self))

    @known_words
    def backtest(
        self, cuts: Any = None, *, gap: float = 3.0, level: float = 0.9
    ) -> backtests.Backtest:
        """Fits on the smaller runs, predicts the larger ones: see ``Backtest``.

        Args:
            cuts: compute in FLOP, one or several, as numbers or text ("1e20 FLOP"), each a fit
                on the runs below it; chosen by default.
            gap: predicted are the runs with at least this times the cut's compute; 1 or more.
            level: the nominal coverage of the intervals.

        Raises:
            ChinchillaError: no cut leaves enough runs on both sides.
        """
        cuts, level = arguments.cuts(cuts, self.lang), read_level(level, self.lang)
        gap = arguments.from_one("gap", gap, self.lang)
        return backtests.backtest(self, cuts, gap=gap, level=level)

    @property
    def widening(self) -> dict[str, float]:
        """sd a decade of extrapolation adds to ln "loss" and ln "params"; empty if unknown."""
        return {} if self._default_backtest is None else self._default_backtest.widenings

    @property
    def draws(self) -> Draws:
        """The joint draws with what extrapolation adds to them."""
        most = float(self.runs.flops.max())
        return Draws(self.resampled.constants, self.widening, most, self.about.source)

    @known_words
    def interval(
        self, what: str, flops: Any, level: float = LEVEL, *, calibrated: bool = True
    ) -> tuple[float, float]:
        """Where the compute-optimal ``what`` lies with a probability of ``level``.

        Args:
            what: "params", "tokens", "tokens_per_param" or "loss".
            flops: training compute, FLOP, a number or text ("1e21 FLOP").
            level: a probability, or text ("90%").
            calibrated: widened by what the backtest says extrapolation adds; False for the
                bootstrap's alone, which is too narrow beyond the runs.
        """
        what = quoted(what)
        flops = arguments.compute("flops", flops, self.lang)
        level = read_level(level, self.lang)
        return intervals.interval(
            self.draws, self.family, what, flops, level, calibrated, self.lang
        )

    @known_words
    def alternatives(self, flops: Any) -> dict[str, tuple[float, float]]:
        """N* at ``flops`` by other ways, lowest and highest, for what no interval can show.

        By name: another "parametric" or "tied" family and "isoflop" (approach 2) on the same
        runs, where they have an answer; "left_out", the runs without one sweep or another;
        "published", the laws of ``LAWS`` that apply.
        """
        return alternatives(self, arguments.compute("flops", flops, self.lang))

    @known_words
    def predict(
        self, params: Any, tokens: Any, level: float = LEVEL, *, calibrated: bool = True
    ) -> tuple[Any, Any, Any]:
        """Low, middle and high loss of one run to come, its own scatter included.

        Args:
            params, tokens: numbers, text ("70B"), or arrays of either.
            level: as for ``interval``.
            calibrated: as for ``interval``.
        """
        params, tokens = arguments.pair(params, tokens, self.lang)
        level = read_level(level, self.lang)
        return intervals.predict(self, params, tokens, level, calibrated)

    @known_words
    def suggest(
        self,
        budget: Any,
        target: Any,
        *,
        runs: int = 16,
        level: float = LEVEL,
        largest_share: float = 0.5,
    ) -> design.Suggestion:
        """Which runs to train with ``budget`` FLOP so that N* at ``target`` FLOP is best known.

        Args:
            budget: pilot compute, FLOP, a number or text ("1e21 FLOP").
            target: the compute planned for, FLOP.
            runs: how many at most, all different.
            level: of the intervals given.
            largest_share: the most of the budget that goes into one run.

        Raises:
            ChinchillaError: a family without such a design, or a budget that is none.
        """
        budget, target = (
            arguments.compute(word, value, self.lang)
            for word, value in (("budget", budget), ("target", target))
        )
        runs = arguments.whole("runs", runs, self.lang, least=1)
        level = read_level(level, self.lang)
        largest_share = arguments.share("largest_share", largest_share, self.lang)
        return design.suggest(self, budget, target, runs, level, largest_share)

    @known_words
    def save(self, path: str | Path, *, force: bool = False) -> None:
        """The law with its draws as JSON, for ``load_law``.

        Args:
            path: where to; a law that was saved there is replaced.
            force: replace any other file too.

        Raises:
            ChinchillaError: a file is there that holds no law, or it cannot be written.
        """
        saving.save(self, path, force)

    def chart(self, *, width: int = 320, height: int = 260) -> Any:
        """Data and fitted curves, residuals, frontier and backtest as an Altair chart.

        ``width`` and ``height`` are those of one panel, in pixels.
        """
        from chinchilla_widget.charts.fits import fit_chart

        return fit_chart(self, width=width, height=height)

    def summary(self) -> str:
        """Constants with intervals, optima at three budgets, starts, rows, warnings: text."""
        return summary.text(self)

    def __repr__(self) -> str:
        printed = ", ".join(f"{name} {value:.6g}" for name, value in self.constants.items())
        head = f"{self.family}, {len(self.runs)} runs"
        return f"<Fit: {head}, {printed}, objective {self.objective:.9g}>"

    def _repr_html_(self) -> str:
        return summary.html(self)
