"""From a question to a ``Plan``: the solved point, put into the units of the plan."""

from __future__ import annotations

from typing import Any, Protocol

from chinchilla_widget import costs
from chinchilla_widget.laws import FrontierLaw
from chinchilla_widget.plans import Plan
from chinchilla_widget.scenario import Scenario
from chinchilla_widget.solver.points import Point, Question, solve


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
    found = figures(scenario, solve(scenario))
    by = found.pop("dollars_by")
    # Numbers of Python's own: NumPy's would print and save as something else.
    plain: dict[str, Any] = {
        name: None if value is None else float(value) for name, value in found.items()
    }
    plain["dollars_by"] = by and {part: float(amount) for part, amount in by.items()}
    return Plan(**plain, scenario=scenario)


class Priced(Question, Protocol):
    """A question with what it takes to count a run in dollars, days and kilowatt-hours."""

    @property
    def flops_per_hour(self) -> Any: ...
    @property
    def dollars_per_flop(self) -> Any: ...
    @property
    def token_price(self) -> Any: ...
    @property
    def chips(self) -> Any: ...
    @property
    def accelerator(self) -> Any: ...
    @property
    def pue(self) -> Any: ...
    @property
    def grid(self) -> Any: ...


def figures(question: Priced, point: Point) -> dict[str, Any]:
    """Everything that follows from a solved point, under the names of ``Plan``."""
    # What was fixed is answered as it was given, not as a root finds it again.
    params = point.params if question.params is None else question.params
    tokens = point.tokens if question.tokens is None else question.tokens
    unique = point.unique_tokens
    # A frontier law's own N and D need not multiply to the compute asked for; that is what runs.
    frontier = isinstance(question.law, FrontierLaw)
    flops = point.total_flops if frontier else costs.training_flops(params, tokens)
    rate = question.dollars_per_flop
    by = None
    if rate is not None:
        by = {
            "training": flops * rate,
            "data": unique * (question.token_price / 1e6),
            "serving": question.terms.serving * params * rate,
        }
    hours = flops / question.flops_per_hour
    watts = question.accelerator.tdp_w
    energy = None if watts is None else costs.energy_kwh(hours, watts, question.pue)
    return {
        "params": params,
        "tokens": tokens,
        "loss": point.loss,
        "flops": flops,
        "tokens_per_param": tokens / params,
        "dollars": None if by is None else by["training"] + by["data"] + by["serving"],
        "dollars_by": by,
        "unique_tokens_used": unique,
        "epochs": tokens / unique,
        "chip_hours": hours,
        "days": None if question.chips is None else costs.days(hours, question.chips),
        "energy_kwh": energy,
        "co2_kg": None if energy is None else costs.co2_kg(energy, question.grid),
    }
