"""How fast plans are solved, beside what else there is, in one run on one core.

    python benchmarks/solving.py            prints the table
    python benchmarks/solving.py --write    puts it into docs/benchmarks.md, too

Each number is the best of several runs: on a machine that does other things as well, the others
measure those. Ratios between columns of one run mean more than its seconds.
"""

from __future__ import annotations

import os

# One core: NumPy reads these when it is imported.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")

import itertools
import math
import subprocess
import sys
import time
import tracemalloc
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from support.tables import machine, write

import chinchilla_widget as cw
from chinchilla_widget import costs
from chinchilla_widget.optimum import place, tilt
from chinchilla_widget.solver import plan_for

COLUMNS = ("chinchilla_widget", "chinchilla 0.2.0", "brentq a cell", "minimize_scalar a cell")
LAW = cw.LAWS["besiroglu-2024"]
GENERAL: dict[str, Any] = {"served_tokens": 2e12, "token_price": 0.1, "unique_tokens": 3e11}
PLAIN_CELLS, GENERAL_CELLS, LOOP_CELLS = 1_000_000, 200_000, 200

Rival = Callable[[float], tuple[float, float, float]]


def seconds(run: Callable[[], object], repeats: int = 7, calls: int = 1) -> float:
    """The least wall-clock time of one call."""
    run()
    best = math.inf
    for _ in range(repeats):
        begin = time.perf_counter()
        for _ in range(calls):
            run()
        best = min(best, time.perf_counter() - begin)
    return best / calls


def chinchilla() -> Any:
    """The class of the PyPI package of that name, or None where it is not installed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from chinchilla import Chinchilla
    except ImportError:
        return None
    return Chinchilla


def by_chinchilla(flops: Any) -> Any:
    """Its closed form, with the loss: (N, D, L)."""
    package, constants = chinchilla(), dict(LAW.constants)
    params, tokens = package.allocate_compute(flops, constants)
    return params, tokens, package.predict_loss(params, tokens, constants)


def plain_brentq(flops: float) -> tuple[float, float, float]:
    """The root of the difference of marginal worths, as one would write it by hand."""
    k = LAW.constants
    a, b = k["alpha"], k["beta"]

    def slope(x: float) -> float:
        size = math.exp(x)
        return b * k["B"] * (flops / (6.0 * size)) ** -b - a * k["A"] * size**-a

    params = math.exp(brentq(slope, 0.0, math.log(flops), xtol=1e-13, rtol=1e-14))
    tokens = flops / (6.0 * params)
    return params, tokens, float(LAW.loss(params, tokens))


def plain_minimum(flops: float) -> tuple[float, float, float]:
    """The minimum of the loss along the budget."""

    def loss(x: float) -> float:
        size = math.exp(x)
        return float(LAW.loss(size, flops / (6.0 * size)))

    found = minimize_scalar(loss, bounds=(0.0, math.log(flops)), method="bounded")
    params = math.exp(found.x)
    return params, flops / (6.0 * params), found.fun


def general_terms(flops: float) -> tuple[Any, float]:
    scenario = cw.Scenario.of(f"{flops:.6e} FLOP", **GENERAL)
    return scenario.terms, flops


def general_brentq(terms: Any, flops: float) -> float:
    """The root of this package's own condition, found cell by cell."""
    with np.errstate(all="ignore"):
        high = math.log(flops)
        at = brentq(lambda x: tilt(LAW, terms, *place(x, flops, terms.serving)), 10.0, high)
    return float(place(at, flops, terms.serving)[0])


def general_minimum(terms: Any, flops: float) -> float:
    """The minimum of the loss over the size, the best repeats within."""

    def loss(x: float) -> float:
        size, money = place(x, flops, terms.serving)
        unique, repeats = costs.purchase(terms, size, money, costs.free_repeats(terms, size))
        return float(LAW.loss(size, costs.effective(terms, unique, repeats)))

    found = minimize_scalar(loss, bounds=(10.0, math.log(flops)), method="bounded")
    return float(place(found.x, flops, terms.serving)[0])


def rate(per_second: float) -> str:
    if per_second >= 1e6:
        return f"{per_second / 1e6:.1f} M/s"
    return f"{per_second / 1e3:.0f} k/s" if per_second >= 1e4 else f"{per_second:,.0f} /s"


def micro(duration: float) -> str:
    return f"{duration * 1e6:,.0f} µs"


