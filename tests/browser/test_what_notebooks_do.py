"""What notebooks do to widgets: many at once, run again, hidden, moved, their kernels killed.

In a real JupyterLab, which takes seconds to open a notebook: each test asks one notebook much.
"""

import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, CDPSession, Locator, Page, expect

import chinchilla_widget as cw
from browser.lab import Lab, LabPage
from browser.planner import drawn, frames, let_go, slide, slider
from browser.test_in_jupyterlab import PICTURES, QUICKSTART, field, says, type_budget
from browser.watch import Watch

# Notebook's own complaints, of its panels and not of a widget; the first with any notebook at all.
NOTEBOOK_NOISE = ("reading 'schema'", "'filebrowser:open-path' not registered")
PLANNER = "import chinchilla_widget as cw\np = cw.Planner('$1M')\np"


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


def eventually(page: Page, holds: Callable[[], bool], timeout: float = 10) -> bool:
    """Whether it holds by then: what is given back a little later is no leak, and a leak stays."""
    deadline = time.monotonic() + timeout
    while not holds():
        if time.monotonic() > deadline:
            return False
        page.wait_for_timeout(100)
    return True


class Heap:
    """What a page holds once its garbage is gone."""

    def __init__(self, page: Page) -> None:
        self.cdp: CDPSession = page.context.new_cdp_session(page)
        self.cdp.send("Performance.enable")

    def collect(self) -> None:
        for _ in range(2):
            self.cdp.send("HeapProfiler.collectGarbage")

    def __call__(self) -> dict[str, float]:
        self.collect()
        metrics = self.cdp.send("Performance.getMetrics")["metrics"]
        found = {each["name"]: each["value"] for each in metrics}
        return {name: found[name] for name in ("JSHeapUsedSize", "Nodes", "JSEventListeners")}

    def elements(self, kind: str, selector: str) -> int:
        """Elements that are alive, on the page or held by something that is."""
        self.collect()
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
                  const made = this.filter(each => !Object.hasOwn(each, "constructor"));
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
        frames(lab_page.page)  # the field follows in the next
        says(first, cw.plan(field(first, "budget").input_value()))
        says(second, cw.plan(field(first, "budget").input_value()))
        expect(slider(second)).to_have_value(str(position))
    let_go(first)
    slide(second, 5.5)
    let_go(second)
    frames(lab_page.page)
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
            "%chinchilla $1M\n%chinchilla $2M",
            "import chinchilla_widget as cw\np = cw.Planner('$3M')\ndisplay(p)\n"
            "first = globals().get('first', p)",
            "first",
        ]
    )
    lab_page.run_all(waits_for=PICTURES)
    # Every line that stands by itself is shown, not the cell's last alone.
    for cell, number, budget in ((1, 0, "$1M"), (1, 1, "$2M"), (2, 0, "$3M"), (3, 0, "$3M")):
        drawn(planner(lab_page, cell, number))
        says(planner(lab_page, cell, number), cw.plan(budget))
    heap = Heap(lab_page.page)
    lab_page.python("import gc, comm; from ipywidgets.widgets.widget import _instances")

    def alive() -> dict[str, Any]:
        for cell, number in ((1, 0), (1, 1), (2, 0), (3, 0)):
            drawn(planner(lab_page, cell, number))
        return {
            "comms in the kernel": lab_page.python("len(comm.get_comm_manager().comms)"),
            "comms on the page": lab_page.page.evaluate(
                """() => {
                  const { session } = window.jupyterapp.shell.currentWidget.sessionContext;
                  return session.kernel._comms.size;
                }"""
            ),
            "open widgets": lab_page.python("len(_instances)"),
            "views": heap.elements("HTMLElement", ".cw"),
            "pictures": heap.elements("SVGSVGElement", "svg.marks"),
        }

    # The first planner, which cell 3 shows, stays whatever happens to cell 2.
    run_cell(lab_page, 2)
    before = alive()
    assert before["views"] == 4
    assert before["pictures"] == 12
    for cell in [1] * 5 + [2] * 10:  # ten planners each
        run_cell(lab_page, cell)
    if not eventually(lab_page.page, lambda: alive() == before):
        assert alive() == before
    # IPython keeps the results of cells for Out[n]; nothing else keeps those that are gone.
    lab_page.python("get_ipython().displayhook.flush()")
    count = "gc.collect(); sum(isinstance(each, cw.Planner) for each in gc.get_objects())"
    assert lab_page.python(count) == "4"

    slide(planner(lab_page, 3), 5)
    let_go(planner(lab_page, 3))
    lab_page.eventually("first.budget", "'$100,000'")
    # What was released opens again where it is asked for.
    run_cell(lab_page, 2)
    lab_page.python("old = cw.Planner('$4M'); old.release()")
    lab_page.page.evaluate(
        """() => {
          const { content } = window.jupyterapp.shell.currentWidget;
          content.widgets[3].model.sharedModel.setSource("old");
        }"""
    )
    run_cell(lab_page, 3)
    drawn(planner(lab_page, 3))
    slide(planner(lab_page, 3), 5)
    let_go(planner(lab_page, 3))
    lab_page.eventually("old.budget", "'$100,000'")

    # Closed is closed, in the middle of a drag too.
    slide(planner(lab_page, 3), 6)
    lab_page.eventually("old.budget", "'$1,000,000'")
    lab_page.python("old.close()")
    expect(planner(lab_page, 3)).to_have_count(0)
    assert lab_page.python("old.mfu = 0.5; old.plan.scenario.mfu") == "0.5"
    assert lab_page.python("old") == "Planner(budget='$1,000,000', mfu=0.5)"


