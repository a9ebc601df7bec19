"""The harness itself: a counter that has nothing of ours, in JupyterLab with a real kernel."""

import pytest
from playwright.sync_api import BrowserContext, expect

from browser.lab import LabPage
from browser.watch import Watch

COUNTER = '''
import anywidget, traitlets

class Counter(anywidget.AnyWidget):
    _esm = """
    export default {
      render({ model, el }) {
        const button = document.createElement("button");
        button.className = "counter";
        const draw = () => { button.textContent = `clicked ${model.get("count")}`; };
        button.addEventListener("click", () => {
          model.set("count", model.get("count") + 1);
          model.save_changes();
        });
        model.on("change:count", draw);
        draw();
        el.append(button);
      },
    };
    """
    count = traitlets.Int(0).tag(sync=True)

counter = Counter()
counter
'''


def test_a_widget_and_its_kernel_hear_each_other(lab_page: LabPage) -> None:
    lab_page.open([COUNTER])
    lab_page.run_all(waits_for=".counter")
    button = lab_page.output(0).locator(".counter")
    button.click()
    button.click()
    lab_page.eventually("counter.count", "2")
    lab_page.python("counter.count = 40")
    expect(button).to_have_text("clicked 40")


def test_a_cell_that_raises_is_noticed(lab_page: LabPage) -> None:
    lab_page.open(["1 / 0"])
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        lab_page.run_all()


def test_a_request_to_another_machine_and_an_error_are_noticed(context: BrowserContext) -> None:
    watch = Watch(context)
    page = context.new_page()
    page.goto("about:blank")
    page.evaluate("() => fetch('http://elsewhere.invalid/x').catch(() => console.error('oh'))")
    with pytest.raises(AssertionError, match="elsewhere"):
        watch.check()
    assert "oh" in watch.complaints
