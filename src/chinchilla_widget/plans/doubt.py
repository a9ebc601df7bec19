"""What a plan must admit: extrapolation, disagreement, data that runs out, borrowed parts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from chinchilla_widget.laws import LAWS, FrontierLaw

if TYPE_CHECKING:
    from chinchilla_widget.plans.plan import Plan

# Stocks of text, in tokens: FineWeb, the largest open English corpus (its dataset card), and the
# effective stock of public human text (Epoch AI 2024, central estimate).
LARGEST_OPEN_CORPUS = 18.5e12
PUBLIC_TEXT = 300e12
# Muennighoff et al. 2023: to about 4 epochs repeats are nearly worth new tokens, after 16 little.
EPOCHS_NEARLY_FREE = 4.0
EPOCHS_SPENT = 16.0
# Half as much again is no extrapolation to speak of.
_ROOM = 1.5

Sentence = tuple[str, dict[str, Any]]


def statuses(plan: Plan) -> list[Sentence]:
    """The sentences of a plan, the most important first."""
    return [
        *_extrapolation(plan),
        *_ratio(plan),
        *_data(plan),
        *_law(plan),
        *_money(plan),
        *plan.scenario.notes,
    ]


def spread(flops: float) -> dict[str, tuple[float, float]]:
    """The range of optimal params and tokens across the laws that apply, plain budgets.

    Laws are compared in params and tokens; a loss compares only within one scale.
    """
    answers = [law.optimum(flops) for law in LAWS.values() if law.about.compare]
    params, tokens = zip(*answers, strict=True)
    return {"params": (min(params), max(params)), "tokens": (min(tokens), max(tokens))}


def _times(factor: float) -> tuple[str, float]:
    """A factor before a ×: a power of ten there would say × twice."""
    digits = float(f"{factor:.3g}")
    return ("ratio", factor) if digits < 1e6 else ("count", digits)


def _extrapolation(plan: Plan) -> list[Sentence]:
    about = plan.scenario.law.about
    if "flops" not in about.domain:
        return _larger_than_fitted(plan)
    low, high = about.domain["flops"]
    if plan.flops > high * _ROOM:
        values: dict[str, Any] = {
            "factor": _times(plan.flops / high),
            "flops": ("flops", high),
        }
        # The spread is of the laws' own optima, and this plan must be one of them.
        if not (about.compare and plan.plain):
            return [("plans.extrapolates", values)]
        least, most = spread(plan.flops)["params"]
        values |= {"least": ("params", least), "most": ("params", most)}
        return [("plans.extrapolates_spread", values)]
    if plan.flops < low / _ROOM:
        return [
            ("plans.below_domain", {"factor": _times(low / plan.flops), "flops": ("flops", low)})
        ]
    return []


def _ratio(plan: Plan) -> list[Sentence]:
    """Tokens per param that no run behind the law had: a loss there is a guess."""
    about = plan.scenario.law.about
    low, high = about.domain.get("tokens_per_param", (0.0, math.inf))
    if low / _ROOM <= plan.tokens_per_param <= high * _ROOM:
        return []
    values = {
        "ratio": ("ratio", plan.tokens_per_param),
        "low": ("ratio", low),
        "high": ("ratio", high),
    }
    return [("plans.ratio_outside", values)]


def _larger_than_fitted(plan: Plan) -> list[Sentence]:
    """Where a paper gives no range of compute, its range of sizes says how far out a plan is."""
    _, high = plan.scenario.law.about.domain.get("params", (0.0, math.inf))
    if plan.params <= high * _ROOM:
        return []
    values = {"factor": _times(plan.params / high), "params": ("params", high)}
    return [("plans.larger_than_fitted", values)]


def _data(plan: Plan) -> list[Sentence]:
    found: list[Sentence] = []
    if plan.epochs > EPOCHS_SPENT:
        found.append(("plans.epochs_spent", {"epochs": ("ratio", plan.epochs)}))
    elif plan.epochs > EPOCHS_NEARLY_FREE:
        found.append(("plans.epochs_many", {"epochs": ("ratio", plan.epochs)}))
    if plan.unique_tokens_used > PUBLIC_TEXT:
        found.append(("plans.beyond_public_text", {"stock": ("tokens", PUBLIC_TEXT)}))
    elif plan.unique_tokens_used > LARGEST_OPEN_CORPUS:
        found.append(("plans.beyond_corpus", {"stock": ("tokens", LARGEST_OPEN_CORPUS)}))
    constants = plan.scenario.law.constants
    if plan.epochs > 1.0 + 1e-9 and "R_D" not in constants:
        found.append(("plans.borrowed_repeats", {"law": _name(plan)}))
    return found


def _law(plan: Plan) -> list[Sentence]:
    law = plan.scenario.law
    found: list[Sentence] = [(code, dict(values)) for code, values in law.about.doubts]
    if law.about.counts in ("non-embedding", "flop-per-token", "excluding-input-embedding"):
        code = law.about.counts.replace("-", "_")
        found.append((f"plans.counts_{code}", {"law": _name(plan)}))
    product = 6.0 * plan.params * plan.tokens
    if isinstance(law, FrontierLaw) and not math.isclose(product, plan.flops, rel_tol=1e-3):
        found.append(
            ("plans.not_6nd", {"law": _name(plan), "share": ("percent", product / plan.flops)})
        )
    return found


def _name(plan: Plan) -> str:
    name: str = plan.scenario.law.about.says("name", plan.scenario.lang)
    return name


def _money(plan: Plan) -> list[Sentence]:
    scenario = plan.scenario
    total = scenario.total_flops
    if total is not None and not isinstance(scenario.law, FrontierLaw):
        terms = scenario.terms
        spent = plan.flops + terms.serving * plan.params
        spent += terms.data_price * plan.unique_tokens_used
        if spent < total * (1.0 - 1e-9):
            # Something was bought, however little: it is never all that is left.
            left = min(1.0 - spent / total, 0.999)
            return [("plans.money_left", {"share": ("percent", left)})]
    return []
