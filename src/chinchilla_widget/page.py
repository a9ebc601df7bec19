"""What Python tells the page: messages, tables, bounds, status. Plain JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import Any

from chinchilla_widget.accelerators import ACCELERATORS, Accelerator, Price, find_accelerator
from chinchilla_widget.charts import law_signals, real_models
from chinchilla_widget.laws import LAWS, ParametricLaw
from chinchilla_widget.messages import catalogue
from chinchilla_widget.plans import Plan, Status
from chinchilla_widget.quantities import BudgetText, parse_budget, show, to_dollars

# The rooms whose sentences the page prints by itself.
_SPOKEN = ("ui.", "plans.", "charts.")

# Where the budget slider begins and ends: dollars, FLOP, chip-hours.
_RANGES: Mapping[str, tuple[float, float]] = {
    "money": (1e3, 1e9),
    "flop": (1e18, 1e27),
    "chip_time": (1e2, 1e9),
}


@cache
def messages(lang: str) -> dict[str, str]:
    """The page's sentences in ``lang``, by name."""
    reasons = {_why(chip) for chip in ACCELERATORS.values()}
    return {
        code: text
        for code, text in catalogue(lang).items()
        if code.startswith(_SPOKEN) or code in reasons
    }


def _why(chip: Accelerator) -> str:
    """The code of the sentence that gives a reason for the chip's MFU."""
    return f"accelerators.mfu_{chip.mfu_why}"


def accelerator_of(name: str) -> Accelerator:
    """The catalogue's entry."""
    return find_accelerator(name)


def tables(
    own_laws: tuple[Any, ...], plan: Plan | None, defaults: Mapping[str, Any]
) -> dict[str, Any]:
    """The catalogue, the laws and models, what the words default to, and a pinned answer."""
    known = dict(LAWS.items()) | {law.about.id: law for law in own_laws}
    return {
        "accelerators": _accelerators(),
        "laws": [_law(key, law) for key, law in known.items()],
        "models": _models(),
        "defaults": dict(defaults),
        "pin": _pin(plan),
    }


@cache
def _models() -> list[dict[str, Any]]:
    told = ("name", "params", "tokens", "source")
    return [{word: model[word] for word in told} for model in real_models()]


def _pin(plan: Plan | None) -> dict[str, float] | None:
    """Size and tokens where the budget is not the question; the page solves only for a budget."""
    if plan is None:
        return None
    scenario = plan.scenario
    if scenario.budget is not None and scenario.tokens is None:
        return None
    return {
        "params": plan.params,
        "tokens": plan.tokens,
        "unique_tokens": plan.unique_tokens_used,
    }


@cache
def _accelerators() -> list[dict[str, Any]]:
    return [
        {
            "id": chip.id,
            "name": chip.name,
            "chip_word": chip.chip_word,
            "peaks": dict(chip.peak_flops),
            "dtype": chip.peak(None)[0],
            "prices": {"on-demand": _price(chip.on_demand), "spot": _price(chip.spot)},
            "mfu": chip.mfu,
            "mfu_reason": _why(chip),
            "spec_source": chip.spec_source,
            "tdp_w": chip.tdp_w,
        }
        for chip in ACCELERATORS.values()
    ]


def _price(price: Price | None) -> dict[str, Any] | None:
    if price is None:
        return None
    return {
        "low": price.low,
        "typical": price.typical,
        "high": price.high,
        "date": price.date,
        "source": price.source,
    }


@cache
def _shipped_law(key: str) -> dict[str, Any]:
    return _describe(LAWS[key])


def _law(key: str, law: Any) -> dict[str, Any]:
    return _shipped_law(key) if LAWS.get(key) is law else {**_describe(law), "own": True}


def _describe(law: Any) -> dict[str, Any]:
    about = law.about
    low, high = about.domain.get("flops", (None, None))
    reference = None
    if isinstance(law, ParametricLaw):
        # A loss alone says nothing to most people: the same law's loss for a model they know.
        reference = {"name": "Chinchilla 70B", "loss": float(law.loss(70e9, 1.4e12))}
    return {
        "id": about.id,
        "name": about.name,
        "family": law.family,
        "counts": about.counts,
        "scale": about.scale,
        "compare": about.compare,
        "constants": {letter: float(value) for letter, value in law.constants.items()},
        "domain": {what: list(ends) for what, ends in about.domain.items()},
        "signals": {name: float(value) for name, value in law_signals(law).items()},
        "flops_low": low,
        "flops_high": high,
        "reference": reference,
        "data": about.data,
        "source": about.source,
        "verified": about.verified,
        "note": about.note,
    }


def bounds(plan: Plan | None, budget: str | None, before: Mapping[str, Any]) -> dict[str, Any]:
    """The budget as a number, and how far its slider goes."""
    if plan is None:
        if budget is None:
            return dict(before)
        read = parse_budget(budget)
        value, kind = read.value, str(read.kind)
    else:
        asked = plan.scenario.budget
        if asked is None:
            kind = "flop" if plan.dollars is None else "money"
            low, high = _RANGES[kind]
            return {"budget": {"kind": kind, "value": None, "low": low, "high": high}}
        kind, value = asked.kind, asked.amount
    low, high = _RANGES[kind]
    return {
        "budget": {
            "kind": kind,
            "value": value,
            # A slider's ends stay where they are unless the budget lies beyond them.
            "low": low if value >= low else 10.0 ** math.floor(math.log10(value)),
            "high": high if value <= high else 10.0 ** math.ceil(math.log10(value)),
        }
    }


def status(
    plan: Plan | None, error: str | None, errors: Mapping[str, str], turn: int
) -> dict[str, Any]:
    """Sentences: what is wrong in a field, why there is no plan, what the plan must admit."""
    sentences = [] if plan is None else [s for s in plan.status if not _printed_so(s, plan)]
    return {
        "errors": dict(errors),
        "error": error,
        "sentences": [{"code": each.code, "text": str(each)} for each in sentences],
        "turn": turn,
    }


def _printed_so(sentence: Status, plan: Plan) -> bool:
    """An echo of how a budget was read is noise where the field already prints it like that."""
    budget, lang = plan.scenario.budget, plan.scenario.lang
    if sentence.code != "scenario.echo" or budget is None:
        return False
    return budget.text == _print(budget.kind, budget.amount, lang)


def budget_text(read: BudgetText, lang: str) -> str:
    """A budget printed without what else its text said."""
    value = read.value
    if read.kind == "money":
        value, _ = to_dollars(value, read.currency or "USD", None, lang)
    return _print(read.kind, value, lang)


def _print(kind: str, value: float, lang: str) -> str:
    if kind == "money":
        return show(value, "money", lang)
    if kind == "flop":
        return f"{show(value, 'flops', lang)} FLOP"
    hours = show(value, "hours", lang)
    return f"{hours} GPU-hours" if lang == "en" else f"{hours} horas de GPU"
