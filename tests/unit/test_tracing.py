"""The two carriers: duals differentiate, symbols write themselves down, and neither guesses."""

from __future__ import annotations

import json
import math
import subprocess
from collections.abc import Callable, Mapping
from typing import Any

import mpmath
import numpy as np
import pytest

from chinchilla_widget.tracing import Dual, Outer, Symbol, emit, where

# Every operation of one unknown, on Python operators and NumPy functions, with points to try.
# The same text runs on floats, arrays, duals, symbols, and on mpmath's numbers.
Function = Callable[[Any, Any], Any]
OPERATIONS: dict[str, tuple[Function, tuple[float, ...]]] = {
    "x + 2": (lambda x, m: x + 2.0, (-1.5, 0.0, 3.0)),
    "2 + x": (lambda x, m: 2.0 + x, (-1.5, 3.0)),
    "x - 2": (lambda x, m: x - 2.0, (-1.5, 3.0)),
    "2 - x": (lambda x, m: 2.0 - x, (-1.5, 3.0)),
    "x 3": (lambda x, m: x * 3.0, (-1.5, 3.0)),
    "3 x": (lambda x, m: 3.0 * x, (-1.5, 3.0)),
    "x / 7": (lambda x, m: x / 7.0, (-1.5, 3.0)),
    "7 / x": (lambda x, m: 7.0 / x, (-1.5, 3.0, 1e12)),
    "-x": (lambda x, m: -x, (-1.5, 3.0)),
    "x + x": (lambda x, m: x + x, (-1.5, 3.0)),
    "x - x²": (lambda x, m: x - x * x, (-1.5, 3.0)),
    "x x": (lambda x, m: x * x, (-1.5, 3.0)),
    "x / (1 + x²)": (lambda x, m: x / (1.0 + x * x), (-1.5, 0.0, 3.0)),
    "x ** 2.5": (lambda x, m: x**2.5, (0.3, 7.0)),
    "x ** -0.37": (lambda x, m: x**-0.37, (0.3, 6.1e10)),
    "2 ** x": (lambda x, m: 2.0**x, (-1.5, 3.0)),
    "x ** x": (lambda x, m: x**x, (0.3, 2.5)),
    "exp": (lambda x, m: m.exp(x), (-3.0, 0.0, 2.0)),
    "log": (lambda x, m: m.log(x), (0.2, 1.0, 1e23)),
    "sqrt": (lambda x, m: m.sqrt(x), (0.2, 1e23)),
    "minimum": (lambda x, m: m.minimum(x, 1.0), (0.2, 2.0)),
    "minimum, reversed": (lambda x, m: m.minimum(1.0, x), (0.2, 2.0)),
    "minimum of two": (lambda x, m: m.minimum(x * x, x), (0.2, 2.0)),
    "maximum": (lambda x, m: m.maximum(x, 1.0), (0.2, 2.0)),
    "maximum, reversed": (lambda x, m: m.maximum(1.0, x), (0.2, 2.0)),
    "maximum of two": (lambda x, m: m.maximum(x * x, x), (0.2, 2.0)),
    "where <": (lambda x, m: m.where(x < 1.0, x * x, 3.0), (0.2, 2.0)),
    "where <=": (lambda x, m: m.where(x <= 1.0, 2.0, x * x), (0.2, 2.0)),
    "where >": (lambda x, m: m.where(x > 1.0, x * x, x), (0.2, 2.0)),
    "where >=": (lambda x, m: m.where(x >= 1.0, x * x, x), (0.2, 2.0)),
    "where, reversed": (lambda x, m: m.where(1.0 < x, x * x, x), (0.2, 2.0)),  # noqa: SIM300
    "loss": (lambda x, m: 1.82 + 482.0 * x**-0.3478 + 2085.0 * (1e23 / x) ** -0.3658, (1e9, 1e12)),
    "repeats": (lambda x, m: 15.4 * (1.0 - m.exp(x / -15.4)), (0.0, 4.0, 40.0)),
}
CASES = [(name, at) for name, (_, points) in OPERATIONS.items() for at in points]


class Exact:
    """NumPy's names over mpmath."""

    exp, log, sqrt = mpmath.exp, mpmath.log, mpmath.sqrt
    minimum, maximum = min, max

    @staticmethod
    def where(condition: bool, yes: Any, no: Any) -> Any:
        return yes if condition else no


class Numbers:
    """NumPy with the project's ``where``, as the formulas use it."""

    exp, log, sqrt, minimum, maximum = np.exp, np.log, np.sqrt, np.minimum, np.maximum
    where = staticmethod(where)


