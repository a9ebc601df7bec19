"""A plan as an output without a kernel, and as a module for hosts of anywidget's format."""

from __future__ import annotations

import json
import re
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, Route, expect

import chinchilla_widget as cw
from browser.watch import Watch
from chinchilla_widget.quantities import show
from chinchilla_widget.report import export_widget


def output_page(context: BrowserContext, folder: Path, *outputs: str) -> Page:
    """A page of outputs, one below the other, opened from its file."""
    path = folder / "page.html"
    cells = "".join(f"<div class='output'>{output}</div>" for output in outputs)
    path.write_text(
        f"<!doctype html><meta charset=utf-8><link rel=icon href='data:,'>{cells}", "utf-8"
    )
    page = context.new_page()
    page.goto(path.as_uri())
    return page


def read(page: Page, output: int, quantity: str) -> str:
    cell = page.locator(".output").nth(output)
    return cell.locator(f"[data-quantity='{quantity}']").first.text_content() or ""


def test_several_embedded_plans_live_on_one_page(context: BrowserContext, tmp_path: Path) -> None:
    context.set_offline(True)
    watch = Watch(context)
    plans = [cw.plan("$1M"), cw.plan("3 M US$", lang="es"), cw.plan("1e24 FLOP", law="kaplan-2020")]
    page = output_page(context, tmp_path, *(plan.embed()._repr_html_() for plan in plans))
    page.wait_for_function("document.querySelectorAll('.cw-picture svg').length >= 8")
    for index, plan in enumerate(plans):
        assert read(page, index, "params") == show(plan.params, "params", plan.scenario.lang)
    assert page.locator("img").count() == 0
    budget = page.locator(".output").nth(0).locator("input[type=text][data-word='budget']")
    budget.fill("$25 M")
    budget.press("Enter")
    first = page.locator(".output").nth(0).locator("[data-quantity='params']").first
    expect(first).to_have_text(show(cw.plan("$25 M").params, "params"))
    assert read(page, 1, "params") == show(plans[1].params, "params", "es")
    # One unpacking and one style sheet for all of them.
    assert page.evaluate("Object.keys(window.chinchilla_reports).length") == 1
    assert page.locator("style[id^='chinchilla-']").count() == 1
    assert page.evaluate("window.chinchilla_widget") is None
    watch.check()


def test_without_scripts_a_picture_and_a_table_are_left(
    context: BrowserContext, tmp_path: Path
) -> None:
    watch = Watch(context)
    output = cw.plan("$1M").embed()._repr_html_()
    # As sanitisers do: handlers and data go, tags and their text stay.
    cleaned = re.sub(r" (?:on\w+|data-[\w-]+)=\"[^\"]*\"", "", output)
    assert len(cleaned) < 10_000
    page = output_page(context, tmp_path, cleaned)
    image = page.locator("img")
    assert image.evaluate("image => image.naturalWidth") == 640
    text = page.locator("body").inner_text()
    assert "60.8\u00a0B" in text
    assert "const" not in text
    watch.check()


HOST = """<!doctype html><meta charset=utf-8><link rel=icon href="data:,"><div id=host></div>
<script type=module>
  import widget from "/chinchilla-widget.mjs";
  const values = await (await fetch("/chinchilla-widget.json")).json();
  const listeners = {};
  const model = {
    get: (name) => values[name],
    set: (name, value) => { values[name] = value; },
    save_changes: () => {},
    on: (name, callback) => { (listeners[name] ??= []).push(callback); },
    off: () => {},
  };
  const el = document.createElement("div");
  document.getElementById("host").attachShadow({ mode: "open" }).append(el);
  window.cleanup = await widget.render({ model, el });
</script>"""


def test_the_exported_module_runs_in_a_bare_host(context: BrowserContext, tmp_path: Path) -> None:
    watch = Watch(context)
    plan = cw.plan("$1M", chips=512)
    module, values = export_widget(plan, tmp_path)
    served = {
        "/": ("text/html", HOST),
        f"/{module.name}": ("text/javascript", module.read_text("utf-8")),
        f"/{values.name}": ("application/json", values.read_text("utf-8")),
    }

    def serve(route: Route) -> None:
        kind, body = served[re.sub(r"^https?://[^/]+", "", route.request.url)]
        route.fulfill(content_type=f"{kind}; charset=utf-8", body=body)

    context.route("http://127.0.0.1/**", serve)
    page = context.new_page()
    page.goto("http://127.0.0.1/")
    # Playwright looks into open shadow roots by itself.
    page.locator(".cw-picture svg").nth(2).wait_for()
    params = page.locator("[data-quantity='params']").first
    assert params.text_content() == show(plan.params, "params")
    # Its style sheet is in the shadow root, too.
    assert params.evaluate("figure => getComputedStyle(figure).fontWeight") == "700"
    budget = page.locator("input[type=text][data-word='budget']")
    budget.fill("$3,000,000")
    budget.press("Enter")
    expect(params).to_have_text(show(cw.plan("$3,000,000", chips=512).params, "params"))
    page.evaluate("window.cleanup()")
    assert page.locator(".cw").count() == 0
    watch.check()


def test_values_are_plain_json(tmp_path: Path) -> None:
    _, values = export_widget(cw.plan("1 M US$", lang="es"), tmp_path)
    told = json.loads(values.read_text("utf-8"))
    assert told["lang"] == "es"
    assert told["bounds"]["budget"]["value"] == 1e6
