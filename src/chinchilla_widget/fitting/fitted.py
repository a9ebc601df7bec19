"""``Fit``: a law fitted on runs, with everything that is known of how far to trust it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from chinchilla_widget.fitting import backtests, design, identify, intervals, saving, summary
from chinchilla_widget.fitting.bootstrap import Bootstrap, Job, bootstrap
from chinchilla_widget.fitting.families import law_of, surface_for
from chinchilla_widget.fitting.objective import Objective
from chinchilla_widget.fitting.runs import Note, Runs
from chinchilla_widget.laws import FITTED, LEVEL, About, Draws
from chinchilla_widget.plans import Status
from chinchilla_widget.quantities.sentences import sentence

Array = Any
# Resamples behind an interval that was asked for without a bootstrap of one's own.
RESAMPLES = 1000


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
        return (*self.identified.notes, *summary.notes(self), *self.runs.notes)

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
            doubts=self.identified.notes,
        )

    @property
    def law_alone(self) -> Any:
        """The arithmetic alone, without the work of judging it."""
        return law_of(self.family, dict(self.constants))

    @cached_property
    def law(self) -> Any:
        """The law, with its ranges, its doubts, and its draws, which are made when asked for."""
        return law_of(self.family, dict(self.constants), self.about, lambda: self.draws)

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
        runs = identify.clustered(self.runs, cluster, self.lang)
        job = replace(self.job, runs=runs, seed=self.seed if seed is None else seed)
        self._resampled = bootstrap(job, n, executor)
        return self._resampled

    @property
    def resampled(self) -> Bootstrap:
        """The last bootstrap, or one of 1,000 resamples made now."""
        return self._resampled if self._resampled is not None else self.bootstrap(RESAMPLES)

    @cached_property
    def _default_backtest(self) -> backtests.Backtest | None:
        return backtests.backtest_or_none(self)

    def backtest(
        self, cuts: Sequence[float] | None = None, *, gap: float = 3.0, level: float = 0.9
    ) -> backtests.Backtest:
        """Fits on the smaller runs, predicts the larger ones: see ``Backtest``.

        Args:
            cuts: compute in FLOP, each a fit on the runs below it; chosen by default.
            gap: predicted are the runs with at least this times the cut's compute.
            level: the nominal coverage of the intervals.

        Raises:
            ChinchillaError: no cut leaves enough runs on both sides.
        """
        return backtests.backtest(self, cuts, gap=gap, level=level)

    @property
    def draws(self) -> Draws:
        """The joint draws with what extrapolation adds to them."""
        tested = self._default_backtest
        widening = {} if tested is None else tested.widenings
        most = float(self.runs.flops.max())
        return Draws(self.resampled.constants, widening, most, self.about.source)

    def interval(
        self, what: str, flops: Any, level: float = LEVEL, *, calibrated: bool = True
    ) -> tuple[float, float]:
        """Where the compute-optimal ``what`` lies with a probability of ``level``.

        Args:
            what: "params", "tokens", "tokens_per_param" or "loss".
            flops: training compute, FLOP.
            calibrated: widened by what the backtest says extrapolation adds; False for the
                bootstrap's alone, which is too narrow beyond the runs.
        """
        return intervals.interval(
            self.draws, self.family, what, flops, level, calibrated, self.lang
        )

    def predict(
        self, params: Any, tokens: Any, level: float = LEVEL, *, calibrated: bool = True
    ) -> tuple[Any, Any, Any]:
        """Low, middle and high loss of one run to come, its own scatter included."""
        return intervals.predict(self, params, tokens, level, calibrated)

    def suggest(self, budget: Any, target: Any, **options: Any) -> design.Suggestion:
        """Which runs to train next: see ``design.suggest``."""
        return design.suggest(self, budget, target, **options)

    def save(self, path: str | Path) -> None:
        """The law with its draws as JSON, for ``load_law``."""
        saving.save(self, path)

    def chart(self, **options: Any) -> Any:
        """Data and fitted curves, residuals, frontier and backtest as an Altair chart."""
        from chinchilla_widget.charts.fits import fit_chart

        return fit_chart(self, **options)

    def summary(self) -> str:
        """Constants with intervals, optima at three budgets, starts, rows, warnings: text."""
        return summary.text(self)

    def __repr__(self) -> str:
        printed = ", ".join(f"{name} {value:.6g}" for name, value in self.constants.items())
        head = f"{self.family}, {len(self.runs)} runs"
        return f"<Fit: {head}, {printed}, objective {self.objective:.9g}>"

    def _repr_html_(self) -> str:
        return summary.html(self)