def test_hidden_moved_and_shown_again(lab_page: LabPage) -> None:
    wait = (
        "import time\nfrom pathlib import Path\nwhile not Path('go').exists(): time.sleep(0.02)\n"
    )
    lab_page.open([wait + PLANNER, *(f"print('{n} ' * 4000)" for n in range(4))])
    page = lab_page.page
    # Made while its tab is hidden and the window changes.
    page.evaluate(
        """async () => {
          const { shell, commands } = window.jupyterapp;
          window.notebook = shell.currentWidget;
          void commands.execute("notebook:run-cell");
          await commands.execute("application:set-mode", { mode: "multiple-document" });
          await commands.execute("launcher:create");
        }"""
    )
    page.wait_for_function("() => !window.notebook.isVisible")
    (lab_page.lab.root / "go").touch()
    page.wait_for_function("() => window.notebook.node.querySelector('.cw')")
    page.set_viewport_size({"width": 1100, "height": 800})
    page.evaluate("() => window.jupyterapp.shell.activateById(window.notebook.id)")
    view = planner(lab_page)
    fits(view)
    says(view, cw.plan("$1M"))

    # Collapsed while Python changes it and the window grows.
    page.evaluate("() => { window.notebook.content.activeCellIndex = 0; }")
    command(lab_page, "notebook:hide-cell-outputs")
    expect(view).to_be_hidden()
    lab_page.python("p.budget = '$30M'")
    page.set_viewport_size({"width": 1400, "height": 900})
    command(lab_page, "notebook:show-cell-outputs")
    fits(view)
    says(view, cw.plan("$30M"))

    # A view of the output beside the notebook.
    command(lab_page, "notebook:create-output-view")
    beside = page.locator(".jp-LinkedOutputView .cw")
    fits(beside)
    fits(view)
    slide(beside, 8)
    let_go(beside)
    says(view, cw.plan("$100M"))
    says(beside, cw.plan("$100M"))
    page.evaluate("() => window.jupyterapp.shell.currentWidget.close()")
    page.evaluate("() => window.jupyterapp.shell.activateById(window.notebook.id)")

    # Scrolled away, changed, and back.
    for number in range(1, 5):
        run_cell(lab_page, number)
    page.evaluate("async () => await window.notebook.content.scrollToItem(4, 'start')")
    expect(view).not_to_be_in_viewport()
    lab_page.python("p.budget = '$2M'")
    page.evaluate("async () => await window.notebook.content.scrollToItem(0, 'start')")
    expect(view).to_be_in_viewport()
    fits(view)
    says(view, cw.plan("$2M"))


def test_a_kernel_that_is_busy_dies_or_starts_anew(lab_page: LabPage) -> None:
    done = lab_page.lab.root / "no-longer-busy"
    done.unlink(missing_ok=True)
    wait = f"while not Path({done.name!r}).exists(): time.sleep(0.02)"
    lab_page.open([PLANNER, f"import time\nfrom pathlib import Path\n{wait}"])
    page = lab_page.page
    # Kernels before subshells, and other hosts, hear nothing while a cell runs.
    page.evaluate(
        """() => {
          const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
          kernel.commsOverSubshells = "disabled";
        }"""
    )
    run_cell(lab_page, 0)
    view = planner(lab_page)
    drawn(view)
    silence = view.get_by_text("Python is not answering")
    page.evaluate(
        """() => {
          window.jupyterapp.shell.currentWidget.content.activeCellIndex = 1;
          void window.jupyterapp.commands.execute("notebook:run-cell");
        }"""
    )
    slider(view).focus()
    page.keyboard.press("PageUp")
    says(view, cw.plan("$2M"))
    expect(silence).to_be_visible()
    page.keyboard.press("PageUp")
    says(view, cw.plan("$5M"))
    expect(silence).to_be_visible()
    done.touch()  # until here
    expect(silence).to_be_hidden()
    lab_page.eventually("p.budget", "'$5,000,000'")

    # Killed in the middle of a drag: what is on the screen goes on.
    slide(view, 6.3)
    page.evaluate(
        """() => {
          const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
          const code = "import os; os.kill(os.getpid(), 9)";
          kernel.requestExecute({ code, store_history: false });
        }"""
    )
    slide(view, 6.6)
    died = page.locator(".jp-Dialog", has_text="died")
    died.wait_for(timeout=30_000)
    died.locator("button").first.click()
    goes_on_alone(view, 6.7)
    # The cell run again asks the new kernel.
    ready(page)
    run_cell(lab_page, 0)
    drawn(view)
    expect(silence).to_be_hidden()
    type_budget(view, "$7M")
    lab_page.eventually("p.budget", "'$7M'")

    # Restarted from the menu.
    page.evaluate(
        "async () => await window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()"
    )
    goes_on_alone(view, 6.2)
    ready(page)
    run_cell(lab_page, 0)
    type_budget(view, "$8M")
    lab_page.eventually("p.budget", "'$8M'")


