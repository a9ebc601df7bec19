"""What a moved slider costs: the planner beside what people do today, in a real JupyterLab.

    .venv/bin/python benchmarks/latency.py [--write] [--only NAME] [--quick]

``--write`` puts the tables into docs/benchmarks.md. Drives a headless Chromium; takes minutes.
"""

from __future__ import annotations

import argparse
import base64
import json
import math
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "src")]

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright  # noqa: E402
from support.tables import machine, write  # noqa: E402

import chinchilla_widget as cw  # noqa: E402
from browser.conftest import FLAGS, chromium  # noqa: E402
from browser.lab import Lab, LabPage, running_lab  # noqa: E402
from chinchilla_widget.quantities import parse_quantity  # noqa: E402

CELLS = Path(__file__).parent / "cells"
SCRIPT = Path(__file__).parent / "latency_page.js"
PACKAGES = ("jupyterlab", "ipykernel", "ipywidgets", "anywidget", "altair")

CONTENDERS = {
    "planner": "**the planner**",
    "rows_fed": "own anywidget, rows from the kernel",
    "params_fed": "`JupyterChart`, its params set by the kernel",
    "chart_replaced": "`JupyterChart.chart = …` from an observer",
    "interact_mime": "`interact`, Vega-Lite 5 MIME type",
    "interact_offline": "`interact`, Altair's offline `jupyter` renderer",
}
MOVES, BUSY_MOVES, HEAP_MOVES, DRAG, PACE_MS = 30, 8, 200, 60, 16
# A picture this long without a new value has come to rest; a kernel that redraws may take its time.
REST_MS, KERNEL_REST_MS = 1200, 15_000
HEAP_S = 30  # at most this long for the movements before the second look at the heap
BUSY_S = 180
FRAME_MS = 1000 / 60


class Socket:
    """Bytes on the page's web sockets, both ways."""

    def __init__(self, cdp: CDPSession) -> None:
        self.bytes = 0
        cdp.send("Network.enable")
        for event in ("webSocketFrameSent", "webSocketFrameReceived"):
            cdp.on(f"Network.{event}", self._count)

    def _count(self, event: dict[str, Any]) -> None:
        frame = event["response"]
        data = frame["payloadData"]
        self.bytes += len(base64.b64decode(data) if frame["opcode"] == 2 else data.encode())


