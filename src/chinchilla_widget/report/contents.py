"""What a report says, whatever its form: the question, what is assumed, how to repeat it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from chinchilla_widget.laws import FITTED, LAWS, draws_of
from chinchilla_widget.messages import say
from chinchilla_widget.page import read_again
from chinchilla_widget.plans import FIGURES, UNITS, Plan
from chinchilla_widget.plans.forms import clean
from chinchilla_widget.quantities import show_ends
from chinchilla_widget.quantities.sentences import sentence
from chinchilla_widget.report.assumptions import Row, assumptions, law_facts
from chinchilla_widget.scenario import FIXED, kept_words, printed_budget
from chinchilla_widget.solver.doubts import varying

_MOST: Final = 300  # letters of a title or a name; what is longer is a mistake


@dataclass
class Contents:
    """A plan with what its author says of it."""

    plan: Plan
    title: str | None = None
    author: str | None = None
    picture: str | None = None

    def __post_init__(self) -> None:
        self.title, self.author = (
            None if given is None else clean(str(given))[:_MOST] or None
            for given in (self.title, self.author)
        )

    @property
    def lang(self) -> str:
        return self.plan.scenario.lang

    @cached_property
    def version(self) -> str:
        """The package's version; "" where it runs from a checkout that was never installed."""
        try:
            return version("chinchilla_widget")
        except PackageNotFoundError:
            return ""

    @property
    def byline(self) -> str:
        """Who, when, and with which version."""
        made = f"chinchilla_widget {self.version}".strip()
        told = [self.author, date.today().isoformat(), made]
        return " · ".join(each for each in told if each)

    @property
    def question(self) -> str:
        """What was asked, in one sentence."""
        s = self.plan.scenario
        fixed = [word for word in FIXED if getattr(s, word) is not None]
        values: dict[str, Any] = {
            "params": ("params", s.params or 0.0),
            "tokens": ("tokens", s.tokens or 0.0),
            "target_loss": ("loss", s.target_loss or 0.0),
            "accelerator": s.accelerator.name,
            "chip": s.accelerator.chip_word,
            "price": ("price", s.price_per_hour or 0.0),
            "mfu": ("percent", s.mfu),
            "served": ("tokens", s.served_tokens),
            "unique": ("tokens", s.unique_tokens),
            "token_price": ("price", s.token_price),
            "law": clean(s.law.about.says("name", s.lang)),
        }
        if s.budget is not None:
            budget = printed_budget(s.budget.kind, s.budget.amount, s.accelerator, s.lang)
            values["budget"] = budget
        asked = "_".join([*(["budget"] if s.budget else []), *fixed])
        told = [f"report.ask_{asked}"]
        told.append("report.on" if s.price_per_hour is not None else "report.on_unpriced")
        if s.token_price:
            told.append("report.with_price")
        if s.unique_tokens != float("inf"):
            told.append("report.with_unique" if s.repeats else "report.with_unique_once")
        if s.served_tokens:
            told.append("report.with_served")
        told.append("report.by")
        return "".join(sentence(code, s.lang, **values) for code in told)

    @cached_property
    def sure(self) -> dict[str, str]:
        """The interval of every figure that was not asked for, by its label in the plan's table.

        Nothing where nobody knows, or draws would take minutes to make.
        """
        if draws_of(self.plan.scenario.law) is None:
            return {}
        found = {}
        for name, (low, high) in varying(self.plan, list(FIGURES)).items():
            scale = UNITS.get(name, 1.0)
            ends = show_ends(low * scale, high * scale, FIGURES[name], self.lang)
            if ends is not None and self.plan.figure(name) is not None:
                found[say(f"plans.{name}", self.lang)] = "–".join(ends)
        return found

    @cached_property
    def assumptions(self) -> list[Row]:
        """All that is assumed: name, value, where it comes from."""
        return assumptions(self.plan)

    @cached_property
    def law_facts(self) -> list[tuple[str, str]]:
        """The law's form, constants, count of parameters, range, data and source."""
        return law_facts(self.plan)

    @property
    def own_law(self) -> bool:
        """Whether the law is one that no name stands for."""
        law = self.plan.scenario.law
        return LAWS.get(law.about.id) is not law

    @property
    def words(self) -> dict[str, Any]:
        """The question's words as they were given, and what today would be something else."""
        words = {**self.plan.to_dict()["words"], **kept_words(self.plan.scenario)}
        return {**words, "law": "law.json"} if self.own_law else words

    @property
    def command(self) -> str:
        """The line of a terminal that gives this plan again; "" where its law is in no file."""
        if self.own_law and not self._fitted:
            return ""
        words = self.words
        budget = words.pop("budget", None)
        told = ["chinchilla-widget"]
        if budget is not None:
            told.append(shlex.quote(clean(str(budget))))
        for word, value in words.items():
            flag = word.replace("_", "-")
            if isinstance(value, bool):
                told.append(f"--{flag}" if value else f"--no-{flag}")
            elif value is not None:
                text = clean(str(value)) if isinstance(value, str) else repr(value)
                told.append(f"--{flag} {shlex.quote(text)}")
        return " ".join(told)

    @property
    def python(self) -> str:
        """The lines of Python that give this plan again."""
        words = self.words
        budget = words.pop("budget", None)
        told = [] if budget is None else [_literal(budget)]
        for word, value in words.items():
            if word == "law" and self.own_law:
                told.append("law=law")
            elif value is not None:
                told.append(f"{word}={_literal(value)}")
        lines = ["import chinchilla_widget as cw", ""]
        if self.own_law:
            lines.append(f"law = {read_again(self.plan.scenario.law)}")
        return "\n".join([*lines, f"cw.plan({', '.join(told)})"])

    @property
    def needed(self) -> str:
        """What must be there for those lines to run, in a sentence; "" where nothing must."""
        if not self.own_law:
            return ""
        return say(f"report.needed_{'fit' if self._fitted else 'plan'}", self.lang)

    @property
    def _fitted(self) -> bool:
        """Whether the law is a fit, which has a file; any other of one's own is in the plan's."""
        return bool(self.plan.scenario.law.about.id == FITTED)


def _literal(value: Any) -> str:
    if isinstance(value, str):
        return '"' + clean(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
    return repr(value)
