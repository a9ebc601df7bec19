"""The root of a rising, nearly straight function, for floats and for arrays alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from chinchilla_widget.tracing import where

# The functions are log ratios over logs, so 1 is a large step and a large value.
_FARTHEST = 8.0  # that one step goes while the root is not yet bracketed
_CLOSE = 1e-8  # a secant step this small leaves an error near its square
_LOCAL = 0.1  # a step that tells how steep the function is near a root
_SMALL = 1e-6  # a value this small is a root's, if the steepness is known
_ROUNDING = 1e-13  # and this small in any case


def rising_root(function: Callable[[Any], Any], start: Any, slope: Any) -> Any:
    """Where ``function`` crosses zero from below.

    A secant iteration kept inside a bracket, which is halved where the secant does not do
    better (Dekker 1969); ``slope`` is a guess of the derivative, used once.
    Each element of an array iterates on its own; converged ones stay where they are. Infinite
    values steer the bracket; where the function is undefined (worthless against worthless) any
    point is as good as another. NaN where 200 steps reach no root.
    """
    with np.errstate(all="ignore"):
        before = _plain(start)
        value_before = _defined(_plain(function(before)))
        below = value_before < 0
        low, high = where(below, before, -np.inf), where(below, np.inf, before)
        step = value_before / _plain(slope)
        step = where(step < -_FARTHEST, -_FARTHEST, where(step > _FARTHEST, _FARTHEST, step))
        at = before - step
        settled: Any = False
        for _ in range(200):
            value = _defined(_plain(function(at)))
            below = value < 0
            low, high = where(below, at, low), where(below, high, at)
            last, rise = at - before, value - value_before
            after = at - value * (last / where(rise == 0, 1.0, rise))
            step, width, size = abs(after - at), high - low, abs(value)
            # How flat it is near a root, only a near step tells, one that got nearer.
            gained = (abs(last) < _LOCAL) & (size <= abs(value_before) / 2.0)
            near = (size < _ROUNDING) | (gained & (size < _SMALL)) | (width <= 1e-15 * abs(at))
            # A secant step must stay in the bracket and halve the step before it, or it would
            # creep along one side of a bend; a tiny one must be a root's, and not a cliff's.
            halved = (step <= abs(last) / 2.0) | (step <= _CLOSE) | (width == np.inf)
            good = halved & ((step > _CLOSE) | near | gained)
            good &= (abs(rise) < np.inf) & (after >= low) & (after <= high)
            if not everywhere(good):
                outward = where(below, at + _FARTHEST, at - _FARTHEST)
                inward = (low + high) / 2.0
                after = where(good, after, where(width < np.inf, inward, outward))
            after = where(settled, at, after)
            settled = settled | (near & where(abs(after - at) > _CLOSE, False, True))
            before, value_before, at = at, value, after
            if everywhere(settled):
                return at
        return where(settled, at, np.nan)


def everywhere(condition: Any) -> bool:
    """Whether a condition holds in every cell; of a number, whether it holds."""
    return bool(condition.all()) if isinstance(condition, np.ndarray) else bool(condition)


def somewhere(condition: Any) -> bool:
    """Whether a condition holds in any cell; of a number, whether it holds."""
    return bool(condition.any()) if isinstance(condition, np.ndarray) else bool(condition)


def _defined(value: Any) -> Any:
    """0 where the function is undefined."""
    missing = value != value
    return where(missing, 0.0, value) if somewhere(missing) else value


def _plain(value: Any) -> Any:
    """A number as Python's own, with which arithmetic takes a third of the time."""
    return value if isinstance(value, np.ndarray) else float(value)