def derivatives(name: str, at: float, order: int = 1) -> list[float]:
    """Value and derivatives to 15 digits and more, by differences in 60."""
    function, _ = OPERATIONS[name]
    with mpmath.workdps(80):
        x, h = mpmath.mpf(at), mpmath.mpf(10) ** -22
        low, here, high = (function(x + k * h, Exact) for k in (-1, 0, 1))
        found = [here, (high - low) / (2 * h), (high - 2 * here + low) / h**2]
        return [float(value) for value in found[: order + 1]]


def close(found: Any, wanted: float, rel: float = 2e-14) -> bool:
    return math.isclose(float(found), wanted, rel_tol=rel, abs_tol=1e-15)


@pytest.mark.parametrize(("name", "at"), CASES)
@pytest.mark.parametrize("kind", [Dual, Outer])
@pytest.mark.parametrize("carrier", [float, np.float64, lambda x: np.array([x, x])])
def test_a_dual_carries_value_and_derivative(
    name: str, at: float, kind: type[Dual], carrier: Callable[[float], Any]
) -> None:
    function, _ = OPERATIONS[name]
    result = function(kind(carrier(at), 1.0), Numbers)
    value, slope = derivatives(name, at)
    assert isinstance(result, kind)
    assert np.all([close(v, value) for v in np.ravel(result.value)])
    assert np.all([close(s, slope) for s in np.ravel(result.slope)])


@pytest.mark.parametrize(("name", "at"), CASES)
def test_a_dual_within_a_dual_carries_the_second_derivative(name: str, at: float) -> None:
    function, _ = OPERATIONS[name]
    result = function(Outer(Dual(at, 1.0), 1.0), Numbers)
    value, slope, curve = derivatives(name, at, 2)
    inner = result.slope if isinstance(result.slope, Dual) else Dual(result.slope)
    assert close(result.value.value if isinstance(result.value, Dual) else result.value, value)
    assert close(inner.value, slope)
    assert close(inner.slope, curve, rel=1e-12)


