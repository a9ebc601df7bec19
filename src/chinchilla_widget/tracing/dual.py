"""Dual numbers: a value and its derivative carried through the same arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

# The parts of a dual are floats, arrays, symbols or duals again: arithmetic is all they share.
Part = Any


class Dual:
    """``value + slope·ε`` with ``ε² = 0``; ``slope`` is the derivative by whatever was seeded.

    The parts may be floats, arrays, ``Symbol``s or ``Dual``s (for second derivatives).
    """

    __slots__ = ("slope", "value")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, value: Part, slope: Part = 0.0) -> None:
        self.value = value
        self.slope = slope

    def __repr__(self) -> str:
        return f"Dual({self.value!r}, {self.slope!r})"

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.slope)

    def __add__(self, other: Part) -> Dual:
        if isinstance(other, Dual):
            return Dual(self.value + other.value, self.slope + other.slope)
        return Dual(self.value + other, self.slope)

    __radd__ = __add__

    def __sub__(self, other: Part) -> Dual:
        if isinstance(other, Dual):
            return Dual(self.value - other.value, self.slope - other.slope)
        return Dual(self.value - other, self.slope)

    def __rsub__(self, other: Part) -> Dual:
        return Dual(other - self.value, -self.slope)

    def __mul__(self, other: Part) -> Dual:
        if isinstance(other, Dual):
            return Dual(
                self.value * other.value, self.slope * other.value + self.value * other.slope
            )
        return Dual(self.value * other, self.slope * other)

    __rmul__ = __mul__

    def __truediv__(self, other: Part) -> Dual:
        if isinstance(other, Dual):
            quotient = self.value / other.value
            return Dual(quotient, (self.slope - quotient * other.slope) / other.value)
        return Dual(self.value / other, self.slope / other)

    def __rtruediv__(self, other: Part) -> Dual:
        quotient = other / self.value
        return Dual(quotient, -quotient * self.slope / self.value)

    def __pow__(self, exponent: Part) -> Dual:
        if isinstance(exponent, Dual):
            return _exp(exponent * _log(self))
        power = self.value**exponent
        return Dual(power, exponent * power / self.value * self.slope)

    def __rpow__(self, base: Part) -> Dual:
        power = base**self.value
        return Dual(power, power * np.log(base) * self.slope)

    def __lt__(self, other: Part) -> Any:
        return self.value < _value(other)

    def __le__(self, other: Part) -> Any:
        return self.value <= _value(other)

    def __gt__(self, other: Part) -> Any:
        return self.value > _value(other)

    def __ge__(self, other: Part) -> Any:
        return self.value >= _value(other)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        function = _UFUNCS.get(ufunc)
        if function is None or method != "__call__" or kwargs:
            raise TypeError(f"Dual has no derivative for numpy.{ufunc.__name__}")
        return function(*inputs)


def _value(x: Part) -> Part:
    return x.value if isinstance(x, Dual) else x


def _parts(x: Part) -> tuple[Part, Part]:
    return (x.value, x.slope) if isinstance(x, Dual) else (x, 0.0)


def _exp(x: Dual) -> Dual:
    value = np.exp(x.value)
    return Dual(value, value * x.slope)


def _log(x: Dual) -> Dual:
    return Dual(np.log(x.value), x.slope / x.value)


def _sqrt(x: Dual) -> Dual:
    value = np.sqrt(x.value)
    return Dual(value, x.slope / (2.0 * value))


def _choose(pick: Callable[[Part, Part], Part]) -> Callable[[Part, Part], Dual]:
    """The smaller or larger of two: the slope goes with the one chosen."""

    def choose(a: Part, b: Part) -> Dual:
        from chinchilla_widget.tracing.symbol import where

        (a_value, a_slope), (b_value, b_slope) = _parts(a), _parts(b)
        chosen = pick(a_value, b_value)
        first = a_value < b_value if pick is np.minimum else a_value > b_value
        return Dual(chosen, where(first, a_slope, b_slope))

    return choose


# ndarray op Dual arrives here too: NumPy hands the whole operation over.
_UFUNCS: dict[np.ufunc, Callable[..., Any]] = {
    np.exp: _exp,
    np.log: _log,
    np.sqrt: _sqrt,
    np.minimum: _choose(np.minimum),
    np.maximum: _choose(np.maximum),
    np.add: lambda a, b: b + a if isinstance(b, Dual) else a + b,
    np.multiply: lambda a, b: b * a if isinstance(b, Dual) else a * b,
    np.subtract: lambda a, b: a - b if isinstance(a, Dual) else b.__rsub__(a),
    np.true_divide: lambda a, b: a / b if isinstance(a, Dual) else b.__rtruediv__(a),
    np.power: lambda a, b: a**b if isinstance(a, Dual) else b.__rpow__(a),
    np.negative: lambda a: -a,
    np.less: lambda a, b: _value(a) < _value(b),
    np.greater: lambda a, b: _value(a) > _value(b),
}