def goes_on_alone(view: Locator, position: float) -> None:
    """Moved without a kernel, the figures follow, and the sentence says that Python does not."""
    slide(view, position)
    let_go(view)
    frames(view.page)
    says(view, cw.plan(field(view, "budget").input_value()))
    expect(view.get_by_text("Python is not answering")).to_be_visible()


def ready(page: Page) -> None:
    page.wait_for_function(
        """() => {
          const kernel = window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel;
          return kernel?.connectionStatus === "connected" && kernel.status === "idle";
        }""",
        timeout=60_000,
    )


MOVE = """async ([count, frame]) => {
  const range = document.querySelector(".cw input[type=range]");
  const start = performance.now();
  for (let step = 0; step < count; step += 1) {
    range.value = 5 + (step % 100) / 50;
    range.dispatchEvent(new Event("input", { bubbles: true }));
    if (step % frame === frame - 1) await new Promise(requestAnimationFrame);
  }
  range.dispatchEvent(new Event("change", { bubbles: true }));
  return performance.now() - start;
}"""


def test_fast_hands_and_two_threads(lab_page: LabPage) -> None:
    lab_page.open(
        [
            PLANNER,
            "import time\nfor step in range(60):\n"
            "    p.mfu = 0.3 + step / 1000\n    time.sleep(0.03)\n"
            "done = [p.mfu, p.plan.scenario.mfu]",
        ]
    )
    run_cell(lab_page, 0)
    page, view = lab_page.page, planner(lab_page)
    drawn(view)

    # Two thousand inputs in a second or so; the last is what both have.
    lab_page.python("seen = []; p.observe(lambda change: seen.append(p.budget), 'plan')")
    took = page.evaluate(MOVE, [2000, 34])
    lab_page.eventually("p.budget == seen[-1]", "True")
    budget = field(view, "budget").input_value()
    lab_page.eventually("p.budget", repr(budget))
    says(view, cw.plan(budget))
    assert int(lab_page.python("len(seen)")) <= took / 50 + 3

    # A loop in a cell and a hand on the slider, each in its thread.
    page.evaluate(
        """() => {
          window.jupyterapp.shell.currentWidget.content.activeCellIndex = 1;
          void window.jupyterapp.commands.execute("notebook:run-cell");
        }"""
    )
    page.evaluate(MOVE, [120, 1])
    lab_page.eventually("done", "[0.359, 0.359]", timeout=20)
    budget = field(view, "budget").input_value()
    lab_page.eventually("p.budget", repr(budget))
    lab_page.eventually(
        "(p.plan.scenario.mfu, p.plan == cw.plan(p.budget, mfu=p.mfu))", "(0.359, True)"
    )
    says(view, cw.plan(budget, mfu=0.359))

    # A thousand movements leave nothing: after as many that warm up what a browser keeps anyway.
    heap = Heap(page)
    page.evaluate(MOVE, [400, 2])
    lab_page.eventually("p.budget", repr(field(view, "budget").input_value()))
    before = heap()
    page.evaluate(MOVE, [1000, 2])
    lab_page.eventually("p.budget", repr(field(view, "budget").input_value()))
    if not eventually(page, lambda: heap() == pytest.approx(before, rel=0.05)):
        assert heap() == pytest.approx(before, rel=0.05)

    # An observer that raises stops nobody: not the page, not the next movement.
    lab_page.python("def bad(change): raise RuntimeError('of the user')\np.observe(bad, 'plan')")
    type_budget(view, "$4M")
    says(view, cw.plan("$4M", mfu=0.359))
    lab_page.eventually("p.budget, round(p.plan.dollars)", "('$4M', 4000000)")
    type_budget(view, "5 million dollars")
    says(view, cw.plan("$5M", mfu=0.359))
    lab_page.eventually("p.budget, round(p.plan.dollars)", "('5 million dollars', 5000000)")
    expect(view.get_by_text("Python is not answering")).to_have_count(0)


def test_the_quickstart_in_notebook_7(context: BrowserContext, lab: Lab) -> None:
    watch = Watch(context, NOTEBOOK_NOISE)
    page = context.new_page()
    (lab.root / "in-notebook-7.ipynb").write_bytes(QUICKSTART.read_bytes())
    page.goto(f"{lab.url}/notebooks/in-notebook-7.ipynb")
    ready(page)
    lab_page = LabPage(page, lab)
    lab_page.run_all(waits_for=PICTURES)
    view = page.locator(".cw").first
    fits(view)
    says(view, cw.plan("$1M"))
    slider(view).focus()
    page.keyboard.press("PageUp")
    says(view, cw.plan("$2M"))
    assert lab_page.errors() == []
    watch.check()
    lab_page.close()
