"""How large a report is, and how soon it is seen, beside an Altair page of the same pictures.

    .venv/bin/python benchmarks/report.py [--write]

Kilobytes, milliseconds to the first paint and to the pictures, and those of a movement.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from support.tables import machine, write  # noqa: E402

import chinchilla_widget as cw  # noqa: E402
from browser.conftest import FLAGS, chromium  # noqa: E402

TIMES = 11
PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
# From an input of the slider to the end of the frame that draws it, pictures included.
MOVES = """async () => {
  const slider = document.querySelector("input[type=range][data-word=budget]");
  const times = [];
  for (let step = 0; step < 60; step += 1) {
    const begun = performance.now();
    slider.value = 5 + step / 30;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise((frame) => requestAnimationFrame(() => setTimeout(frame)));
    times.push(performance.now() - begun);
  }
  return times;
}"""


def paints(browser: Browser, path: Path, ready: str) -> tuple[float, float]:
    """Medians of first paint, and of when ``ready`` is on the page, ms."""
    first, full = [], []
    for _ in range(TIMES):
        context = browser.new_context()
        page = context.new_page()
        page.goto(path.as_uri())
        page.locator(ready).first.wait_for()
        full.append(page.evaluate("() => performance.now()"))
        page.wait_for_function(PAINT)
        first.append(page.evaluate(PAINT))
        context.close()
    return statistics.median(first), statistics.median(full)


def main() -> None:
    plan = cw.plan("$1M", chips=512)
    lines = [
        "| | KB | first paint, ms | pictures drawn, ms |",
        "| --- | ---: | ---: | ---: |",
    ]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        report, altair = Path(folder) / "plan.html", Path(folder) / "altair.html"
        plan.report(report)
        plan.chart().save(altair, inline=True)
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for name, path, ready in (
            ("**a report**", report, ".cw-picture svg"),
            ("Altair, `inline=True`", altair, ".vega-embed canvas, .vega-embed svg"),
        ):
            first, full = paints(browser, path, ready)
            size = path.stat().st_size / 1000
            lines.append(f"| {name} | {size:,.0f} | {first:,.0f} | {full:,.0f} |")
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(report.as_uri())
        page.locator(".cw-picture svg").nth(2).wait_for()
        moves = sorted(page.evaluate(MOVES))
        middle, late = moves[len(moves) // 2], moves[int(len(moves) * 0.95)]
        lines += [
            "",
            f"A movement of a report's slider, interpreted, takes {middle:.0f} ms (median) and"
            f" {late:.0f} ms (p95) to the end of its frame.",
            "",
            f"Measured on {machine('altair')}, Chromium {browser.version}, headless,"
            f" each the median of {TIMES} loads.",
        ]
        browser.close()
    measured = "\n".join(lines)
    print(measured)
    if "--write" in sys.argv[1:]:
        write("report", measured)


if __name__ == "__main__":
    main()
