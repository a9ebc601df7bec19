"""Whether a plan asked again is still the one that was saved: for pipelines."""

from __future__ import annotations

import math
from typing import Any, Final, NamedTuple

from chinchilla_widget.costs import UNLIMITED
from chinchilla_widget.laws import LAWS
from chinchilla_widget.messages import say
from chinchilla_widget.plans import FIGURES, Plan
from chinchilla_widget.plans.forms import clean
from chinchilla_widget.quantities import ShowKind, show
from chinchilla_widget.quantities.sentences import sentence
from chinchilla_widget.scenario import Scenario, printed_budget
from chinchilla_widget.solver import plan_for

TOLERANCE: Final = 0.05
# What an answer rests on, with the kind each prints as; None is text as it stands.
_RESTS_ON: Final[dict[str, ShowKind | None]] = {
    "accelerator": None,
    "dtype": None,
    "chips": "count",
    "price_kind": None,
    "price_per_hour": "price",
    "mfu": "percent",
    "goodput": "percent",
    "peak_flops": "flops",
    "final_share": "percent",
    "token_price": "price",
    "unique_tokens": "tokens",
    "repeats": None,
    "served_tokens": "tokens",
    "serving_mfu": "percent",
    "serving_price_per_hour": "price",
    "params": "params",
    "tokens": "tokens",
    "target_loss": "loss",
    "pue": "constant",
    "grid": "count",
}
# What is usual follows from other words: where those were asked otherwise, it did not change.
_FOLLOWS: Final = {
    "dtype": ("accelerator",),
    "price_per_hour": ("accelerator", "price_kind"),
    "mfu": ("accelerator",),
    "goodput": ("chips",),
    "peak_flops": ("accelerator", "dtype"),
    "serving_mfu": ("mfu", "accelerator"),
}
_DAY: Final = 86_400.0


class Checked(NamedTuple):
    """What moved, line by line, empty where all is within the tolerance; and what else differs."""

    moved: list[str]
    because: list[str]


def asked_again(old: Plan, **otherwise: Any) -> Plan:
    """The question of a saved plan, but for these words, answered with what is known today."""
    words: dict[str, Any] = dict(old.scenario.words)
    law = old.scenario.law
    # A law of one's own has no name here: it is in the file.
    if "law" in words and law.about.id not in LAWS:
        words["law"] = law
    return plan_for(Scenario.of(**{**words, **otherwise}))


def compare(old: Plan, new: Plan, tolerance: float = TOLERANCE) -> Checked:
    """Figures that differ by more than ``tolerance`` (a share), and what they rest on that did."""
    lang = new.scenario.lang
    moved = []
    for name, kind in FIGURES.items():
        before, after = old.figure(name), new.figure(name)
        change = _change(before, after)
        if abs(change) <= tolerance:
            continue
        unit = _DAY if name == "days" else 1.0
        values = {
            "name": say(f"plans.{name}", lang).strip(),
            "before": "–" if before is None else show(before * unit, kind, lang),
            "after": "–" if after is None else show(after * unit, kind, lang),
        }
        moved.append(sentence("check.moved", lang, **values, change=_signed(change, lang)))
    because = _because(old, new) if moved else []
    return Checked(moved, [*_asked_otherwise(old, new), *because])


def _asked_otherwise(old: Plan, new: Plan) -> list[str]:
    """Where another question was put than the one that was saved."""
    lang = new.scenario.lang
    found = []
    budgets = [_budget(each, lang) for each in (old, new)]
    if budgets[0] != budgets[1]:
        found.append(_line("asked", "budget", budgets, lang))
    if _other_law(old, new) and _law_asked(old) != _law_asked(new):
        found.append(_line("asked", "law", _law_names(old, new), lang))
    return found + [
        _line("asked", word, _both(old, new, word), lang)
        for word in _RESTS_ON
        if _differ(old, new, word) and _given(old, word) != _given(new, word)
    ]


def _because(old: Plan, new: Plan) -> list[str]:
    """What is known otherwise today: prices, peaks, usual efficiencies, the law."""
    lang = new.scenario.lang
    found = [
        _line("because", word, _both(old, new, word), lang)
        for word in _RESTS_ON
        if _differ(old, new, word)
        and _given(old, word) == _given(new, word)
        and not any(_differ(old, new, each) for each in _FOLLOWS.get(word, ()))
    ]
    if _other_law(old, new) and _law_asked(old) == _law_asked(new):
        names = _law_names(old, new)
        if names[0] == names[1]:
            found.append(sentence("check.because_law", lang, law=names[0]))
        else:
            found.append(_line("because", "law", names, lang))
    return found


def _other_law(old: Plan, new: Plan) -> bool:
    return bool(old.scenario.law != new.scenario.law)


def _law_asked(plan: Plan) -> Any:
    """By which name a law was asked for; one of one's own may be saved by its name alone."""
    law = _given(plan, "law")
    return getattr(getattr(law, "about", None), "id", law)


def _law_names(old: Plan, new: Plan) -> list[str]:
    return [clean(each.scenario.law.about.says("name", new.scenario.lang)) for each in (old, new)]


def _line(code: str, word: str, ends: list[str], lang: str) -> str:
    return sentence(f"check.{code}", lang, word=word, before=ends[0], after=ends[1])


def _differ(old: Plan, new: Plan, word: str) -> bool:
    return bool(getattr(old.scenario, word) != getattr(new.scenario, word))


def _given(plan: Plan, word: str) -> Any:
    return plan.scenario.words.get(word)


def _budget(plan: Plan, lang: str) -> str:
    s = plan.scenario
    if s.budget is None:
        return "–"
    return printed_budget(s.budget.kind, s.budget.amount, s.accelerator, lang)


def _both(old: Plan, new: Plan, word: str) -> list[str]:
    """A word's value in either plan, as printed."""
    kind, lang = _RESTS_ON[word], new.scenario.lang
    return [_printed(getattr(each.scenario, word), kind, lang) for each in (old, new)]


def _printed(value: Any, kind: ShowKind | None, lang: str) -> str:
    if value is None or value == UNLIMITED:
        return "–"
    if isinstance(value, bool):
        return say("check.yes" if value else "check.no", lang)
    return getattr(value, "name", str(value)) if kind is None else show(value, kind, lang)


def _change(before: float | None, after: float | None) -> float:
    if before is None or after is None:
        return 0.0 if before is after else math.inf
    return 0.0 if before == after else (after - before) / abs(before) if before else math.inf


def _signed(change: float, lang: str) -> str:
    if math.isinf(change):
        return "∞"
    sign = "+" if change > 0 else ""
    return f"{sign}{show(change, 'percent', lang)}"
