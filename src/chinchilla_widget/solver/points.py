"""A question to the numbers of its answer: one root of d loss / d log N, whatever is asked.

Everything here works on floats and on arrays alike, in training FLOP (see ``costs``).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from chinchilla_widget import costs
from chinchilla_widget.costs import Terms
from chinchilla_widget.laws import FrontierLaw, ParametricLaw
from chinchilla_widget.optimum import ENDLESS, fresh_only, place, start, tilt, useful
from chinchilla_widget.quantities.sentences import error
from chinchilla_widget.solver.roots import everywhere, rising_root
from chinchilla_widget.tracing import Dual, where

# Where the search for a split begins if the first try is as good as any: nearly all unique.
_NEARLY_ALL = -2.0
_ALL = -800.0


class Question(Protocol):
    """What the solver asks of a ``Scenario``, or of many at once."""

    @property
    def law(self) -> Any: ...
    @property
    def terms(self) -> Terms: ...
    @property
    def total_flops(self) -> Any: ...
    @property
    def params(self) -> Any: ...
    @property
    def tokens(self) -> Any: ...
    @property
    def target_loss(self) -> Any: ...
    @property
    def served_tokens(self) -> Any: ...
    @property
    def lang(self) -> str: ...


Refuse = Callable[..., None]
"""``refuse(bad, name, **values)``: there is no answer where ``bad``; ``name`` says why."""


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


def solve(question: Question, refuse: Refuse | None = None) -> Point:
    """The best run the question allows.

    ``refuse`` marks the cells of a sweep that have no answer; without it there is one question.

    Raises:
        ChinchillaError: there is no answer; the sentence says why.
    """

    def unless(bad: Any, name: str, **values: Any) -> None:
        if bad:
            raise error(f"solver.{name}", question.lang, **values)

    refuse = refuse or unless
    with np.errstate(all="ignore"):
        frontier = isinstance(question.law, FrontierLaw)
        point = _frontier(question) if frontier else _parametric(question, refuse)
        params, tokens = point.params, point.tokens
        refuse(~np.isfinite(params * tokens), "out_of_range")
        values = {"params": ("params", params), "tokens": ("tokens", tokens)}
        refuse((params < 1.0) | (tokens < 1.0), "too_small", **values)
    return point


def _parametric(question: Question, refuse: Refuse) -> Point:
    law, terms, flops = question.law, question.terms, question.total_flops
    params, tokens, target = question.params, question.tokens, question.target_loss
    if params is not None and tokens is not None:
        return bought(law, terms, params, tokens)
    if target is not None:
        lowest = lowest_loss(law, terms, params, tokens)
        values = {"target": target, "law": law.about.says("name", question.lang)}
        refuse(target <= law.floor, "below_floor", floor=("loss", law.floor), **values)
        refuse(target <= lowest, "below_reachable", floor=("loss", lowest), **values)
        return cheapest(law, terms, where(target > lowest, target, np.nan), params, tokens)
    if flops is None:
        name, goal = ("tokens", tokens) if params is None else ("params", params)
        return best_with(law, terms, name, goal)
    if tokens is not None and not terms.repeats:
        share = terms.data_price * tokens / flops
        refuse(share >= 1.0, "cannot_buy", tokens=("tokens", tokens), share=("ratio", share))
    if params is not None:
        share = terms.serving * params / flops
        served = ("tokens", question.served_tokens)
        values = {"params": ("params", params), "served": served, "share": ("ratio", share)}
        refuse(share >= 1.0, "cannot_serve", **values)
    return best(law, terms, flops, params=params, tokens=tokens)


def best(
    law: ParametricLaw, terms: Terms, flops: Any, *, params: Any = None, tokens: Any = None
) -> Point:
    """The lowest loss ``flops`` buys, with the size or the token count given, or neither."""
    if tokens is not None:
        return _with_tokens(law, terms, tokens, flops)
    if params is not None:
        return _with_params(law, terms, params, flops - terms.serving * params)
    if terms.plain_data and everywhere(terms.serving == 0):
        params, tokens = law.optimum(flops)
        reducible = law.optimal_reducible(flops)
        return Point(params, tokens, 0.0, flops, law.floor + reducible, reducible)
    if terms.limited and not terms.repeats:
        return _fresh_only(law, terms, flops)
    params, money = _optimum(law, terms, flops)
    return _with_params(law, terms, params, money, flops)


def _optimum(law: ParametricLaw, terms: Terms, flops: Any) -> tuple[Any, Any]:
    """The best size, and the money it leaves for tokens."""
    at = rising_root(
        lambda x: tilt(law, terms, *place(x, flops, terms.serving)),
        start(law, terms, flops),
        law.constants["alpha"] + law.constants["beta"],
    )
    return place(at, flops, terms.serving)


def _fresh_only(law: ParametricLaw, terms: Terms, flops: Any) -> Point:
    free, money = _optimum(law, _endless(terms), flops)
    params = fresh_only(terms, free, money, flops)
    fresh = np.minimum(money / (terms.data_price + 6.0 * free), terms.unique_tokens)
    return _point(law, terms, params, fresh, 0.0, flops)


def _endless(terms: Terms) -> Terms:
    return replace(terms, unique_tokens=ENDLESS)


def _with_params(
    law: ParametricLaw, terms: Terms, params: Any, money: Any, flops: Any = None
) -> Point:
    """The size is given, and the money left for tokens when its serving is paid."""
    repeats = costs.free_repeats(terms, params)
    unique, repeats = costs.purchase(terms, params, money, repeats)
    total = money + terms.serving * params if flops is None else flops
    return _point(law, terms, params, unique, repeats, total)


def _with_tokens(law: ParametricLaw, terms: Terms, tokens: Any, flops: Any) -> Point:
    """The token count is given: how many of them to buy, and the size the rest pays for."""
    unique = np.minimum(tokens, terms.unique_tokens)
    price, scale = terms.data_price, terms.repeat_scale
    most = costs.size_for(terms, unique, tokens, flops)
    if not (terms.priced and terms.repeats):
        return _point(law, terms, most, unique, tokens / unique - 1.0, flops)
    each = 6.0 * tokens + terms.serving
    # Unique tokens at the coordinate x: no more than all, no more than the budget pays for.
    missing = tokens * price / flops - 1.0
    paid, spare = np.maximum(missing, 0.0) / scale, np.maximum(-missing, 0.0)

    def split(x: Any) -> tuple[Any, Any, Any]:
        """Size, unique tokens and repeats; what is left for the size without a difference."""
        again = scale * (paid + np.exp(x))
        size = flops * ((spare + scale * np.exp(x)) / (1.0 + again)) / each
        return size, tokens / (1.0 + again), again

    def worth(x: Any) -> Any:
        size, unique, again = split(Dual(x, 1.0))
        counted, fresh = useful(law, terms, size, unique, again)
        loss_of_data = law.reducible(counted.value, fresh).slope
        return np.log(loss_of_data / -law.reducible(counted, fresh.value).slope)

    # Where tokens are free all of them are unique: the root lies without end below.
    begin = where(price > 0, _NEARLY_ALL, _ALL) + 0.0 * tokens
    size, bought, again = split(rising_root(worth, begin, 1.0))
    enough = bought <= terms.unique_tokens
    return _point(
        law,
        terms,
        where(enough, size, most),
        where(enough, bought, unique),
        where(enough, again, tokens / unique - 1.0),
        flops,
    )


def bought(law: ParametricLaw, terms: Terms, params: Any, tokens: Any) -> Point:
    """Size and tokens are given: as many fresh ones as exist, and the bill."""
    unique = np.minimum(tokens, terms.unique_tokens)
    total = (6.0 * tokens + terms.serving) * params + terms.data_price * unique
    return _point(law, terms, params, unique, tokens / unique - 1.0, total)


def best_with(law: ParametricLaw, terms: Terms, name: str, goal: Any) -> Point:
    """The optimum that has ``goal`` params or tokens, of whatever budget."""
    if name == "tokens" and not terms.repeats:
        # Many budgets are best spent on all the tokens there are: the least of them is meant.
        terms = _endless(terms)
    factor, exponent = law.frontier()[name]
    at = rising_root(
        lambda x: np.log(getattr(best(law, terms, np.exp(x)), name) / goal),
        np.log(goal / factor) / exponent,
        exponent,
    )
    return best(law, terms, np.exp(at))


def cheapest(
    law: ParametricLaw, terms: Terms, target: Any, params: Any = None, tokens: Any = None
) -> Point:
    """The run of the least budget whose loss is ``target``."""

    # What must be paid before there is any choice stays out of the search: as the larger part
    # of a sum it would eat the digits of the rest.
    def run(money: Any) -> Point:
        if params is not None:
            return _with_params(law, terms, params, money)
        if tokens is not None and not terms.repeats:
            free = replace(terms, priced=False, data_price=0.0)
            point = _with_tokens(law, free, tokens, money)
            return replace(point, total_flops=money + terms.data_price * tokens)
        return best(law, terms, money, tokens=tokens)

    factor, exponent = law.frontier()["reducible"]
    goal = target - law.floor
    at = rising_root(
        lambda x: np.log(goal / run(np.exp(x)).reducible),
        np.log(goal / factor) / exponent,
        -exponent,
    )
    return run(np.exp(at))


def lowest_loss(law: ParametricLaw, terms: Terms, params: Any = None, tokens: Any = None) -> Any:
    """The loss that no budget goes below: what is fixed, and how much data there is, hold it up."""
    size = math.inf if params is None else params
    # A sweep writes "no limit" as a number, and here the limit itself counts.
    stock = where(terms.unique_tokens < ENDLESS, terms.unique_tokens, math.inf)
    unique = stock if tokens is None else np.minimum(tokens, stock)
    if tokens is not None:
        repeats = tokens / unique - 1.0
    else:
        repeats = math.inf if terms.limited and terms.repeats else 0.0
    return law.floor + _reducible(law, terms, size, unique, repeats)


def _point(
    law: ParametricLaw, terms: Terms, params: Any, unique: Any, repeats: Any, flops: Any
) -> Point:
    reducible = _reducible(law, terms, params, unique, repeats)
    return Point(params, unique, repeats, flops, law.floor + reducible, reducible)


def _reducible(law: ParametricLaw, terms: Terms, params: Any, unique: Any, repeats: Any) -> Any:
    return law.reducible(*useful(law, terms, params, unique, repeats))


def _frontier(question: Question) -> Point:
    law, flops = question.law, question.total_flops
    params, tokens = question.params, question.tokens
    if params is not None and tokens is not None:
        return Point(params, tokens, 0.0, costs.training_flops(params, tokens), None)
    if flops is None:
        name, goal = ("tokens", tokens) if params is None else ("params", params)
        factor, exponent = law.frontier()[name]
        flops = (goal / factor) ** (1.0 / exponent)
    params, tokens = law.optimum(flops)
    return Point(params, tokens, 0.0, flops, law.optimal_loss(flops))
