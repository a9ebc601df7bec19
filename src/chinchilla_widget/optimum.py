"""The one condition every scenario turns on: d loss / d log N = 0 along the budget.

Arithmetic only. The solver finds its root in floats and arrays; the charts carry it as
expressions. The condition is taken as the *log ratio* of the two marginal worths, what a little
more size gains against what the tokens given up for it cost: its root is the same, it is nearly
a straight line, and it keeps full precision where the derivative itself is a difference of nearly
equal numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from chinchilla_widget.costs import Terms, effective, free_repeats, purchase
from chinchilla_widget.laws.parametric import ParametricLaw
from chinchilla_widget.tracing import Outer, where

# Past this many e-folds of worthlessness a root cannot lie; a start inside needs few steps.
_DEEP = 10.0
# Unique tokens without end, as a number that arithmetic and JSON both bear.
ENDLESS = 1e150


def place(at: Any, flops: Any, serving: Any) -> tuple[Any, Any]:
    """Size and money left for tokens at the coordinate ``at`` = log(N·C/money left).

    Every real number is a feasible point, with or without serving, and neither result loses
    digits where serving takes nearly all.
    """
    size = np.exp(at)
    share = 1.0 / (1.0 + serving / flops * size)
    return size * share, flops * share


def tilt(law: ParametricLaw, terms: Terms, params: Any, money: Any) -> Any:
    """Log of what tokens given up cost over what size gains; 0 at the optimum, rising in N.

    ``money`` is what serving leaves (training FLOP): one more unit of log N takes
    ``serving·params`` of it.
    """
    repeats = free_repeats(terms, params)
    size = Outer(params, params)
    # By the envelope theorem the best repeats may be held still (house rule: one inner root).
    unique, again = purchase(terms, size, Outer(money, -(terms.serving * params)), repeats)
    counted, tokens = useful(law, terms, size, unique, again)
    gain = law.reducible(counted, tokens.value).slope
    cost = law.reducible(counted.value, tokens).slope
    return np.log(-cost / gain)


def useful(law: ParametricLaw, terms: Terms, params: Any, unique: Any, again: Any) -> Any:
    """Params and fresh tokens that a run is worth, for the law's surface.

    ``unique`` tokens are read once, and ``again`` more times each.
    """
    size = law.effective_params(params, terms.stock) if terms.limited else params
    return size, effective(terms, unique, again)


def start(law: ParametricLaw, terms: Terms, flops: Any) -> Any:
    """Where to begin: the plain optimum, moved to where repeats and excess still count."""
    factor, exponent = law.frontier()["params"]
    plain = np.log(factor) + exponent * np.log(flops)
    if not terms.limited:
        return plain
    limit = terms.unique_tokens * terms.repeat_scale
    low = np.log(flops / (6.0 * limit * _DEEP))
    if "R_N" not in law.constants:
        return np.maximum(plain, low)
    high = np.log(_DEEP * law.params_for(terms.stock) * law.constants["R_N"])
    middle = (low + high) / 2.0
    both = np.minimum(np.maximum(plain, np.minimum(low, middle)), np.maximum(high, middle))
    return where(law.constants["R_N"] > 0, both, np.maximum(plain, low))


def whole_stock(terms: Terms, flops: Any) -> Any:
    """The size at which the money just buys and reads every unique token once.

    Where tokens may not be read again the loss has a kink there: below it more size costs only
    money that would lie idle, so the optimum is this size or the one without the limit.
    """
    limit = terms.unique_tokens
    return (flops - terms.data_price * limit) / (6.0 * limit + terms.serving)


def fresh_only(terms: Terms, params: Any, money: Any, flops: Any) -> Any:
    """The best size where tokens may not be read again.

    ``params`` and ``money`` are the optimum without the limit. It holds where that many fresh
    tokens exist; else the kink is the best there is.
    """
    fresh = money / (terms.data_price + 6.0 * params)
    return where(fresh <= terms.unique_tokens, params, whole_stock(terms, flops))