def many_plain() -> list[str]:
    budgets = np.logspace(18, 27, PLAIN_CELLS)
    few = budgets[:: PLAIN_CELLS // LOOP_CELLS]
    ours = PLAIN_CELLS / seconds(lambda: cw.sweep(flops=budgets))
    theirs = "not installed"
    if chinchilla():
        theirs = rate(PLAIN_CELLS / seconds(lambda: by_chinchilla(budgets))) + " (N, D, L alone)"
    loops = [
        rate(few.size / seconds(lambda solve=solve: [solve(c) for c in few], repeats=3))
        for solve in (plain_brentq, plain_minimum)
    ]
    return [f"**{rate(ours)}**", theirs, *loops]


def the_arithmetic() -> list[str]:
    """N, D and L by the closed form on bare arrays: what the other package computes."""
    budgets = np.logspace(18, 27, PLAIN_CELLS)

    def run() -> Any:
        return LAW.optimum(budgets), LAW.optimal_loss(budgets)

    theirs = "not installed"
    if chinchilla():
        theirs = rate(PLAIN_CELLS / seconds(lambda: by_chinchilla(budgets)))
    return [rate(PLAIN_CELLS / seconds(run)), theirs, "–", "–"]


def many_general() -> list[str]:
    budgets = np.logspace(20, 27, GENERAL_CELLS)
    ours = GENERAL_CELLS / seconds(lambda: cw.sweep(flops=budgets, **GENERAL), repeats=5)
    cells = [general_terms(float(c)) for c in budgets[:: GENERAL_CELLS // LOOP_CELLS]]
    loops = [
        rate(len(cells) / seconds(lambda solve=solve: [solve(*c) for c in cells], repeats=3))
        for solve in (general_brentq, general_minimum)
    ]
    return [f"**{rate(ours)}**", "cannot", *loops]


def one_plan(words: dict[str, Any]) -> list[str]:
    scenario = cw.Scenario.of("$1M", **words)
    flops = scenario.total_flops
    assert flops is not None
    ours = micro(seconds(lambda: plan_for(scenario), repeats=15, calls=200))
    if words:
        terms = scenario.terms
        loops = [
            micro(seconds(lambda solve=solve: solve(terms, flops), calls=20))
            for solve in (general_brentq, general_minimum)
        ]
        return [f"**{ours}**", "cannot", *loops]
    theirs = "not installed"
    if chinchilla():
        theirs = micro(seconds(lambda: by_chinchilla(flops), calls=50)) + " (N, D, L alone)"
    loops = [
        micro(seconds(lambda solve=solve: solve(flops), calls=20))
        for solve in (plain_brentq, plain_minimum)
    ]
    return [f"**{ours}**", theirs, *loops]


def from_text(words: dict[str, str]) -> list[str]:
    """Every text is another: nothing is remembered from the last one."""
    amounts = itertools.count(1_000_001)
    ours = seconds(lambda: cw.plan(f"${next(amounts)}", **words), calls=100)
    return [f"**{micro(ours)}**", "–", "–", "–"]


def error_in_size() -> list[str]:
    """The largest relative error in N over plain budgets, against 18-digit arithmetic."""
    budgets = np.logspace(18, 27, LOOP_CELLS)
    k = {name: np.longdouble(value) for name, value in LAW.constants.items()}
    both = k["alpha"] + k["beta"]
    balance = ((k["alpha"] * k["A"]) / (k["beta"] * k["B"])) ** (1 / both)
    exact = balance * (budgets.astype(np.longdouble) / 6) ** (k["beta"] / both)

    def worst(params: Any) -> str:
        return f"{float(np.max(np.abs(np.asarray(params) / exact - 1))):.0e}"

    theirs = worst(by_chinchilla(budgets)[0]) if chinchilla() else "not installed"
    loops = [
        worst([solve(float(c))[0] for c in budgets]) for solve in (plain_brentq, plain_minimum)
    ]
    return [f"**{worst(cw.sweep(flops=budgets)['params'])}**", theirs, *loops]


def import_time() -> list[str]:
    def fresh(module: str) -> float:
        code = "import time; t = time.perf_counter(); import {}; print(time.perf_counter() - t)"
        command = [sys.executable, "-W", "ignore", "-c", code.format(module)]
        runs = [subprocess.run(command, capture_output=True, text=True) for _ in range(7)]
        return min(float(run.stdout) for run in runs)

    ours = f"**{fresh('chinchilla_widget') * 1e3:,.0f} ms** (NumPy {fresh('numpy') * 1e3:,.0f} ms)"
    theirs = f"{fresh('chinchilla') * 1e3:,.0f} ms" if chinchilla() else "not installed"
    return [ours, theirs, f"{fresh('scipy.optimize') * 1e3:,.0f} ms", "as left"]


def memory(words: dict[str, Any]) -> list[str]:
    """Peak bytes a cell while sweeping, the output itself being 128."""

    def peak(cells: int) -> float:
        budgets = np.logspace(18, 26, cells)
        tracemalloc.start()
        cw.sweep(flops=budgets, **words)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most / cells

    peak(1000)
    return [f"**{peak(1_000_000):.0f} B** (at 100,000 cells {peak(100_000):.0f} B)", "–", "–", "–"]


ROWS: tuple[tuple[str, Callable[[], list[str]]], ...] = (
    ("Sweep, plain budgets", many_plain),
    ("N, D and L by the closed form alone", the_arithmetic),
    ("Sweep with serving, a price of data and a limit", many_general),
    ("One plan of a ready scenario: plain", lambda: one_plan({})),
    ("… with serving", lambda: one_plan({"served_tokens": 2e12})),
    ("… with serving, a price of data and a limit", lambda: one_plan(GENERAL)),
    ("One plan from text: `$1M`", lambda: from_text({})),
    (
        "… with `2T` served, `$0.10` a million tokens, `300B` of them",
        lambda: from_text({"served_tokens": "2T", "token_price": "$0.10", "unique_tokens": "300B"}),
    ),
    ("Largest error in N, plain budgets", error_in_size),
    ("Import, in a fresh process", import_time),
    ("Peak memory a cell, plain", lambda: memory({})),
    ("… with serving, a price of data and a limit", lambda: memory(GENERAL)),
)


def table() -> str:
    """The rows, each printed as soon as it is measured."""
    lines: list[str] = []

    def add(line: str) -> None:
        lines.append(line)
        print(line, flush=True)

    add(f"| | {' | '.join(COLUMNS)} |")
    add("| --- |" + " ---: |" * len(COLUMNS))
    for name, measure in ROWS:
        add(f"| {name} | {' | '.join(measure())} |")
    add("")
    add(f"Measured on one of {machine('numpy', 'scipy')}.")
    return "\n".join(lines)


if __name__ == "__main__":
    measured = table()
    if "--write" in sys.argv[1:]:
        write("solving", measured)
