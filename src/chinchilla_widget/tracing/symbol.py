"""Symbols: arithmetic that writes itself down as Vega expression text.

What cannot be written (truth values, arrays, NaN, functions Vega does not have) raises: a
silently wrong expression would be a wrong chart.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from chinchilla_widget.tracing.dual import Dual


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
        texts: dict[Symbol, str] = {}
        for node in _in_order(self):
            texts[node] = _text(node, texts)
        return texts[self]

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

    __rand__ = __and__
    __ror__ = __or__

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        write = _UFUNCS.get(ufunc)
        if write is None or method != "__call__" or kwargs:
            raise TypeError(f"numpy.{ufunc.__name__} cannot be written as a Vega expression")
        return write(*inputs)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if func is np.where and len(args) == 3 and not kwargs:
            return _choice(*args)
        raise TypeError(f"numpy.{func.__name__} cannot be written as a Vega expression")


def emit(outputs: Mapping[str, Any], prefix: str = "t") -> list[tuple[str, str]]:
    """The outputs as a list of ``(name, expression)``, each using only names before it.

    What is used more than once gets a name of its own (``prefix`` and a number), so unrolled
    iterations stay linear in length.
    """
    unified = _Unified()
    roots = {name: unified.add(value) for name, value in outputs.items()}
    uses = Counter(root for root in roots.values() if isinstance(root, Symbol))
    uses.update(a for node in unified.nodes for a in node.arguments if isinstance(a, Symbol))

    lines: list[tuple[str, str]] = []
    texts: dict[Symbol, str] = {}
    for name, root in roots.items():
        for node in _in_order(root, texts):
            texts[node] = _text(node, texts)
            if uses[node] > 1 and node.arguments:
                lines.append((f"{prefix}{len(lines)}", texts[node]))
                texts[node] = lines[-1][0]
        lines.append((name, texts[root] if isinstance(root, Symbol) else _number(root)))
        if isinstance(root, Symbol) and root.arguments:
            texts[root] = name
    return lines


class _Unified:
    """Symbols of equal structure made one and the same."""

    def __init__(self) -> None:
        self.known: dict[Any, Symbol] = {}  # structure -> its one symbol
        self.one: dict[Symbol, Symbol] = {}  # any symbol -> the one of its structure

    @property
    def nodes(self) -> Iterable[Symbol]:
        return self.known.values()

    def add(self, value: Any) -> Any:
        """``value`` with every symbol in it replaced by the one of its structure."""
        for node in _in_order(value, self.one):
            arguments = [self.one[a] if isinstance(a, Symbol) else a for a in node.arguments]
            # Of a number the text counts: true and 1 are equal, and not the same.
            key = tuple(id(a) if isinstance(a, Symbol) else repr(a) for a in arguments)
            self.one[node] = self.known.setdefault(
                (node.operation, key), Symbol(node.operation, *arguments)
            )
        return self.one[value] if isinstance(value, Symbol) else value


def _in_order(root: Any, done: Container[Symbol] = ()) -> Iterator[Symbol]:
    """Every symbol below ``root``, arguments first, each once; none that is ``done``.

    Without recursion: an unrolled iteration may be thousands of operations deep.
    """
    seen: set[int] = set()
    stack = [(root, False)]
    while stack:
        node, ready = stack.pop()
        if ready:
            yield node
        elif isinstance(node, Symbol) and id(node) not in seen and node not in done:
            seen.add(id(node))
            stack.append((node, True))
            stack += [(argument, False) for argument in reversed(node.arguments)]


def _text(node: Symbol, texts: Mapping[Symbol, str]) -> str:
    """One operation written down, its arguments as they already are."""
    if not node.arguments:
        return node.operation
    parts = [texts[a] if isinstance(a, Symbol) else _number(a) for a in node.arguments]
    if node.operation == "?:":
        return f"({parts[0]} ? {parts[1]} : {parts[2]})"
    if node.operation.isidentifier():
        return f"{node.operation}({', '.join(parts)})"
    return f"({parts[0]} {node.operation} {parts[1]})"


def _choice(condition: Any, yes: Any, no: Any) -> Any:
    """``numpy.where`` with a symbol among its arguments."""
    if isinstance(condition, Symbol):
        return yes if _same(yes, no) else Symbol("?:", condition, _operand(yes), _operand(no))
    if isinstance(condition, (bool, np.bool_)):
        return yes if condition else no
    raise TypeError("numpy.where over symbols needs a symbolic condition")


def _number(value: Any) -> str:
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, str):
        raise TypeError(f"{value!r} is text: Symbol({value!r}) would be a name")
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
