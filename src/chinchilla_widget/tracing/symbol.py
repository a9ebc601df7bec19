"""Symbols: arithmetic that writes itself down as Vega expression text.

What cannot be written (truth values, arrays, NaN, functions Vega does not have) raises: a
silently wrong expression would be a wrong chart.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np


class Symbol:
    """A node of an expression: a name, or an operation on symbols and numbers.

    ``Symbol("k_budget")`` is a Vega signal, ``Symbol("datum.params")`` a field of the row.
    """

    __slots__ = ("arguments", "operation")
    __hash__ = object.__hash__

    def __init__(self, operation: str, *arguments: Any) -> None:
        self.operation = operation
        self.arguments = arguments

    def __repr__(self) -> str:
        return f"Symbol({self!s})"

    def __str__(self) -> str:
        return _text(self, lambda node: None)

    def __bool__(self) -> bool:
        raise TypeError("a Symbol has no truth value yet: use numpy.where, not if")

    def __add__(self, other: Any) -> Any:
        return _infix("+", self, other)

    def __radd__(self, other: Any) -> Any:
        return _infix("+", other, self)

    def __sub__(self, other: Any) -> Any:
        return _infix("-", self, other)

    def __rsub__(self, other: Any) -> Any:
        return _infix("-", other, self)

    def __mul__(self, other: Any) -> Any:
        return _infix("*", self, other)

    def __rmul__(self, other: Any) -> Any:
        return _infix("*", other, self)

    def __truediv__(self, other: Any) -> Any:
        return _infix("/", self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return _infix("/", other, self)

    def __pow__(self, other: Any) -> Any:
        return _call("pow", self, other)

    def __rpow__(self, other: Any) -> Any:
        return _call("pow", other, self)

    def __neg__(self) -> Any:
        return _infix("*", -1.0, self)

    def __abs__(self) -> Any:
        return _call("abs", self)

    def __lt__(self, other: Any) -> Any:
        return _infix("<", self, other)

    def __le__(self, other: Any) -> Any:
        return _infix("<=", self, other)

    def __gt__(self, other: Any) -> Any:
        return _infix(">", self, other)

    def __ge__(self, other: Any) -> Any:
        return _infix(">=", self, other)

    def __eq__(self, other: object) -> Any:
        return _infix("==", self, other)

    def __and__(self, other: Any) -> Any:
        return _infix("&&", self, other)

    def __or__(self, other: Any) -> Any:
        return _infix("||", self, other)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        write = _UFUNCS.get(ufunc)
        if write is None or method != "__call__" or kwargs:
            raise TypeError(f"numpy.{ufunc.__name__} cannot be written as a Vega expression")
        return write(*inputs)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if func is np.where and len(args) == 3 and not kwargs:
            return where(*args)
        raise TypeError(f"numpy.{func.__name__} cannot be written as a Vega expression")


def where(condition: Any, yes: Any, no: Any) -> Any:
    """``numpy.where`` for every carrier: a plain bool chooses without making an array."""
    from chinchilla_widget.tracing.dual import kind_of, parts

    if condition is True or condition is False or isinstance(condition, np.bool_):
        return yes if condition else no
    kind = kind_of(yes, no)
    if kind is not None:
        (yes_value, yes_slope), (no_value, no_slope) = parts(kind, yes), parts(kind, no)
        return kind(where(condition, yes_value, no_value), where(condition, yes_slope, no_slope))
    if isinstance(condition, Symbol):
        return yes if _same(yes, no) else Symbol("?:", condition, _operand(yes), _operand(no))
    if isinstance(yes, Symbol) or isinstance(no, Symbol):
        raise TypeError("numpy.where over symbols needs a symbolic condition")
    return np.where(condition, yes, no)


def emit(outputs: Mapping[str, Any], prefix: str = "t") -> list[tuple[str, str]]:
    """The outputs as a list of ``(name, expression)``, each using only names before it.

    What is used more than once gets a name of its own (``prefix`` and a number), so unrolled
    iterations stay linear in length.
    """
    numbers: dict[Any, Any] = {}  # structure -> its one node

    def unify(node: Any) -> Any:
        if not isinstance(node, Symbol):
            return node
        if node in memo:
            return memo[node]
        arguments = tuple(unify(argument) for argument in node.arguments)
        key = (node.operation, *(id(a) if isinstance(a, Symbol) else a for a in arguments))
        one = numbers.setdefault(key, Symbol(node.operation, *arguments))
        memo[node] = one
        return one

    memo: dict[Symbol, Any] = {}
    roots = {name: unify(symbol) for name, symbol in outputs.items()}

    uses: dict[Symbol, int] = {}

    def count(node: Any) -> None:
        if isinstance(node, Symbol):
            uses[node] = uses.get(node, 0) + 1
            if uses[node] == 1:
                for argument in node.arguments:
                    count(argument)

    for root in roots.values():
        count(root)

    names: dict[Symbol, str] = {}
    lines: list[tuple[str, str]] = []

    def place(node: Any) -> None:
        if not isinstance(node, Symbol) or node in names or not node.arguments:
            return
        for argument in node.arguments:
            place(argument)
        if uses[node] > 1:
            name = f"{prefix}{len(lines)}"
            lines.append((name, _text(node, names.get)))
            names[node] = name

    for name, root in roots.items():
        place(root)
        lines.append((name, _text(root, names.get)))
        if isinstance(root, Symbol) and root.arguments:
            names[root] = name
    return lines


def _text(node: Any, name_of: Callable[[Symbol], str | None]) -> str:
    if not isinstance(node, Symbol):
        return _number(node)
    if not node.arguments:
        return node.operation
    known = name_of(node)
    if known is not None:
        return known
    parts = [_text(argument, name_of) for argument in node.arguments]
    if node.operation == "?:":
        return f"({parts[0]} ? {parts[1]} : {parts[2]})"
    if node.operation.isidentifier():
        return f"{node.operation}({', '.join(parts)})"
    return f"({parts[0]} {node.operation} {parts[1]})"


def _number(value: Any) -> str:
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    number = float(value)
    if not math.isfinite(number):
        raise TypeError(f"{number} cannot be written as a Vega expression")
    text = repr(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
    return f"({text})" if number < 0 else text


def _operand(value: Any) -> Any:
    if isinstance(value, Symbol):
        return value
    if isinstance(value, np.ndarray) and value.ndim > 0:
        raise TypeError("an array cannot be written as a Vega expression")
    _number(value)
    return bool(value) if isinstance(value, (bool, np.bool_)) else float(value)


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, Symbol) or isinstance(b, Symbol):
        return a is b
    return bool(a == b)


def _is(value: Any, number: float) -> bool:
    return not isinstance(value, Symbol) and bool(value == number)


def _infix(operator: str, left: Any, right: Any) -> Any:
    from chinchilla_widget.tracing.dual import Dual

    if isinstance(left, Dual) or isinstance(right, Dual):
        return NotImplemented
    left, right = _operand(left), _operand(right)
    # The derivative of a constant is 0: without folding it would fill the expressions.
    if operator == "*":
        if _is(left, 0) or _is(right, 0):
            return 0.0
        if _is(left, 1):
            return right
        if _is(right, 1):
            return left
    elif operator == "+":
        if _is(left, 0):
            return right
        if _is(right, 0):
            return left
    elif (operator == "-" and _is(right, 0)) or (operator == "/" and _is(right, 1)):
        return left
    elif operator == "/" and _is(left, 0):
        return 0.0
    return Symbol(operator, left, right)


def _call(function: str, *arguments: Any) -> Any:
    return Symbol(function, *(_operand(argument) for argument in arguments))


def _one(function: str) -> Callable[[Any], Any]:
    return lambda x: _call(function, x)


def _two(function: str) -> Callable[[Any, Any], Any]:
    return lambda a, b: _call(function, a, b)


def _operator(operator: str) -> Callable[[Any, Any], Any]:
    return lambda a, b: _infix(operator, a, b)


_UFUNCS: dict[np.ufunc, Callable[..., Any]] = {
    np.exp: _one("exp"),
    np.log: _one("log"),
    np.sqrt: _one("sqrt"),
    np.floor: _one("floor"),
    np.ceil: _one("ceil"),
    np.abs: _one("abs"),
    np.minimum: _two("min"),
    np.maximum: _two("max"),
    np.power: _two("pow"),
    np.negative: lambda a: -a,
    np.add: _operator("+"),
    np.subtract: _operator("-"),
    np.multiply: _operator("*"),
    np.true_divide: _operator("/"),
    np.less: _operator("<"),
    np.less_equal: _operator("<="),
    np.greater: _operator(">"),
    np.greater_equal: _operator(">="),
    np.logical_and: _operator("&&"),
    np.logical_or: _operator("||"),
}