def test_numpy_arrays_and_scalars_hand_over_to_a_dual() -> None:
    x = Dual(np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    array, number = np.array([3.0, 5.0]), np.float64(3.0)
    for other in (array, number):
        for result, slope in (
            (other + x, np.ones(2)),
            (other - x, -np.ones(2)),
            (other * x, other * np.ones(2)),
            (other / x, -other / x.value**2),
            (other**x, other**x.value * np.log(other)),
            (np.power(x, other), other * x.value ** (other - 1.0)),
            (np.subtract(x, other), np.ones(2)),
            (np.negative(x), -np.ones(2)),
        ):
            assert isinstance(result, Dual)
            np.testing.assert_allclose(result.slope, slope, rtol=1e-15)


def test_the_perturbations_of_two_levels_do_not_mix() -> None:
    """d/dx (x · d/dy (x + y)) = 1; a single kind of ε would say 2."""
    x = Outer(3.0, 1.0)
    inner = (x * 1.0 + Dual(5.0, 1.0)).value
    assert isinstance(inner, Dual)
    result = x * inner.slope
    assert result.slope == 1.0
    # d/dx (x · d/dy (x·y)) = d/dx x² = 2x, y's derivative taken inside x's.
    product = Outer(3.0, 1.0) * Dual(4.0, 1.0)
    assert isinstance(product, Outer)
    assert (product.value.value, product.value.slope, product.slope.value) == (12.0, 3.0, 4.0)
    assert product.slope.slope == 1.0  # ∂²(xy)/∂x∂y
    mirrored = Dual(4.0, 1.0) * Outer(3.0, 1.0)
    assert isinstance(mirrored, Outer)
    assert mirrored.slope.slope == 1.0


@pytest.mark.parametrize("operation", ["+", "-", "*", "/"])
def test_an_outer_dual_meets_an_inner_one_from_either_side(operation: str) -> None:
    apply = {
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
        "/": lambda a, b: a / b,
    }[operation]
    # f(x, y) with x outside and y inside: all four of f, f_x, f_y, f_xy by exact differences.
    for swapped in (False, True):
        outer, inner = Outer(3.0, 1.0), Dual(4.0, 1.0)
        result = apply(inner, outer) if swapped else apply(outer, inner)
        with mpmath.workdps(60):
            h = mpmath.mpf(10) ** -15

            def f(i: int, j: int, s: bool = swapped, h: Any = h) -> Any:
                x, y = 3 + i * h, 4 + j * h
                return apply(y, x) if s else apply(x, y)

            wanted = {
                "value": f(0, 0),
                "x": (f(1, 0) - f(-1, 0)) / (2 * h),
                "y": (f(0, 1) - f(0, -1)) / (2 * h),
                "xy": (f(1, 1) - f(1, -1) - f(-1, 1) + f(-1, -1)) / (4 * h**2),
            }
        slope = result.slope if isinstance(result.slope, Dual) else Dual(result.slope)
        assert close(result.value.value, float(wanted["value"]))
        assert close(result.value.slope, float(wanted["y"]))
        assert close(slope.value, float(wanted["x"]))
        assert close(slope.slope, float(wanted["xy"]))


def test_duals_compare_by_their_innermost_values() -> None:
    assert Outer(Dual(1.0, 5.0), 9.0) < 2.0
    assert Dual(1.0, 1.0) <= Dual(1.0, 2.0)
    assert Dual(1.0, 1.0) == 1.0
    assert (2.0 > Outer(Dual(1.0), 0.0)) is True  # noqa: SIM300
    assert list(np.array([0.0, 2.0]) > Dual(1.0, 1.0)) == [False, True]


@pytest.mark.parametrize(
    "function",
    [np.sin, np.floor, np.add.reduce, np.mean, np.sum, lambda x: np.log(x, out=np.zeros(1))],
)
def test_a_dual_refuses_what_it_cannot_differentiate(function: Callable[[Any], Any]) -> None:
    with pytest.raises(TypeError, match="derivative"):
        function(Dual(np.ones(3), np.ones(3)))


# --- Symbols ---


def evaluate(tasks: list[tuple[list[tuple[str, str]], Mapping[str, float]]]) -> list[Any]:
    """The last line's value of each list of lines, as a JavaScript engine computes it."""
    script = """
      const tasks = JSON.parse(require("fs").readFileSync(0, "utf8"));
      const {exp, log, sqrt, pow, min, max, floor, ceil, abs} = Math;
      process.stdout.write(JSON.stringify(tasks.map(([lines, known]) => {
        const body = lines.map(([name, text]) => `const ${name} = ${text};`).join("\\n");
        const last = lines[lines.length - 1][0];
        const names = ["exp", "log", "sqrt", "pow", "min", "max", "floor", "ceil", "abs"];
        const run = new Function(...names, ...Object.keys(known), `${body} return ${last};`);
        return run(exp, log, sqrt, pow, min, max, floor, ceil, abs, ...Object.values(known));
      })));
    """
    done = subprocess.run(
        ["node", "-e", script], input=json.dumps(tasks), capture_output=True, text=True, check=True
    )
    found: list[Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def evaluated() -> dict[tuple[str, float], tuple[float, float, float]]:
    """Value, slope and curvature of every case, from the expressions it writes."""
    tasks = []
    for name, at in CASES:
        function, _ = OPERATIONS[name]
        result = function(Outer(Dual(Symbol("k_x"), 1.0), 1.0), Numbers)
        value = result.value.value if isinstance(result.value, Dual) else result.value
        inner = result.slope if isinstance(result.slope, Dual) else Dual(result.slope)
        for output in (value, inner.value, inner.slope):
            tasks.append((emit({"out": output}), {"k_x": at}))
    found = iter(evaluate(tasks))
    return {case: (next(found), next(found), next(found)) for case in CASES}


@pytest.mark.parametrize(("name", "at"), CASES)
def test_what_a_symbol_writes_computes_the_same(
    name: str, at: float, evaluated: dict[tuple[str, float], tuple[float, float, float]]
) -> None:
    for found, wanted in zip(evaluated[name, at], derivatives(name, at, 2), strict=True):
        assert close(found, wanted, rel=1e-12)


def test_what_only_symbols_can_do() -> None:
    x = Symbol("k_x")
    outputs = {
        "a": np.floor(x) + np.ceil(x),
        "b": np.abs(-x) + abs(x),
        "c": np.where(x == 2.5, 1.0, 0.0),
        "d": where((x > 1) & (x < 3) | (x > 9), 10.0, 20.0),
        "e": where(np.logical_and(x > 1, x > 2), x, -x),
        "f": where((x > 3) | True, 1.0, 2.0),
        "g": np.where(np.less_equal(x, 2.5), x, 0.0),
    }
    for at, wanted in ((2.5, [5, 5, 1, 10, 2.5, 1, 2.5]), (-4.0, [-8, 8, 0, 20, 4, 1, -4])):
        tasks = [(emit({name: value}), {"k_x": at}) for name, value in outputs.items()]
        assert evaluate(tasks) == wanted


@pytest.mark.parametrize(
    "attempt",
    [
        lambda x: bool(x),
        lambda x: bool(x > 1),
        lambda x: 1.0 if x > 1 else 2.0,
        lambda x: x + np.array([1.0, 2.0]),
        lambda x: np.array([1.0, 2.0]) * x,
        lambda x: x * math.nan,
        lambda x: x + math.inf,
        lambda x: np.minimum(x, math.inf),
        lambda x: np.where(x > 0, math.nan, 1.0),
        lambda x: np.sin(x),
        lambda x: np.mean(x),
        lambda x: np.add.reduce(x),
        lambda x: np.log(x, out=np.zeros(1)),
        lambda x: np.where(np.array([True, False]), x, 1.0),
        lambda x: np.where(1.0, x, 2.0),
        lambda x: math.log(x),
        lambda x: float(x),
        lambda x: x + "3",
        lambda x: x + None,
        lambda x: x != 1,
        lambda x: x @ x,
        lambda x: x // 2,
        lambda x: x % 2,
        lambda x: x(1),
        lambda x: list(x),
        lambda x: emit({"out": math.inf}),
    ],
)
def test_what_cannot_be_written_raises(attempt: Callable[[Any], Any]) -> None:
    with pytest.raises(TypeError):
        attempt(Symbol("k_x"))


def test_constants_fold_where_a_derivative_would_fill_the_text() -> None:
    x = Symbol("k_x")
    assert x * 1.0 is x
    assert 1.0 * x is x
    assert x + 0.0 is x
    assert 0.0 + x is x
    assert x - 0.0 is x
    assert x / 1.0 is x
    assert x * 0.0 == 0.0
    assert 0.0 / x == 0.0
    assert where(x > 0, 3.0, 3.0) == 3.0
    assert str((Outer(x, 1.0) * 5.0 + 3.0).value) == "((k_x * 5) + 3)"
    assert (Outer(x, 1.0) * 5.0 + 3.0).slope == 5.0


def test_numbers_are_written_so_that_they_read_back() -> None:
    x = Symbol("k_x")
    numbers = [1.0, -2.0, 0.1, 1e-300, 6.02e23, 1e15, 123456789.0, 1 / 3, -1e-7, 2**53 + 2.0]
    tasks = [(emit({"out": x + number}), {"k_x": 0.0}) for number in numbers]
    assert evaluate(tasks) == numbers
    assert emit({"a": 3.0, "b": True, "c": np.float64(-0.5)}) == [
        ("a", "3"),
        ("b", "true"),
        ("c", "(-0.5)"),
    ]


def test_what_is_used_twice_is_named_once() -> None:
    x = Symbol("k_x")
    shared = np.exp(x) + 1.0
    lines = emit({"k_a": shared * shared, "k_b": np.log(np.exp(x) + 1.0)}, prefix="t")
    # The second output wrote the sum anew: equal structure is one node.
    assert lines == [("t0", "(exp(k_x) + 1)"), ("k_a", "(t0 * t0)"), ("k_b", "log(t0)")]
    # An output is a name too, and no name stands before it is made.
    lines = emit({"k_a": np.exp(x), "k_b": np.exp(x) + x, "k_c": 7.0}, prefix="u")
    assert lines == [("u0", "exp(k_x)"), ("k_a", "u0"), ("k_b", "(k_a + k_x)"), ("k_c", "7")]


def test_equal_numbers_of_another_kind_stay_apart() -> None:
    flag = Symbol("k_flag") > 0
    lines = dict(emit({"k_a": where(flag, True, False), "k_b": where(flag, 1.0, 0.0)}))
    assert (lines["k_a"], lines["k_b"]) == ("(t0 ? true : false)", "(t0 ? 1 : 0)")


def test_unrolled_iterations_stay_linear_in_length() -> None:
    def lines(steps: int) -> list[tuple[str, str]]:
        x = Symbol("k_x")
        for _ in range(steps):
            x = x - (x * x - 2.0) / (2.0 * x)
        return emit({"k_root": x})

    few, many = lines(20), lines(200)
    assert len(many) < 10.5 * len(few)
    assert sum(len(text) for _, text in many) < 12 * sum(len(text) for _, text in few)
    assert evaluate([(few, {"k_x": 1.0})])[0] == pytest.approx(math.sqrt(2.0), rel=1e-15)


def test_thousands_of_operations_in_a_row_are_no_matter() -> None:
    x: Any = Symbol("k_x")
    for i in range(5000):
        x = x + 1.0 / (i + 1)
    (line,) = emit({"k_sum": x})
    assert line[1].startswith("((((")
    assert str(x) == line[1]


def test_where_on_plain_carriers() -> None:
    assert where(True, 1.0, 2.0) == 1.0
    assert where(np.False_, 1.0, 2.0) == 2.0
    np.testing.assert_array_equal(where(np.array([True, False]), 1.0, np.array([3.0, 4.0])), [1, 4])
    x = Dual(np.array([1.0, 2.0]), 1.0)
    for choose in (where, np.where):
        chosen = choose(np.array([True, False]), x, 0.0)
        np.testing.assert_array_equal(chosen.value, [1.0, 0.0])
        np.testing.assert_array_equal(chosen.slope, [1.0, 0.0])
    assert repr(Dual(1.0, 2.0)) == "Dual(1.0, 2.0)"
    assert repr(Symbol("k_x") + 1.0) == "Symbol((k_x + 1))"
