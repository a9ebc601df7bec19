"""How fast a law is fitted and how well, beside what else there is, in one run on one core.

    python benchmarks/fitting.py            prints the table
    python benchmarks/fitting.py --write    puts it into docs/benchmarks.md, too

The 240 runs of Besiroglu et al. 2024. Every contender is asked for the same optimum; the objective
it reached stands beside its time, since a faster worse fit is not a win. What would take hours is
measured on a fair sample, and says so.
"""

from __future__ import annotations

import os

# One core: NumPy reads these when it is imported.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")

import csv
import itertools
import logging
import multiprocessing
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from solving import chinchilla
from support.tables import machine, write

import chinchilla_widget as cw

RUNS = Path(__file__).resolve().parents[1] / "notebooks" / "runs" / "chinchilla-245.csv"
BEST = 1.018274018e-3
DELTA = 1e-3
# Hoffmann et al. 2022, appendix D.3: alpha, beta, e, a, b.
GRID = (
    np.arange(0, 2.1, 0.5),
    np.arange(0, 2.1, 0.5),
    np.arange(-1, 1.1, 0.5),
    np.arange(0, 26, 5),
    np.arange(0, 26, 5),
)
SAMPLE, RESAMPLES, LOOP_RESAMPLES = 30, 4000, 20

Row = tuple[str, str, str, str]


def table() -> dict[str, Any]:
    with RUNS.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["excluded"] == "0"]
    return {name: np.array([float(row[name]) for row in rows]) for name in ("N", "D", "loss")}


DATA = table()
X, Y, Z = (np.log(DATA[name]) for name in ("N", "D", "loss"))


def residuals(theta: Any) -> tuple[Any, Any]:
    """Errors of log loss and the shares of the three terms, as one would write it."""
    alpha, beta, e, a, b = theta
    terms = np.stack([a - alpha * X, b - beta * Y, np.full_like(X, e)])
    top = terms.max(axis=0)
    powers = np.exp(terms - top)
    total = powers.sum(axis=0)
    return top + np.log(total) - Z, powers / total


def value(theta: Any, weights: Any = 1.0) -> float:
    r = np.abs(residuals(theta)[0])
    return float((weights * np.where(r <= DELTA, r * r / 2, DELTA * (r - DELTA / 2))).sum())


def slope(theta: Any, weights: Any = 1.0) -> Any:
    r, (size, data, floor) = residuals(theta)
    pull = weights * np.clip(r, -DELTA, DELTA)
    parts = (-X * size, -Y * data, floor, size, data)
    return np.array([(pull * part).sum() for part in parts])


