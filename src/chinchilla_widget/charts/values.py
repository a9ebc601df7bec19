"""The signal values of a solved plan: what the page computes for itself, from Python."""

from __future__ import annotations

from chinchilla_widget.charts.program import last_mile, law_signals
from chinchilla_widget.charts.sure import sure_signals
from chinchilla_widget.laws import FrontierLaw
from chinchilla_widget.optimum import ENDLESS
from chinchilla_widget.plans import Plan
from chinchilla_widget.quantities import ShowKind, show
from chinchilla_widget.quantities.sentences import sentence
from chinchilla_widget.solver.points import best


def values_of(plan: Plan) -> dict[str, float | str | list[float]]:
    """Every signal a panel may read, for this plan."""
    scenario, terms = plan.scenario, plan.scenario.terms
    law = scenario.law
    # What is left over still counts: it is the budget that the curves are drawn for.
    total = scenario.total_flops or _spent(plan)
    free_run = _free(plan)
    free_of_own = scenario.budget is not None and scenario.tokens is None
    unpriced = free_of_own and terms.serving == 0 and not terms.priced
    best_plain = unpriced and terms.leaves_fresh(free_run["tokens"])
    values: dict[str, float | str | list[float]] = {
        **law_signals(law),
        **sure_signals(law),
        "k_budget_flops": total,
        "k_data_price": terms.data_price,
        "k_serving_per_param": terms.serving,
        "k_unique_tokens": min(scenario.unique_tokens, ENDLESS),
        "k_repeats": float(scenario.repeats),
        "k_pin_params": 0.0 if free_of_own else plan.params,
        "k_own_tokens": 0.0,
        "k_params": plan.params,
        "k_tokens": plan.tokens,
        "k_loss": plan.loss or 0.0,
        "k_flops": plan.flops,
        "k_plain": float(plan.plain),
        **{f"k_best_{name}": value for name, value in free_run.items()},
        "k_best_plain": float(best_plain),
    }
    for name in ("params", "tokens", "loss", "flops", "budget_flops", "best_params", "best_loss"):
        values[f"k_anchor_{name}"] = values[f"k_{name}"]
    return {**values, **_texts(plan, free_run["params"], total)}


def _spent(plan: Plan) -> float:
    terms = plan.scenario.terms
    beside = terms.serving * plan.params + terms.data_price * plan.unique_tokens_used
    return plan.flops + float(beside)


def _free(plan: Plan) -> dict[str, float]:
    """The best run for the plan's budget, whatever size of one's own the plan has."""
    scenario = plan.scenario
    flops = scenario.total_flops
    if scenario.params is None or scenario.tokens is not None or flops is None:
        return {"params": plan.params, "tokens": plan.tokens, "loss": plan.loss or 0.0}
    point = best(scenario.law, scenario.terms, flops)
    return {name: float(getattr(point, name)) for name in ("params", "tokens", "loss")}


def _texts(plan: Plan, size: float, total: float) -> dict[str, str]:
    lang, law = plan.scenario.lang, plan.scenario.law
    signals = law_signals(law)
    frontier = isinstance(law, FrontierLaw)
    floor = signals["k_loss_floor" if frontier else "k_E"]
    rate = plan.scenario.dollars_per_flop
    kind: ShowKind = "flops" if rate is None else "brief"
    unit = 1.0 if rate is None else rate
    texts = {
        "k_text_params": show(size, "params", lang),
        "k_text_tenth": show(total / 10.0 * unit, kind, lang),
        "k_text_tenfold": show(total * 10.0 * unit, kind, lang),
        "k_text_floor": sentence("charts.floor", lang, loss=("loss", floor)),
        "k_text_mile": "",
    }
    if plan.plain and plan.loss is not None:
        exponent = signals["k_loss_exponent"] if frontier else law.frontier()["reducible"][1]
        factor = float(last_mile(plan.loss, floor, exponent))
        dearer = law.optimum(plan.flops * factor) if factor > 0 else (0.0, 0.0)
        if factor > 0 and dearer[1] <= plan.scenario.unique_tokens:
            texts["k_text_mile"] = sentence("charts.mile", lang, factor=("ratio", factor))
    return texts
