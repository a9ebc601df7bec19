"""The planning problem by brute precision, written apart from the solver's ways.

Two unknowns, ln N and ln U, with the repeats R from the budget; their stationary point by
Newton on differences in 70 digits and more, and what makes it a minimum. No marginal worths, no
inner roots, no closed forms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

import mpmath
from mpmath import mpf

STEP = mpf(10) ** -20


@dataclass(frozen=True)
class Problem:
    """min L s.t. 6ND + qU + SN = C, D = U(1 + R), U at most the stock; see ``costs.Terms``."""

    constants: Mapping[str, float]
    flops: float
    data_price: float = 0.0
    serving: float = 0.0
    stock: float | None = None
    repeats: bool = True
    repeat_scale: float = 15.387756
    params: float | None = None
    tokens: float | None = None

    def reducible(self, n: Any, u: Any, r: Any) -> Any:
        """Loss above the floor; with few unique tokens, of effective params and tokens."""
        k = {name: mpf(value) for name, value in self.constants.items()}
        scale = mpf(self.repeat_scale)
        data = u * (1 + scale * (1 - mpmath.exp(-r / scale)))
        if self.stock is not None and "R_N" in k:
            balance = (k["alpha"] * k["A"]) / (k["beta"] * k["B"])
            suited = balance ** (1 / k["alpha"]) * mpf(self.stock) ** (k["beta"] / k["alpha"])
            if n > suited:
                excess = k["R_N"] * (1 - mpmath.exp(-(n / suited - 1) / k["R_N"]))
                n = suited * (1 + excess)
        return k["A"] / n ** k["alpha"] + k["B"] / data ** k["beta"]

    def run(self, y: Any, u: Any) -> tuple[Any, Any, Any] | None:
        """(N, U, R) at ln N = y and ln U = u with the whole budget spent, or None: unpayable."""
        c, q, s = mpf(self.flops), mpf(self.data_price), mpf(self.serving)
        unique = mpmath.exp(u)
        if self.tokens is not None:
            n = (c - q * unique) / (6 * mpf(self.tokens) + s)
            return None if n <= 0 else (n, unique, mpf(self.tokens) / unique - 1)
        n = mpf(self.params) if self.params is not None else mpmath.exp(y)
        r = (c - s * n - q * unique) / (6 * n * unique) - 1
        return n, unique, r

    def most(self, y: Any) -> Any:
        """ln U where every token is read once, at this ln N."""
        if self.tokens is not None:
            return mpmath.log(self.tokens)
        n = mpf(self.params) if self.params is not None else mpmath.exp(y)
        left = mpf(self.flops) - mpf(self.serving) * n
        return mpmath.log(left / (mpf(self.data_price) + 6 * n)) if left > 0 else -mpmath.inf


@dataclass(frozen=True)
class Exact:
    """The minimum: N, D, the loss above the floor, and its relative curvature in ln N."""

    params: Any
    tokens: Any
    reducible: Any
    curvature: Any


def minimum(problem: Problem, params: float, unique: float, tokens: float) -> Exact:
    """The exact minimum next to a double-precision one; raises where that is no minimum."""
    # Where the last reading's small worth decides, it must have digits.
    fixed = problem.params or problem.tokens
    spent = 0.0 if fixed else tokens / unique / problem.repeat_scale
    with mpmath.workdps(70 + int(spent)):
        return _minimum(problem, mpf(params), mpf(unique), mpf(tokens))


def _minimum(problem: Problem, params: Any, unique: Any, tokens: Any) -> Exact:
    stock = None if problem.stock is None else mpmath.log(problem.stock)
    at_stock = stock is not None and abs(mpmath.log(unique) / stock - 1) < 1e-12
    free_data = problem.data_price == 0 or not problem.repeats
    once = free_data and abs(tokens / unique - 1) < 1e-12

    def fill(free: list[Any]) -> tuple[Any, Any]:
        """ln N and ln U from the unknowns that no bound holds."""
        rest = list(free)
        y = mpf(0) if problem.params or problem.tokens else rest.pop(0)
        if at_stock:
            return y, stock if problem.repeats else min(stock, problem.most(y))
        return y, problem.most(y) if once else rest.pop(0)

    def value(free: list[Any]) -> Any:
        y, u = fill(free)
        run = problem.run(y, u)
        assert run is not None
        n, unique, r = run
        return problem.reducible(n, unique, mpf(0) if not problem.repeats else r)

    free = [] if problem.params or problem.tokens else [mpmath.log(params)]
    if at_stock and once and not problem.repeats and free:
        # The kink: the size at which the budget just reads the whole stock once.
        u = mpf(problem.stock)
        size = (problem.flops - problem.data_price * u) / (6 * u + mpf(problem.serving))
        free = [mpmath.log(size)]
        assert value([free[0] + STEP]) > value(free)
        curvature = mpmath.inf
    else:
        if not (at_stock or once):
            free.append(mpmath.log(unique))
        free, curvature = _newton(value, free)
    y, u = fill(free)
    _bounds_hold(problem, y, u, at_stock, once)
    run = problem.run(y, u)
    assert run is not None
    n, unique, r = run
    r = mpf(0) if not problem.repeats else r
    least = problem.reducible(n, unique, r)
    return Exact(n, unique * (1 + r), least, curvature / least)


def _newton(value: Any, free: list[Any]) -> tuple[list[Any], Any]:
    """The stationary point next to ``free``, and the curvature in its first unknown."""
    size = len(free)
    if not size:
        return free, mpmath.inf

    def moved(by: dict[int, Any]) -> Any:
        return value([x + by.get(i, 0) * STEP for i, x in enumerate(free)])

    for _ in range(8):
        here = value(free)
        up = [moved({i: 1}) for i in range(size)]
        down = [moved({i: -1}) for i in range(size)]
        slope = mpmath.matrix([(a - b) / (2 * STEP) for a, b in zip(up, down, strict=True)])
        hessian = mpmath.matrix(size, size)
        for i in range(size):
            hessian[i, i] = (up[i] - 2 * here + down[i]) / STEP**2
        if size == 2:
            mixed = moved({0: 1, 1: 1}) - up[0] - up[1] + 2 * here - down[0] - down[1]
            mixed = (mixed + moved({0: -1, 1: -1})) / (2 * STEP**2)
            hessian[0, 1] = hessian[1, 0] = mixed
        schur = hessian[0, 0] if size == 1 else mpmath.det(hessian) / hessian[1, 1]
        assert schur > 0, "not a minimum"
        assert hessian[size - 1, size - 1] > 0, "not a minimum"
        step = mpmath.lu_solve(hessian, -slope)
        free = [x + step[i] for i, x in enumerate(free)]
        if max(abs(d) for d in step) < mpf(10) ** -20:
            return free, schur
    raise AssertionError("no stationary point nearby")


def _bounds_hold(problem: Problem, y: Any, u: Any, at_stock: bool, once: bool) -> None:
    """At a bound the loss must fall towards it: fewer unique tokens would be worse."""
    if not (problem.repeats and (at_stock or once)):
        return
    here, fewer = problem.run(y, u), problem.run(y, u - STEP)
    assert here is not None
    assert fewer is not None
    assert problem.reducible(*here) < problem.reducible(*fewer)
    assert problem.stock is None or mpmath.exp(u) <= problem.stock * (1 + mpf(10) ** -30)
    assert here[2] > -(mpf(10) ** -30)


def nowhere_better(problem: Problem, exact: Exact, random: Random, tries: int = 12) -> None:
    """No run that the budget pays for, near or far, has a lower loss."""
    with mpmath.workdps(50):
        for _ in range(tries):
            other = _somewhere(problem, exact, random)
            assert other is None or other >= exact.reducible * (1 - mpf(10) ** -30)


def _somewhere(problem: Problem, exact: Exact, random: Random) -> Any:
    """The loss above the floor of some run within the budget; None where it is not."""
    y = mpmath.log(exact.params) + mpf(random.gauss(0, 1) * 10 ** random.uniform(-3, 1))
    most = problem.most(y)
    if most == -mpmath.inf:
        return None
    if problem.stock is not None:
        most = min(most, mpmath.log(problem.stock))
    run = problem.run(y, most if not problem.repeats else most - mpf(abs(random.gauss(0, 1))))
    if run is None or run[2] < 0:
        return None
    n, unique, r = run
    return problem.reducible(n, unique, mpf(0) if not problem.repeats else r)
