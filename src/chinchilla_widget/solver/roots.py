"""The root of a rising, nearly straight function, for floats and for arrays alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from chinchilla_widget.tracing import where

_STEP = 8.0  # the farthest one step goes while the root is not yet bracketed
_CLOSE = 1e-9  # a secant step this small leaves an error near its square
_SMALL = 1e-6  # a value this small is a root's; the functions are log ratios


def rising_root(function: Callable[[Any], Any], start: Any, slope: Any) -> Any:
    """Where ``function`` crosses zero from below.

    A secant iteration kept inside a bracket, which is halved where the secant does not do
    better (Dekker 1969); ``slope`` is a guess of the derivative, used once.
    Each element of an array iterates on its own; converged ones stay where they are. Infinite
    values steer the bracket; where the function is undefined (worthless against worthless) any
    point is as good as another. NaN where 200 steps reach no root.
    """
    with np.errstate(all="ignore"):
        before, value_before = start, _defined(function(start))
        below = value_before < 0
        low, high = where(below, before, -np.inf), where(below, np.inf, before)
        at = before - np.minimum(np.maximum(value_before / slope, -_STEP), _STEP)
        for _ in range(200):
            value = _defined(function(at))
            below = value < 0
            low, high = where(below, at, low), where(below, high, at)
            rise = value - value_before
            last, close = at - before, _CLOSE * (1.0 + abs(at))
            after = at - value * (last / where(rise == 0, 1.0, rise))
            step, width = abs(after - at), high - low
            # A secant step must stay in the bracket and halve the step before it, or it would
            # creep along one side of a bend; and a tiny one must be a root's, not a cliff's.
            good = np.isfinite(rise) & (after >= low) & (after <= high)
            good &= (step <= np.maximum(abs(last) / 2.0, close)) | (width == np.inf)
            good &= (step > close) | (abs(value) < _SMALL) | (width <= 4.0 * close)
            if not everywhere(good):
                outward = where(below, at + _STEP, at - _STEP)
                inward = (low + high) / 2.0
                after = where(good, after, where(width < np.inf, inward, outward))
            far = abs(after - at) > close
            before, value_before, at = at, value, after
            if not somewhere(far):
                return at
        return where(far, np.nan, at)


def everywhere(condition: Any) -> bool:
    """Whether a condition holds in every cell; of a number, whether it holds."""
    return bool(condition.all()) if isinstance(condition, np.ndarray) else bool(condition)


def somewhere(condition: Any) -> bool:
    """Whether a condition holds in any cell; of a number, whether it holds."""
    return bool(condition.any()) if isinstance(condition, np.ndarray) else bool(condition)


def _defined(value: Any) -> Any:
    missing = np.isnan(value)
    return where(missing, 0.0, value) if somewhere(missing) else value