class Bench:
    """One contender on a page of its own, with a kernel of its own."""

    def __init__(self, browser: Browser, lab: Lab, subshells: bool = True) -> None:
        self.context = browser.new_context(viewport={"width": 1280, "height": 1000})
        self.page: Page = self.context.new_page()
        self.cdp = self.context.new_cdp_session(self.page)
        self.socket = Socket(self.cdp)
        self.lab = LabPage(self.page, lab)
        self.subshells = subshells
        self.moved_bytes = 0

    def open(self, source: str) -> None:
        self.lab.open([source])
        self.page.evaluate(SCRIPT.read_text(encoding="utf-8"))
        if not self.subshells:
            self.page.evaluate(
                """() => {
                  const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
                  if (!("commsOverSubshells" in kernel)) throw new Error("no such switch");
                  kernel.commsOverSubshells = "disabled";
                }"""
            )

    def run(self) -> float:
        """Run the cell; milliseconds until the picture shows a value."""
        took: float = self.page.evaluate(
            """async () => {
              const began = performance.now();
              window.jupyterapp.commands.execute("notebook:run-all-cells");
              while (bench.label() === null) {
                await new Promise((frame) => requestAnimationFrame(frame));
                if (performance.now() - began > 120000) return NaN;
              }
              return performance.now() - began;
            }"""
        )
        if took != took:
            raise RuntimeError("no picture: " + "\n".join(self.lab.errors()))
        return took

    def settle(self) -> None:
        self.page.wait_for_timeout(1500)

    def single(self, moves: int, timeout: float = 10_000) -> list[float | None]:
        """Single movements of a held mouse: milliseconds from each to the picture."""
        slider = self.page.evaluate_handle("() => bench.slider()").as_element()
        assert slider is not None
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        assert box is not None
        y = box["y"] + box["height"] / 2
        # To and fro over the middle half, each step far enough to change the value's digits.
        steps = [0.5 + 0.22 * (i % 8 - 4) / 4 + 0.013 * (i // 8) for i in range(moves)]
        mouse = self.page.mouse
        # ipywidgets' slider must be held by its handle; a native one may be pressed anywhere.
        handle = self.page.query_selector(".noUi-handle")
        held = handle.bounding_box() if handle else None
        start = held["x"] + held["width"] / 2 if held else box["x"] + box["width"] / 2
        mouse.move(start, y)
        mouse.down()
        self.page.wait_for_timeout(800)
        before = self.socket.bytes  # pressing the mouse has moved a native slider already
        took: list[float | None] = []
        for share in steps:
            self.page.evaluate("timeout => bench.arm(timeout)", timeout)
            mouse.move(box["x"] + box["width"] * share, y)
            took.append(self.page.evaluate("() => bench.moved()"))
            self.page.wait_for_timeout(300)
        self.page.wait_for_timeout(500)
        self.moved_bytes = self.socket.bytes - before
        mouse.up()
        return took

    def drag(self, rest: float, must_arrive: bool) -> dict[str, Any]:
        low, high = 5.2, 7.6
        found: dict[str, Any] = self.page.evaluate(
            "([from, to, count, pace, rest]) => bench.drag(from, to, count, pace, rest)",
            [low, high, DRAG, PACE_MS, rest],
        )
        shown = parse_quantity(found["label"].replace("\u00a0", " "), "params")
        due = cw.plan(f"${10**high:.4g}").params
        if abs(shown / due - 1) > 0.02:
            if must_arrive:
                raise RuntimeError(f"the picture shows {shown}, not {due}")
            found["after"] = math.inf  # on a slow machine, or one that has much to do, some lose it
        return found

    def heap(self) -> float:
        """Megabytes in use, after a collection."""
        self.cdp.send("HeapProfiler.collectGarbage")
        return float(self.page.evaluate("() => performance.memory.usedJSHeapSize")) / 1e6

    def many(self, moves: int) -> int:
        """Movements one after another, each drawn before the next; how many there was time for."""
        done: int = self.page.evaluate(
            """async ([moves, seconds]) => {
              const start = performance.now();
              let i = 0;
              for (; i < moves && performance.now() - start < seconds * 1000; i += 1) {
                const before = bench.label();
                bench.give(5.2 + 2.4 * ((i * 0.618034) % 1));
                const began = performance.now();
                while ((bench.label() ?? before) === before && performance.now() - began < 3000)
                  await new Promise((frame) => requestAnimationFrame(frame));
              }
              return i;
            }""",
            [moves, HEAP_S],
        )
        return done

    @contextmanager
    def busy(self) -> Iterator[None]:
        """The kernel asleep in a cell meanwhile."""
        self.page.evaluate(
            """code => {
              const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
              window.sleeping = kernel.requestExecute({ code });
              window.awake = false;
              window.sleeping.done.then(() => { window.awake = true; }, () => {});
            }""",
            f"import time; time.sleep({BUSY_S})",
        )
        self.page.wait_for_timeout(500)
        yield

    def close(self) -> None:
        self.lab.close()
        self.context.close()


def measure(browser: Browser, lab: Lab, name: str, quick: bool) -> dict[str, Any]:
    """Everything about one contender."""
    source = (CELLS / f"{name}.py").read_text(encoding="utf-8")
    bench = Bench(browser, lab)
    found: dict[str, Any] = {}
    try:
        bench.open(source)
        bench.run()
        bench.settle()
        bench.single(4)  # what is compiled on first use
        moves = [each for each in bench.single(MOVES) if each is not None]
        found["bytes"] = bench.moved_bytes / MOVES
        found["median"], found["p95"] = statistics.median(moves), percentile(moves, 0.95)
        own = name == "planner"
        rest, times = (REST_MS, 3) if own else (KERNEL_REST_MS, 1)
        drags = [bench.drag(rest, must_arrive=own) for _ in range(times)]
        found["drawn"] = statistics.median(each["drawn"] for each in drags)
        found["after"] = statistics.median(each["after"] for each in drags)
        found["block"] = statistics.median(each["block"] for each in drags)
        bench.settle()
        if not quick:
            found["heap"] = [bench.heap()]
            found["heap_moves"] = bench.many(HEAP_MOVES)
            bench.settle()
            found["heap"].append(bench.heap())
            found["busy_on"] = while_busy(bench)
    finally:
        bench.close()
    if not quick:
        bench = Bench(browser, lab, subshells=False)
        try:
            bench.open(source)
            bench.run()
            bench.settle()
            bench.single(4)
            found["busy_off"] = while_busy(bench)
        finally:
            bench.close()
    return found


def while_busy(bench: Bench) -> float | None:
    """Median of single movements while the kernel sleeps in a cell; None where they wait for it."""
    with bench.busy():
        timeout = 4000.0
        first = bench.single(1, timeout)
        took = [each for each in bench.single(BUSY_MOVES, timeout) if each] if first[0] else []
        if took and bench.page.evaluate("() => window.awake"):
            raise RuntimeError("the kernel woke up too early")
    return statistics.median(took) if took else None


FIRST_PAINTS = {
    "`%load_ext chinchilla_widget`, `%chinchilla $1M`": (
        "%load_ext chinchilla_widget\n%chinchilla $1M"
    ),
    "`import altair`, one `JupyterChart` (61 points, one text)": (
        "import altair as alt\n"
        "alt.JupyterChart.enable_offline()\n"
        "rows = [{'x': i, 'y': i * i, 't': '60.8\\u00a0B' if i == 30 else ''} for i in range(61)]\n"
        "base = alt.Chart(alt.Data(values=rows)).encode(x='x:Q', y='y:Q')\n"
        "alt.JupyterChart(base.mark_line() + base.mark_text().encode(text='t:N'),\n"
        "                 embed_options={'renderer': 'svg'})"
    ),
}


def first_paints(browser: Browser, lab: Lab, repeats: int) -> dict[str, list[float]]:
    """Each in fresh kernels, taking turns."""
    took: dict[str, list[float]] = {name: [] for name in FIRST_PAINTS}
    for _ in range(repeats):
        for name, source in FIRST_PAINTS.items():
            bench = Bench(browser, lab)
            try:
                bench.open(source)
                bench.page.wait_for_timeout(1500)  # JupyterLab's own start
                took[name].append(bench.run())
            finally:
                bench.close()
    return took


def sizes() -> list[str]:
    """What travels and what is kept, in kilobytes."""
    import ipywidgets

    static = ROOT / "src" / "chinchilla_widget" / "static"
    planners = [cw.Planner("$1M") for _ in range(10)]
    state = planners[0].get_state()
    saved = ipywidgets.Widget.get_manager_state(drop_defaults=False)["state"]

    def written(value: Any) -> int:
        return len(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode())

    def file(name: str) -> int:
        return (static / name).stat().st_size

    rows = {
        "the bundle, minified (Vega, Vega-Lite and vega-embed: 840)": file("widget.js"),
        "… as a notebook is given it (gzip, base64)": file("widget.packed.js"),
        "style sheet": file("widget.css"),
        "solver and panels of both families, one language": written(state["specs"]),
        "tables: laws, accelerators": written(state["tables"]),
        "sentences": written(state["messages"]),
        "one planner, shown, or saved in a notebook": written(saved[planners[0].model_id]),
        "ten planners": sum(written(saved[each.model_id]) for each in planners),
    }
    for each in planners:
        each.close()
    lines = [f"| {name} | {size / 1000:,.0f} |" for name, size in rows.items()]
    return ["| size | kB |", "| --- | ---: |", *lines]


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def row(name: str, found: dict[str, Any]) -> str:
    def busy(key: str) -> str:
        if key not in found:
            return "–"
        return "waits" if found[key] is None else ms(found[key])

    heap = " → ".join(f"{each:.0f}" for each in found.get("heap", [])) or "–"
    if found.get("heap_moves", HEAP_MOVES) < HEAP_MOVES:
        heap += f" ({found['heap_moves']} movements)"
    block = f"{found['block']:.0f}" if found["block"] else "none over 50"
    cells = [
        CONTENDERS[name],
        f"{ms(found['median'])} / {ms(found['p95'])}",
        f"{found['drawn']:.0f}",
        ms(found["after"]),
        block,
        f"{found['bytes']:,.0f}",
        heap,
        busy("busy_on"),
        busy("busy_off"),
    ]
    return f"| {' | '.join(cells)} |"


def ms(value: float) -> str:
    return "never" if value == math.inf else f"{value:.1f}" if value < 100 else f"{value:,.0f}"


HEAD = (
    "| | single movement, ms: median / p95 | drawn of 60 inputs | last value after, ms "
    "| longest main-thread block in a drag, ms | bytes a movement on the kernel's socket "
    "| heap after 200 movements, MB | busy kernel: median, ms | … without comm subshells |\n"
    "| --- |" + " ---: |" * 8
)


def ratios(found: dict[str, dict[str, Any]]) -> str:
    own = found["planner"]["median"]
    parts = [
        f"{found[name]['median'] / own:.0f} times sooner than {CONTENDERS[name]}"
        for name in ("interact_offline", "chart_replaced")
        if name in found
    ]
    return f"A movement is on the page {' and '.join(parts)}." if parts else ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--only", nargs="*", choices=[*CONTENDERS, "paint", "size"])
    parser.add_argument("--quick", action="store_true", help="no heap, no busy kernel")
    parser.add_argument("--repeats", type=int, default=3, help="of first paints")
    asked = parser.parse_args()
    chosen = asked.only or [*CONTENDERS, "paint", "size"]
    lines: list[str] = []

    def say(text: str) -> None:
        lines.append(text)
        print(text, flush=True)

    with (
        tempfile.TemporaryDirectory() as folder,
        running_lab(Path(folder)) as lab,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        found = {}
        if any(name in CONTENDERS for name in chosen):
            say(HEAD)
        for name in CONTENDERS:
            if name in chosen:
                found[name] = measure(browser, lab, name, asked.quick)
                say(row(name, found[name]))
        if "planner" in found and len(found) > 1:
            say(f"\n{ratios(found)}")
        if "paint" in chosen:
            say("\n| first paint in a fresh kernel, ms | best | median |\n| --- | ---: | ---: |")
            for name, took in first_paints(browser, lab, asked.repeats).items():
                say(f"| {name} | {min(took):,.0f} | {statistics.median(took):,.0f} |")
        if "size" in chosen:
            say("\n" + "\n".join(sizes()))
        say(f"\nMeasured on {machine(*PACKAGES)}, Chromium {browser.version}, headless, SVG.")
        browser.close()
    if asked.write:
        write("latency", "\n".join(lines))


if __name__ == "__main__":
    main()
