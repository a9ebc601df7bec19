"""How sure a plan is: the same question asked of every draw of its law."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from chinchilla_widget.laws import LEVEL, FrontierLaw, ends
from chinchilla_widget.optimum import whole_stock
from chinchilla_widget.quantities.given import read_level
from chinchilla_widget.quantities.sentences import error
from chinchilla_widget.solver.planning import figures
from chinchilla_widget.solver.points import solve

if TYPE_CHECKING:
    from chinchilla_widget.plans import Plan

_HAIR: Final = 1e-9


def interval(
    plan: Plan, what: str, level: float | str = LEVEL, *, calibrated: bool = True
) -> tuple[float, float] | None:
    """See ``Plan.interval``."""
    share = read_level(level, plan.scenario.lang)
    found = drawn(plan, calibrated=calibrated)
    if found is None:
        return None
    if what not in found:
        raise error("fitting.what", plan.scenario.lang, text=str(what), known=", ".join(found))
    return _ends(found[what], share)


def varying(plan: Plan, names: Sequence[str]) -> dict[str, tuple[float, float]]:
    """The intervals of those of the figures ``names`` that were not asked for."""
    found = drawn(plan) or {}
    known = {name: _ends(found[name], LEVEL) for name in names if name in found}
    return {
        name: each
        for name, each in known.items()
        if each is not None and not math.isclose(*each, rel_tol=_HAIR)
    }


def _ends(drawn: Any, level: float) -> tuple[float, float] | None:
    values = np.where(np.isfinite(drawn), drawn, np.nan)
    if np.isnan(values).all():
        return None
    low, high = ends(values, level)
    return float(low), float(high)


def drawn(plan: Plan, *, calibrated: bool = True) -> dict[str, Any] | None:
    """The numeric fields of a plan for every draw of its law, ``(n,)`` each, or None without any.

    What was asked stays as asked: a size, a token count or a loss of one's own does not vary, the
    budget does not either. NaN where a draw has no answer.
    """
    scenario = plan.scenario
    draws = getattr(scenario.law, "draws", None)
    if draws is None:
        return None
    law = type(scenario.law)(dict(draws.constants), scenario.law.about)
    asked: dict[str, Any] = {"law": law}
    ones = np.ones(len(draws))
    # The answers beyond the runs are off by more than the draws show: in loss for a given run,
    # and in the size that is best.
    off = {
        what: np.exp(draws.widened(0.0 * ones, what, plan.flops) if calibrated else 0.0 * ones)
        for what in ("loss", "params")
    }
    if scenario.target_loss is not None:
        asked["target_loss"] = scenario.target_loss / off["loss"]
    with np.errstate(all="ignore"):
        question = replace(scenario, **asked)
        found = _answers(question, len(draws))
        free = scenario.params is None and scenario.tokens is None
        if calibrated and free and scenario.budget is not None:
            loss = found["loss"]
            if isinstance(law, FrontierLaw):  # it has no other sizes: C = 6ND is all there is
                for name, power in (("params", 1), ("tokens", -1), ("unique_tokens_used", -1)):
                    found[name] = found[name] * off["params"] ** power
                found["tokens_per_param"] = found["tokens"] / found["params"]
            else:
                other = _beside(question, found, off["params"])
                found = _answers(replace(question, params=other), len(draws))
            found["loss"] = loss
    if scenario.target_loss is None:
        found["loss"] = found["loss"] * off["loss"]
    else:
        # The draws aimed beside it by as much as they are off: what they reach is the loss asked.
        found["loss"] = np.where(np.isnan(found["loss"]), math.nan, scenario.target_loss)
    return found


def _beside(question: Any, found: dict[str, Any], off: Any) -> Any:
    """The sizes that answers which are ``off`` take for the best."""
    if question.repeats or not question.terms.limited:
        return found["params"] * off
    # The law is off in the size that it would take without a limit. Whatever that is, a smaller
    # one than what all the tokens there are ask for leaves money over.
    free = _answers(replace(question, unique_tokens=math.inf), len(off))["params"]
    return np.maximum(free * off, whole_stock(question.terms, question.total_flops))


def _answers(question: Any, count: int) -> dict[str, Any]:
    lost = np.zeros(count, bool)

    def refuse(bad: Any, name: str, **values: Any) -> None:
        nonlocal lost
        lost = lost | bad

    found = figures(question, solve(question, refuse))
    found |= {f"dollars_{part}": each for part, each in (found.pop("dollars_by") or {}).items()}
    return {
        name: np.where(lost, math.nan, np.broadcast_to(np.asarray(value, float), (count,)))
        for name, value in found.items()
        if value is not None
    }
