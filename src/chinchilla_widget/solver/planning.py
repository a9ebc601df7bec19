"""From a question to a ``Plan``: the solved point, put into the units of the plan."""

from __future__ import annotations

from typing import Any

from chinchilla_widget import costs
from chinchilla_widget.laws import FrontierLaw
from chinchilla_widget.plans import Plan
from chinchilla_widget.scenario import Scenario
from chinchilla_widget.solver.points import Point, solve


def plan(budget: str | None = None, **words: Any) -> Plan:
    """The best model a budget buys, or what a given model or loss costs.

    Args:
        budget: text: money ("$1M", "500 mil euros"), compute ("2.5e23 FLOP"), GPU time
            ("10k H100-hours") or a cluster for a time ("512 H100 for 28 days").
        **words: the keywords of ``Scenario``, each a number in base units or text ("300B").

    Raises:
        ChinchillaError: one sentence: what was read, what is wrong, what would work.
        TypeError: an unknown keyword.

    Example:
        >>> plan("$1M").params  # doctest: +SKIP
        6.08e10
    """
    return plan_for(Scenario.of(budget, **words))


def plan_for(scenario: Scenario) -> Plan:
    """The plan that answers a ready scenario."""
    return measure(scenario, solve(scenario))


def measure(scenario: Scenario, point: Point) -> Plan:
    """A solved point with everything that follows from it."""
    params, tokens = float(point.params), float(point.tokens)
    unique = float(point.unique_tokens)
    # A frontier law's own N and D need not multiply to the compute asked for; that is what runs.
    frontier = isinstance(scenario.law, FrontierLaw)
    flops = float(point.total_flops) if frontier else costs.training_flops(params, tokens)
    by = _dollars_by(scenario, params, unique, flops)
    chip_hours = flops / scenario.flops_per_hour
    watts = scenario.accelerator.tdp_w
    energy = None if watts is None else costs.energy_kwh(chip_hours, watts, scenario.pue)
    return Plan(
        params=params,
        tokens=tokens,
        loss=None if point.loss is None else float(point.loss),
        flops=flops,
        tokens_per_param=tokens / params,
        dollars=None if by is None else sum(by.values()),
        dollars_by=by,
        unique_tokens_used=unique,
        epochs=tokens / unique,
        chip_hours=chip_hours,
        days=None if scenario.chips is None else costs.days(chip_hours, scenario.chips),
        energy_kwh=energy,
        co2_kg=None if energy is None else costs.co2_kg(energy, scenario.grid),
        scenario=scenario,
    )


def _dollars_by(
    scenario: Scenario, params: float, unique: float, flops: float
) -> dict[str, float] | None:
    rate = scenario.dollars_per_flop
    if rate is None:
        return None
    return {
        "training": flops * rate,
        "data": unique * scenario.token_price / 1e6,
        "serving": scenario.terms.serving * params * rate,
    }
