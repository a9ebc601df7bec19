"""What notebooks do to widgets: many at once, run again, hidden, moved, their kernels killed.

In a real JupyterLab, which takes seconds to open a notebook: each test asks one notebook much.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Locator, Page, expect

import chinchilla_widget as cw
from browser.lab import LabPage
from browser.test_front_end import drawn, let_go, slide, slider
from browser.test_in_jupyterlab import PICTURES, QUICKSTART, field, figure, says, type_budget

PLANNER = "import chinchilla_widget as cw\np = cw.Planner('$1M')\np"
COMMS = "import comm; len(comm.get_comm_manager().comms)"


def run_cell(lab_page: LabPage, number: int) -> None:
    """Run one cell, and wait until the kernel has."""
    lab_page.page.evaluate(
        """async number => {
          const { commands, shell } = window.jupyterapp;
          shell.currentWidget.content.activeCellIndex = number;
          await commands.execute("notebook:run-cell");
        }""",
        number,
    )


def command(lab_page: LabPage, name: str, **arguments: Any) -> None:
    lab_page.page.evaluate(
        "([name, args]) => void window.jupyterapp.commands.execute(name, args)", [name, arguments]
    )


def planner(lab_page: LabPage, cell: int = 0, number: int = 0) -> Locator:
    return lab_page.output(cell).locator(".cw").nth(number)


def fits(view: Locator, pictures: int = 3) -> None:
    """Every picture is drawn as wide and as high as its place."""
    drawn(view, pictures)
    for host in view.locator(".cw-picture").all():
        size = host.evaluate("e => [e.clientWidth, e.clientHeight]")
        assert size[0] > 150
        expect(host.locator("svg")).to_have_attribute("width", str(size[0]))
        expect(host.locator("svg")).to_have_attribute("height", str(size[1]))


class Heap:
    """What a page holds once its garbage is gone."""

    def __init__(self, page: Page) -> None:
        self.cdp: CDPSession = page.context.new_cdp_session(page)
        self.cdp.send("Performance.enable")

    def __call__(self) -> dict[str, float]:
        for _ in range(2):
            self.cdp.send("HeapProfiler.collectGarbage")
        metrics = self.cdp.send("Performance.getMetrics")["metrics"]
        found = {each["name"]: each["value"] for each in metrics}
        return {name: found[name] for name in ("JSHeapUsedSize", "Nodes", "JSEventListeners")}

    def elements(self, kind: str, selector: str) -> int:
        """Elements that are alive, on the page or held by something that is."""
        prototype = self.cdp.send("Runtime.evaluate", {"expression": f"{kind}.prototype"})
        found = self.cdp.send(
            "Runtime.queryObjects", {"prototypeObjectId": prototype["result"]["objectId"]}
        )
        count = self.cdp.send(
            "Runtime.callFunctionOn",
            {
                "objectId": found["objects"]["objectId"],
                # Prototypes are found too; they have no attributes.
                "functionDeclaration": """function (selector) {
                  const made = this.filter(each => Object.hasOwn(Object.getPrototypeOf(each), "constructor")
                    && !Object.hasOwn(each, "constructor"));
                  return made.filter(each => each.matches(selector)).length;
                }""",
                "arguments": [{"value": selector}],
                "returnByValue": True,
            },
        )
        self.cdp.send("Runtime.releaseObject", {"objectId": found["objects"]["objectId"]})
        return int(count["result"]["value"])


def test_two_views_agree_and_ten_planners_keep_apart(lab_page: LabPage) -> None:
    lab_page.open(
        [PLANNER, "p", "many = [cw.Planner(f'${n}M') for n in range(1, 11)]\ndisplay(*many)"]
    )
    lab_page.run_all(waits_for=PICTURES)
    first, second = planner(lab_page, 0), planner(lab_page, 1)
    drawn(first)
    drawn(second)
    # In the middle of a drag, and after it.
    for position in (6.3, 6.6):
        slide(first, position)
        says(first, cw.plan(field(first, "budget").input_value()))
        says(second, cw.plan(field(first, "budget").input_value()))
        expect(slider(second)).to_have_value(str(position))
    let_go(first)
    slide(second, 5.5)
    let_go(second)
    expect(field(first, "budget")).to_have_value(field(second, "budget").input_value())
    says(first, cw.plan(field(second, "budget").input_value()))

    for number in (0, 4, 9):
        each = planner(lab_page, 2, number)
        each.scroll_into_view_if_needed()
        fits(each)
        says(each, cw.plan(f"${number + 1}M"))
    slide(planner(lab_page, 2, 4), 8)
    let_go(planner(lab_page, 2, 4))
    budgets = [f"${n}M" for n in range(1, 11)]
    budgets[4] = "$100 M".replace(" ", "\u00a0")
    lab_page.eventually("[each.budget for each in many]", repr(budgets), timeout=20)


def test_a_cell_run_ten_times_leaves_nothing_behind(lab_page: LabPage) -> None:
    lab_page.open(
        [
            "%load_ext chinchilla_widget",
            "%chinchilla $1M",
            "import chinchilla_widget as cw\np = cw.Planner('$1M')\ndisplay(p)",
            "kept = p",
            "kept",
        ]
    )
    lab_page.run_all(waits_for=PICTURES)
    for cell in (1, 2, 4):
        drawn(planner(lab_page, cell))
    counts = (
        "import gc, ipywidgets; gc.collect(); "
        "[len(comm.get_comm_manager().comms), "
        "sum(isinstance(each, cw.Planner) for each in gc.get_objects())]"
    )
    heap = Heap(lab_page.page)
    lab_page.python(COMMS)

    def alive() -> dict[str, Any]:
        drawn(planner(lab_page, 1))
        drawn(planner(lab_page, 2))
        return {
            "comms here": lab_page.page.evaluate(
                "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel._comms.size"
            ),
            "comms, planners": lab_page.python(counts),
            "views": heap.elements("HTMLElement", ".cw"),
            "pictures": heap.elements("SVGSVGElement", "svg.marks"),
            **heap(),
        }

    run_cell(lab_page, 1)
    run_cell(lab_page, 2)
    before = alive()
    for _ in range(10):
        run_cell(lab_page, 1)
        run_cell(lab_page, 2)
    after = alive()
    print(before, after, sep="\n")
