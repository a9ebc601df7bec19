"""Whether a plan asked again is still the one that was saved: for pipelines."""

from __future__ import annotations

import math
from typing import Any, Final, NamedTuple

from chinchilla_widget.laws import LAWS
from chinchilla_widget.messages import say
from chinchilla_widget.plans import FIGURES, Plan
from chinchilla_widget.quantities import show
from chinchilla_widget.quantities.sentences import sentence
from chinchilla_widget.scenario import Scenario
from chinchilla_widget.solver import plan_for

TOLERANCE: Final = 0.05
# What an answer rests on, where it may have changed since: with the kind each prints as.
_RESTS_ON: Final = {
    "price_per_hour": "price",
    "mfu": "percent",
    "goodput": "percent",
    "peak_flops": "flops",
}
_DAY: Final = 86_400.0


class Checked(NamedTuple):
    """What moved, line by line; empty where all is within the tolerance."""

    moved: list[str]
    because: list[str]


def asked_again(old: Plan) -> Plan:
    """The question of a saved plan, answered with what is known today."""
    words: dict[str, Any] = dict(old.scenario.words)
    law = old.scenario.law
    # A law of one's own has no name here: it is in the file.
    if "law" in words and law.about.id not in LAWS:
        words["law"] = law
    return plan_for(Scenario.of(**words))


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
    return Checked(moved, _because(old, new) if moved else [])


def _because(old: Plan, new: Plan) -> list[str]:
    lang = new.scenario.lang
    found = []
    for word, kind in _RESTS_ON.items():
        before, after = getattr(old.scenario, word), getattr(new.scenario, word)
        if before != after:
            printed = ["–" if each is None else show(each, kind, lang) for each in (before, after)]  # type: ignore[arg-type]
            found.append(
                sentence("check.because", lang, word=word, before=printed[0], after=printed[1])
            )
    laws = [each.scenario.law for each in (old, new)]
    if laws[0] != laws[1]:
        names = [each.about.says("name", lang) for each in laws]
        if names[0] == names[1]:
            found.append(sentence("check.because_law", lang, law=names[0]))
        else:
            found.append(
                sentence("check.because", lang, word="law", before=names[0], after=names[1])
            )
    return found


def _change(before: float | None, after: float | None) -> float:
    if before is None or after is None:
        return 0.0 if before is after else math.inf
    return 0.0 if before == after else (after - before) / abs(before) if before else math.inf


def _signed(change: float, lang: str) -> str:
    if math.isinf(change):
        return "∞"
    sign = "+" if change > 0 else ""
    return f"{sign}{show(change, 'percent', lang)}"
