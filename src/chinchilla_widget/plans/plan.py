"""``Plan``: what is answered, with its units, its sentences of doubt and its reprs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any

from chinchilla_widget.laws import LEVEL
from chinchilla_widget.messages import say
from chinchilla_widget.plans.doubt import statuses
from chinchilla_widget.plans.forms import html_table, latex_table, markdown_table
from chinchilla_widget.plans.saved import plain_plan, read_plan
from chinchilla_widget.quantities import ShowKind, show
from chinchilla_widget.quantities.sentences import sentence
from chinchilla_widget.scenario import Scenario


@dataclass(frozen=True)
class Status:
    """A sentence that belongs to a plan: ``str()`` says it, ``code`` is its name in messages."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)
    lang: str = "en"

    def __str__(self) -> str:
        return sentence(self.code, self.lang, **self.values)

    def __repr__(self) -> str:
        return f"<{self.code}: {self}>"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The answer to a ``Scenario``.

    Attributes:
        params: model size N, in params as the law counts them.
        tokens: training tokens D, repeated readings counted.
        loss: expected loss, nats per token of the law's tokenizer; None where it has none.
        flops: training compute 6ND, FLOP.
        tokens_per_param: D/N.
        dollars: training, data and serving together; None where no price is known.
        dollars_by: the same by "training", "data", "serving".
        unique_tokens_used: different tokens read.
        epochs: how often each is read, D over the unique ones.
        chip_hours: chip-hours of training.
        days: wall-clock days on ``scenario.chips`` chips; None without a chip count.
        energy_kwh: energy of training; None where the chip's power is not published.
        co2_kg: location-based emissions of that energy.
        scenario: the question.
    """

    params: float
    tokens: float
    loss: float | None
    flops: float
    tokens_per_param: float
    dollars: float | None
    dollars_by: Mapping[str, float] | None
    unique_tokens_used: float
    epochs: float
    chip_hours: float
    days: float | None
    energy_kwh: float | None
    co2_kg: float | None
    scenario: Scenario = field(repr=False)

    @cached_property
    def status(self) -> tuple[Status, ...]:
        """What must be known before the figures are believed, as sentences."""
        lang = self.scenario.lang
        return tuple(Status(code, values, lang) for code, values in statuses(self))

    @property
    def plain(self) -> bool:
        """A budget alone: no size or loss fixed, nothing priced or served, and tokens enough."""
        scenario = self.scenario
        fixed = (scenario.params, scenario.tokens, scenario.target_loss)
        terms = scenario.terms
        return (
            all(each is None for each in fixed)
            and not terms.priced
            and terms.serving == 0
            and terms.leaves_fresh(self.tokens)
        )

    def rows(self) -> list[tuple[str, str]]:
        """The figures as ``(label, printed value)``, in the scenario's language."""
        lang = self.scenario.lang
        return [
            (say(f"plans.{name}", lang), show(value * UNITS.get(name, 1.0), kind, lang))
            for name, kind in FIGURES.items()
            if (value := self.figure(name)) is not None
        ]

    def figure(self, name: str) -> float | None:
        """A figure by name; ``dollars_data`` and the like reach into ``dollars_by``."""
        part = name.removeprefix("dollars_")
        if part != name:
            amount = (self.dollars_by or {}).get(part)
            return amount if amount and part != "training" else None
        value: float | None = getattr(self, name)
        return value

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain JSON values: figures, question, assumptions, law, sentences."""
        return plain_plan(self)

    @classmethod
    def from_json(cls, source: str | PathLike[str]) -> Plan:
        """A plan that was saved, equal to the one that was: ``source`` is JSON text or a path.

        Its prices and its law are those of when it was saved, whatever the catalogue says today.

        Raises:
            ChinchillaError: there is no such file, or it holds no plan.
        """
        return cls(**read_plan(source))

    def report(
        self,
        path: str | PathLike[str],
        title: str | None = None,
        author: str | None = None,
        force: bool = False,
    ) -> Path:
        """Write this plan to a file, whose extension decides how; the path is returned.

        ``.html`` is a page that anybody opens without a network and whose sliders still move;
        ``.md``, ``.json``, ``.tex``, ``.svg`` and ``.png`` (the last two with the extra
        ``images``) hold the same plan; ``.md`` has a picture beside it, a ``.png`` of the same
        name, where that extra is there. A file that was not made here is left alone unless
        ``force``; a failure leaves the old file whole.

        Raises:
            ChinchillaError: another extension, a file that is not ours, a place that cannot be
                written, or an extra that is not installed.
        """
        from chinchilla_widget.report import write_report

        return write_report(self, path, title=title, author=author, force=force)[0]

    def embed(self) -> Any:
        """The live widget as an output of a notebook, without a kernel or a widget manager.

        Several may stand on one page, a documentation's too. Where scripts are taken away, a
        picture and a table are left.
        """
        from chinchilla_widget.report import Embed

        return Embed(self)

    def to_latex(self) -> str:
        """The figures as a LaTeX ``tabular`` that needs no package, and the sentences."""
        return latex_table(self)

    def _repr_html_(self) -> str:
        return html_table(self)

    def _repr_markdown_(self) -> str:
        return markdown_table(self)

    def _repr_latex_(self) -> str:
        return latex_table(self)

    def __str__(self) -> str:
        rows = self.rows()
        width = max(len(label) for label, _ in rows)
        lines = [f"{label:<{width}}  {value}" for label, value in rows]
        return "\n".join([*lines, *(f"! {status}" for status in self.status)])

    def __repr__(self) -> str:
        return f"<Plan\n{self}\n>"

    def interval(
        self, what: str, level: float | str = LEVEL, *, calibrated: bool = True
    ) -> tuple[float, float] | None:
        """Where a figure of the plan lies with a probability of ``level``, as its law knows it.

        Args:
            what: a numeric field of the plan: "params", "tokens", "tokens_per_param", "loss",
                "flops", "dollars", "days", … . What was asked for does not vary.
            level: a probability, or text such as "90%".
            calibrated: widened by what backtests on the law's runs say extrapolation adds.

        Returns:
            Low and high, or None where the runs behind the law are not at hand
            (``law.draws`` is None).

        Raises:
            ChinchillaError: no such figure, or a level that is no probability.
        """
        from chinchilla_widget.solver.doubts import interval

        return interval(self, what, level, calibrated=calibrated)

    def chart(self, **options: Any) -> Any:
        """The pictures of this plan as an ordinary Altair chart, for a figure or a paper."""
        from chinchilla_widget.charts.figure import figure

        return figure(self, **options)


# The figures in the order they are read, with the kind each prints as.
FIGURES: Mapping[str, ShowKind] = {
    "params": "params",
    "tokens": "tokens",
    "tokens_per_param": "ratio",
    "loss": "loss",
    "flops": "flops",
    "dollars": "money",
    "dollars_data": "money",
    "dollars_serving": "money",
    "unique_tokens_used": "tokens",
    "epochs": "ratio",
    "chip_hours": "hours",
    "days": "duration",
    "energy_kwh": "energy",
    "co2_kg": "mass",
}


# Durations print from seconds; a plan counts days.
UNITS: Mapping[str, float] = {"days": 86400.0}
