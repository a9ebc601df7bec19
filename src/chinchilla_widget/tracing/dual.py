"""Dual numbers: a value and its derivative carried through the same arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

# The parts of a dual are floats, arrays, symbols or duals again: arithmetic is all they share.
Part = Any


class Dual:
    """``value + slope·ε`` with ``ε² = 0``; ``slope`` is the derivative by whatever was seeded.

    The parts may be floats, arrays or ``Symbol``s. A derivative of a derivative needs two kinds
    of ε that do not mix: ``Outer`` is a dual whose parts may be ``Dual``s.
    """

    __slots__ = ("slope", "value")
    __hash__ = None  # type: ignore[assignment]
    level = 1

    def __init__(self, value: Part, slope: Part = 0.0) -> None:
        self.value = value
        self.slope = slope

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.value!r}, {self.slope!r})"

    def __neg__(self) -> Dual:
        return type(self)(-self.value, -self.slope)

    def __add__(self, other: Part) -> Dual:
        if isinstance(other, Dual):
            if other.level == self.level:
                return type(self)(self.value + other.value, self.slope + other.slope)
            if other.level > self.level:
                return NotImplemented
        return type(self)(self.value + other, self.slope)

    __radd__ = __add__

    def __sub__(self, other: Part) -> Dual:
        if isinstance(other, Dual):
            if other.level == self.level:
                return type(self)(self.value - other.value, self.slope - other.slope)
            if other.level > self.level:
                return NotImplemented
        return type(self)(self.value - other, self.slope)

    def __rsub__(self, other: Part) -> Dual:
        return type(self)(other - self.value, -self.slope)

    def __mul__(self, other: Part) -> Dual:
        if isinstance(other, Dual):
            if other.level == self.level:
                return type(self)(
                    self.value * other.value, self.slope * other.value + self.value * other.slope
                )
            if other.level > self.level:
                return NotImplemented
        return type(self)(self.value * other, self.slope * other)

    __rmul__ = __mul__

    def __truediv__(self, other: Part) -> Dual:
        if isinstance(other, Dual):
            if other.level == self.level:
                quotient = self.value / other.value
                return type(self)(quotient, (self.slope - quotient * other.slope) / other.value)
            if other.level > self.level:
                return NotImplemented
        return type(self)(self.value / other, self.slope / other)

    def __rtruediv__(self, other: Part) -> Dual:
        quotient = other / self.value
        return type(self)(quotient, -quotient * self.slope / self.value)

    def __pow__(self, exponent: Part) -> Dual:
        if isinstance(exponent, Dual):
            if exponent.level > self.level:
                return NotImplemented
            if exponent.level == self.level:
                return _exp(exponent * _log(self))
        power = self.value**exponent
        return type(self)(power, exponent * power / self.value * self.slope)

    def __rpow__(self, base: Part) -> Dual:
        power = base**self.value
        return type(self)(power, power * np.log(base) * self.slope)

    # Only the innermost values are compared: a comparison has no derivative.
    def __lt__(self, other: Part) -> Any:
        return _value(self) < _value(other)

    def __le__(self, other: Part) -> Any:
        return _value(self) <= _value(other)

    def __gt__(self, other: Part) -> Any:
        return _value(self) > _value(other)

    def __ge__(self, other: Part) -> Any:
        return _value(self) >= _value(other)

    def __eq__(self, other: object) -> Any:
        return _value(self) == _value(other)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        function = _UFUNCS.get(ufunc)
        if function is None or method != "__call__" or kwargs:
            raise TypeError(f"Dual has no derivative for numpy.{ufunc.__name__}")
        return function(*inputs)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if func is np.where and len(args) == 3 and not kwargs:
            return where(*args)
        raise TypeError(f"Dual has no derivative for numpy.{func.__name__}")


class Outer(Dual):
    """A dual whose parts may be ``Dual``s: to it they are constants with a derivative inside."""

    __slots__ = ()
    level = 2


def where(condition: Any, yes: Any, no: Any) -> Any:
    """``numpy.where`` for every carrier: a plain truth value chooses without making an array."""
    if condition is True or condition is False or isinstance(condition, np.bool_):
        chosen, other = (yes, no) if condition else (no, yes)
        if isinstance(other, Dual) and other.level > getattr(chosen, "level", 0):
            return type(other)(chosen, 0.0)  # a constant, in company that asks for its slope
        return chosen
    kind = _kind(yes, no)
    if kind is None:
        return np.where(condition, yes, no)
    (yes_value, yes_slope), (no_value, no_slope) = _parts(kind, yes), _parts(kind, no)
    return kind(where(condition, yes_value, no_value), where(condition, yes_slope, no_slope))


def _value(x: Part) -> Part:
    while isinstance(x, Dual):
        x = x.value
    return x


def _parts(kind: type[Dual], x: Part) -> tuple[Part, Part]:
    """Value and slope of ``x`` as a dual of this kind: a constant where it is none."""
    return (x.value, x.slope) if isinstance(x, kind) and x.level == kind.level else (x, 0.0)


def _kind(a: Part, b: Part) -> type[Dual] | None:
    """The outermost kind of dual of the two."""
    if isinstance(a, Dual):
        return type(b) if isinstance(b, Dual) and b.level > a.level else type(a)
    return type(b) if isinstance(b, Dual) else None


def _exp(x: Dual) -> Dual:
    value = np.exp(x.value)
    return type(x)(value, value * x.slope)


def _log(x: Dual) -> Dual:
    return type(x)(np.log(x.value), x.slope / x.value)


def _sqrt(x: Dual) -> Dual:
    value = np.sqrt(x.value)
    return type(x)(value, x.slope / (2.0 * value))


def _choose(pick: Callable[[Part, Part], Part]) -> Callable[[Part, Part], Dual]:
    """The smaller or larger of two: the slope goes with the one chosen."""

    def choose(a: Part, b: Part) -> Dual:
        kind = _kind(a, b)
        assert kind is not None
        (a_value, a_slope), (b_value, b_slope) = _parts(kind, a), _parts(kind, b)
        first = a_value < b_value if pick is np.minimum else a_value > b_value
        return kind(pick(a_value, b_value), where(first, a_slope, b_slope))

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
    np.less_equal: lambda a, b: _value(a) <= _value(b),
    np.greater: lambda a, b: _value(a) > _value(b),
    np.greater_equal: lambda a, b: _value(a) >= _value(b),
    np.equal: lambda a, b: _value(a) == _value(b),
}
