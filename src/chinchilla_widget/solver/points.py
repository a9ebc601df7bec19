"""``Scenario`` to the numbers of a plan: one root of d loss / d log N, whatever is asked.

Everything here works on floats and on arrays alike, in training FLOP (see ``costs``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from chinchilla_widget import costs
from chinchilla_widget.costs import Terms
from chinchilla_widget.laws import FrontierLaw, ParametricLaw
from chinchilla_widget.optimum import ENDLESS, place, start, tilt, whole_stock
from chinchilla_widget.quantities.sentences import error
from chinchilla_widget.solver.roots import rising_root
from chinchilla_widget.scenario import Scenario
from chinchilla_widget.tracing import Dual, where


@dataclass(frozen=True)
class Point:
    """A run: its size, the unique tokens it reads, how often again, and the budget it takes.

    ``reducible`` is the loss above the law's floor, kept apart because near the floor the sum
    has lost its digits; None where the law has no loss surface.
    """

    params: Any
    unique_tokens: Any
    repeats: Any
    total_flops: Any
    loss: Any
    reducible: Any = None

    @property
    def tokens(self) -> Any:
        """Tokens trained on, readings counted."""
        return self.unique_tokens * (1.0 + self.repeats)


def solve(scenario: Scenario) -> Point:
    """The best run the scenario allows.

    Raises:
        ChinchillaError: there is none; the sentence says why.
    """
    if isinstance(scenario.law, FrontierLaw):
        return _solve_frontier(scenario)
    law, terms, flops = scenario.law, scenario.terms, scenario.total_flops
    params, tokens = scenario.params, scenario.tokens
    if params is not None and tokens is not None:
        return bought(law, terms, params, tokens)
    if scenario.target_loss is not None:
        flops = _cheapest(scenario)
    elif flops is None:
        name = "tokens" if params is None else "params"
        flops = flops_where(law, terms, name, params if tokens is None else tokens)
        params = tokens = None
    assert flops is not None
    if tokens is not None and not scenario.repeats and terms.data_price * tokens >= flops:
        raise error(
            "solver.cannot_buy",
            scenario.lang,
            tokens=("tokens", tokens),
            share=("ratio", terms.data_price * tokens / flops),
        )
    if params is not None and terms.serving * params >= flops:
        raise error(
            "solver.cannot_serve",
            scenario.lang,
            params=("params", params),
            served=("tokens", scenario.served_tokens),
            share=("ratio", terms.serving * params / flops),
        )
    return best(law, terms, flops, params=params, tokens=tokens)


def best(
    law: ParametricLaw, terms: Terms, flops: Any, *, params: Any = None, tokens: Any = None
) -> Point:
    """The lowest loss ``flops`` buys, with the size or the token count given, or neither."""
    if tokens is not None:
        size, unique, repeats = _with_tokens(law, terms, flops, tokens)
    elif params is not None:
        size = params
        unique, repeats = _with_params(terms, size, flops - terms.serving * size)
    else:
        size, unique, repeats = _free(law, terms, flops)
    return _point(law, terms, size, unique, repeats, flops)


def _point(
    law: ParametricLaw, terms: Terms, params: Any, unique: Any, repeats: Any, flops: Any
) -> Point:
    reducible = _reducible(law, terms, params, unique, repeats)
    return Point(params, unique, repeats, flops, law.floor + reducible, reducible)


def _reducible(law: ParametricLaw, terms: Terms, params: Any, unique: Any, repeats: Any) -> Any:
    useful = law.effective_params(params, terms.stock) if terms.limited else params
    return law.reducible(useful, costs.effective(terms, unique, repeats))


def _with_params(terms: Terms, params: Any, money: Any) -> tuple[Any, Any]:
    return costs.purchase(terms, params, money, costs.free_repeats(terms, params))


def _free(law: ParametricLaw, terms: Terms, flops: Any) -> tuple[Any, Any, Any]:
    if terms.plain_data and np.all(terms.serving == 0):
        params, tokens = law.optimum(flops)
        return params, tokens, 0.0
    if terms.limited and not terms.repeats:
        return _fresh_only(law, terms, flops)
    at = rising_root(
        lambda x: tilt(law, terms, *place(x, flops, terms.serving)),
        start(law, terms, flops),
        _slope(law),
    )
    params, money = place(at, flops, terms.serving)
    return params, *_with_params(terms, params, money)


def _slope(law: ParametricLaw) -> float:
    return float(law.constants["alpha"] + law.constants["beta"])


def _fresh_only(law: ParametricLaw, terms: Terms, flops: Any) -> tuple[Any, Any, Any]:
    endless = replace(terms, unique_tokens=ENDLESS)
    at = rising_root(
        lambda x: tilt(law, endless, *place(x, flops, terms.serving)),
        start(law, endless, flops),
        _slope(law),
    )
    params, money = place(at, flops, terms.serving)
    fresh = money / (terms.data_price + 6.0 * params)
    enough = fresh <= terms.unique_tokens
    params = where(enough, params, whole_stock(terms, flops))
    return params, where(enough, fresh, terms.unique_tokens), 0.0


def _with_tokens(
    law: ParametricLaw, terms: Terms, flops: Any, tokens: Any
) -> tuple[Any, Any, Any]:
    """The token count is given: how many of them to buy, and the size the rest pays for."""
    each = 6.0 * tokens + terms.serving
    most = np.minimum(tokens, terms.unique_tokens)
    if not (terms.priced and terms.repeats):
        unique = most
    else:
        # Unique tokens at the coordinate x: no more than all, no more than the budget pays for.
        paid = np.maximum((tokens * terms.data_price / flops - 1.0) / terms.repeat_scale, 0.0)

        def unique_at(x: Any) -> Any:
            return tokens / (1.0 + terms.repeat_scale * (paid + np.exp(x)))

        def worth(x: Any) -> Any:
            unique = unique_at(Dual(x, 1.0))
            size = (flops - terms.data_price * unique) / each
            fresh = costs.effective(terms, unique, tokens / unique - 1.0)
            useful = law.effective_params(size, terms.stock) if terms.limited else size
            loss_of_data = law.reducible(useful.value, fresh).slope
            return np.log(loss_of_data / -law.reducible(useful, fresh.value).slope)

        unique = np.minimum(unique_at(rising_root(worth, 0.0 * tokens - 2.0, 1.0)), most)
    return (flops - terms.data_price * unique) / each, unique, tokens / unique - 1.0


def bought(law: ParametricLaw, terms: Terms, params: Any, tokens: Any) -> Point:
    """Size and tokens are given: as many fresh ones as exist, and the bill."""
    unique = np.minimum(tokens, terms.unique_tokens)
    repeats = tokens / unique - 1.0
    total = (6.0 * tokens + terms.serving) * params + terms.data_price * unique
    return _point(law, terms, params, unique, repeats, total)


def flops_where(law: ParametricLaw, terms: Terms, name: str, goal: Any) -> Any:
    """The budget whose optimum has ``goal`` params or tokens."""
    factor, exponent = law.frontier()[name]
    guess = np.log(goal / factor) / exponent
    at = rising_root(
        lambda x: np.log(getattr(best(law, terms, np.exp(x)), name) / goal), guess, float(exponent)
    )
    return np.exp(at)


def _cheapest(scenario: Scenario) -> float:
    """The least budget that reaches the target loss."""
    law, terms, target = scenario.law, scenario.terms, scenario.target_loss
    assert target is not None
    reachable = lowest_loss(law, terms, scenario.params, scenario.tokens)
    if target <= reachable:
        code = "solver.below_floor" if target <= law.floor else "solver.below_reachable"
        raise error(code, scenario.lang, target=target, floor=("loss", reachable), law=law.about.name)
    return float(flops_for_loss(law, terms, target, scenario.params, scenario.tokens))


def lowest_loss(law: ParametricLaw, terms: Terms, params: Any = None, tokens: Any = None) -> Any:
    """The loss that no budget goes below: what is fixed, and how much data there is, hold it up."""
    size = math.inf if params is None else params
    if tokens is not None:
        unique = np.minimum(tokens, terms.unique_tokens)
        repeats = tokens / unique - 1.0
    else:
        unique = terms.unique_tokens
        repeats = math.inf if terms.limited and terms.repeats else 0.0
    return law.floor + _reducible(law, terms, size, unique, repeats)


def flops_for_loss(
    law: ParametricLaw, terms: Terms, target: Any, params: Any = None, tokens: Any = None
) -> Any:
    """The least budget (training FLOP) at which the best loss is ``target``."""
    factor, exponent = law.frontier()["reducible"]
    goal = target - law.floor
    # Serving a given size must be paid before the first token is read.
    fixed = 0.0 if params is None else terms.serving * params

    def short(x: Any) -> Any:
        point = best(law, terms, fixed + np.exp(x), params=params, tokens=tokens)
        return np.log(goal / point.reducible)

    return fixed + np.exp(rising_root(short, np.log(goal / factor) / exponent, -float(exponent)))


def _solve_frontier(scenario: Scenario) -> Point:
    law, flops = scenario.law, scenario.total_flops
    params, tokens = scenario.params, scenario.tokens
    if params is not None and tokens is not None:
        return Point(params, tokens, 0.0, costs.training_flops(params, tokens), None)
    if flops is None:
        name, goal = ("tokens", tokens) if params is None else ("params", params)
        factor, exponent = law.frontier()[name]
        assert goal is not None
        flops = (goal / factor) ** (1.0 / exponent)
    params, tokens = law.optimum(flops)
    return Point(params, tokens, 0.0, flops, law.optimal_loss(flops))