def cpu(run: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of one call: on a shared machine the wall clock measures the others too."""
    begin = time.process_time()
    found = run()
    return time.process_time() - begin, found


def excess(objective: float) -> str:
    """How far above the optimum, relatively."""
    over = objective / BEST - 1.0
    return "the optimum" if over < 1e-6 else f"{over:+.1e}"


def shown(seconds: float) -> str:
    if seconds < 1.0:
        return f"{seconds * 1e3:.0f} ms"
    return f"{seconds:.1f} s" if seconds < 120 else f"{seconds / 60:,.0f} min"


def ours() -> tuple[float, Row]:
    cw.fit(DATA)
    times, fits = zip(*(cpu(lambda: cw.fit(DATA)) for _ in range(15)), strict=True)
    fit = fits[0]
    reached = f"{fit.starts[0]} of {fit.starts[1]}"
    return min(times), (
        "**chinchilla_widget**, 49 starts",
        f"**{shown(min(times))}**",
        excess(fit.objective),
        reached,
    )


def grid(name: str, gradient: bool, scale: float) -> tuple[float, Row]:
    """The standard recipe: L-BFGS-B from every point of the grid, on a fair sample of them."""
    points = list(itertools.product(*GRID))
    random = np.random.default_rng(0)
    chosen = [points[i] for i in random.choice(len(points), SAMPLE, replace=False)]

    def run() -> list[float]:
        found = []
        for start in chosen:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                end = minimize(
                    lambda t: scale * value(t),
                    np.array(start, float),
                    jac=(lambda t: scale * slope(t)) if gradient else None,
                    method="L-BFGS-B",
                )
            found.append(value(end.x))
        return found

    seconds, ends = cpu(run)
    seconds *= len(points) / SAMPLE
    near = sum(end < BEST * (1 + 1e-6) for end in ends)
    return seconds, (
        name,
        f"{shown(seconds)} (from {SAMPLE} of 4,500 starts)",
        excess(min(ends)),
        f"{near} of {SAMPLE} in the sample",
    )


def package(name: str, best: bool) -> tuple[float, Row] | None:
    """The PyPI package: its README's settings, or the ones that suit it best."""
    found = chinchilla()
    if found is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        rows = zip(DATA["N"], DATA["D"], DATA["loss"], strict=True)
        text = "\n".join(f"{6 * n * d:.17g},{n:.17g},{d:.17g},{loss:.17g}" for n, d, loss in rows)
        (Path(folder) / "df.csv").write_text(f"C,N,D,loss\n{text}\n")
        extra: dict[str, Any] = {}
        if best:  # the papers' objective, log losses and a grid that holds the optimum
            from chinchilla._metrics import log_huber

            extra["loss_fn"] = lambda true, guess: 1e3 * log_huber(true, guess, DELTA)
        key = "e" if best else "E"
        # Of the five values an axis, the ends and the middle: 243 of 3,125 starts.
        grid_of = {
            key: np.linspace(0, 1, 3) if best else np.linspace(1, 2, 3),
            "a": np.linspace(1, 10, 3),
            "b": np.linspace(1, 10, 3),
            "alpha": np.linspace(0.1, 0.7, 3),
            "beta": np.linspace(0.1, 0.7, 3),
        }
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made = found(folder, param_grid=grid_of, log_level=logging.ERROR, **extra)
            made.visualizer.optim = lambda *_, **__: None  # pictures are not timed
            begin = resource.getrusage(resource.RUSAGE_CHILDREN)
            own, _ = cpu(lambda: made.fit(parallel=True))
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
        # It starts its own processes: their CPU time counts.
        seconds = own + after.ru_utime + after.ru_stime - begin.ru_utime - begin.ru_stime
        theta = [made.alpha, made.beta, np.log(made.E), np.log(made.A), np.log(made.B)]
    # Its README's grid has 3,125 starts; with the settings that suit it the 243 are enough.
    scale, said = (1.0, "from 243 starts") if best else (3125 / 243, "from 243 of 3,125 starts")
    seconds *= scale
    return seconds, (name, f"{shown(seconds)} ({said})", excess(value(theta)), "not said")


def our_bootstrap() -> tuple[float, Row]:
    fit = cw.fit(DATA)
    seconds, drawn = min(
        (cpu(lambda: fit.bootstrap(RESAMPLES)) for _ in range(3)), key=lambda pair: pair[0]
    )
    arrived = f"{int(drawn.reached.sum()):,} of {len(drawn):,}"
    return seconds, ("**chinchilla_widget**", f"**{shown(seconds)}**", "their own optimum", arrived)


def scipy_bootstrap(name: str, gradient: bool) -> tuple[float, Row]:
    """BFGS, warm-started from the optimum of all rows, resample by resample."""
    fit = cw.fit(DATA)
    k = fit.constants
    start = np.array([k["alpha"], k["beta"], np.log(k["E"]), np.log(k["A"]), np.log(k["B"])])
    from chinchilla_widget.fitting.bootstrap import draw

    weights = draw(fit.job, range(LOOP_RESAMPLES))
    best = fit.bootstrap(LOOP_RESAMPLES).objective

    def run() -> list[float]:
        return [
            value(
                minimize(
                    lambda t, w=w: 1e6 * value(t, w),
                    start,
                    jac=(lambda t, w=w: 1e6 * slope(t, w)) if gradient else None,
                    method="BFGS",
                ).x,
                w,
            )
            for w in weights
        ]

    seconds, ends = cpu(run)
    seconds *= RESAMPLES / LOOP_RESAMPLES
    over = np.array(ends) / best - 1.0
    near = int((over < 1e-6).sum())
    return seconds, (
        name,
        f"{shown(seconds)} (from {LOOP_RESAMPLES})",
        f"median {np.median(over):+.0e}, worst {over.max():+.0e}",
        f"{near} of {LOOP_RESAMPLES}",
    )


def memory() -> str:
    """Peak memory of a fresh process that fits and draws 4,000 resamples, over an idle one."""
    # The peak that the system keeps itself outlives an exec, and would be this process's own.
    code = (
        "import csv, re, sys; import numpy as np; import chinchilla_widget as cw\n"
        "def peak():\n"
        "    status = open('/proc/self/status').read()\n"
        "    return int(re.search(r'VmHWM:\\s+(\\d+)', status)[1])\n"
        "rows = [r for r in csv.DictReader(open(sys.argv[1])) if r['excluded'] == '0']\n"
        "table = {c: np.array([float(r[c]) for r in rows]) for c in ('N', 'D', 'loss')}\n"
        "idle = peak()\n"
        "cw.fit(table).bootstrap(4000)\n"
        "print(peak() / 1024, idle / 1024)"
    )
    if not Path("/proc/self/status").exists():
        return "not measured on this system"
    run = [sys.executable, "-W", "ignore", "-c", code, str(RUNS)]
    peak, idle = map(float, subprocess.check_output(run, text=True).split())
    return f"{peak:.0f} MB, of which {idle:.0f} MB are Python, NumPy and the package"


def lines() -> list[str]:
    """The tables, each row printed as soon as it is measured."""
    made: list[str] = []

    def add(line: str = "") -> None:
        made.append(line)
        print(line, flush=True)

    def rows(*measures: Callable[[], tuple[float, Row] | None]) -> None:
        base = 0.0
        for measure in measures:
            if (found := measure()) is not None:
                seconds, row = found
                base = base or seconds
                add(f"| {' | '.join(row)} | {seconds / base:,.0f} |")

    head = "| CPU time | above the optimum | starts there | times ours |"
    add(f"| One fit of 240 rows {head}\n| --- | ---: | ---: | ---: | ---: |")
    rows(
        ours,
        lambda: grid("SciPy L-BFGS-B, the 4,500-start grid, numeric gradient", False, 1.0),
        lambda: grid("… analytic gradient", True, 1.0),
        lambda: grid("… analytic gradient, objective × 10⁶", True, 1e6),
        lambda: package("PyPI `chinchilla` 0.2.0, its README’s settings", False),
        lambda: package("… the papers’ objective, scaled, `e` in logs", True),
    )
    add()
    head = head.replace("starts", "resamples").replace("the optimum", "its own optimum")
    add(f"| Bootstrap of {RESAMPLES:,} resamples {head}\n| --- | ---: | ---: | ---: | ---: |")
    rows(
        our_bootstrap,
        lambda: scipy_bootstrap("SciPy BFGS from the optimum, numeric gradient", False),
        lambda: scipy_bootstrap("… analytic gradient", True),
    )
    add()
    add(f"Peak memory of the fit and 4,000 resamples: {memory()}.")
    add()
    add(f"Measured on one of {machine('numpy', 'scipy')}.")
    return made


if __name__ == "__main__":
    if "fork" in multiprocessing.get_all_start_methods():
        multiprocessing.set_start_method("fork")  # as the package of PyPI needs it
    measured = "\n".join(lines())
    if "--write" in sys.argv[1:]:
        write("fitting", measured)
