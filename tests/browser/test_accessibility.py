"""Everything by keyboard, everything read aloud: axe-core, focus, keys, colours, motion."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from browser.host import WidgetPage
from browser.lab import LabPage
from browser.planner import Open, control, drawn, figure, frames, let_go, slider, state
from browser.test_in_jupyterlab import PICTURES
from chinchilla_widget.messages import say

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
FRONTIER = "llama-3-2024"  # has no loss surface
FIELDS = {
    "budget": "$7M",
    "price_per_hour": "$7.00",
    "mfu": "51 %",
    "goodput": "52 %",
    "chips": "64",
}
ENTERS = ("Enter", "Shift+Enter", "Control+Enter", "Alt+Enter")
# As one reads: the question, the price of compute, the answer, the law.
READING = [
    *("budget", "budget", "accelerator", "price_per_hour", "mfu", "goodput", "chips"),
    *("params", "tokens", "tokens_per_param", "loss", "days", "serving_price"),
    *("token_price", "unique_tokens", "repeats", "served_tokens", "serving_mfu"),
    *("serving_price_per_hour", "law"),
]


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong in every widget on the page, of any impact."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        """async () => {
          const options = { resultTypes: ["violations"] };
          return (await axe.run({ include: [".cw"] }, options)).violations;
        }"""
    )
    return [
        f"{each['id']} ({each['impact']}): {node['html'][:160]} {node['failureSummary']}"
        for each in found
        for node in each["nodes"]
    ]


# axe-core can't see what stands behind a text where pictures are near, so: every text against the
# widget's own ground, from its computed colour. WCAG 2.2, 1.4.3: 4.5, large bold text 3.
CONTRASTS = """view => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgb = colour => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = ([r, g, b]) => {
    const linear = v => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    const [R, G, B] = [r, g, b].map(v => linear(v / 255));
    return 0.2126 * R + 0.7152 * G + 0.0722 * B;
  };
  const root = view.matches("body") ? view : view.querySelector(".cw");
  const ground = rgb(getComputedStyle(root).backgroundColor);
  const found = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const on = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !on.checkVisibility({ opacityProperty: true })) continue;
    const style = getComputedStyle(on);
    const [r, g, b, a] = rgb(on instanceof SVGElement ? style.fill : style.color);
    let opacity = a / 255;
    for (let each = on; each !== root; each = each.parentElement) {
      opacity *= getComputedStyle(each).opacity;
    }
    if (on instanceof SVGElement) opacity *= style.fillOpacity;
    if (opacity === 0) continue;
    const mixed = [r, g, b].map((v, i) => v * opacity + ground[i] * (1 - opacity));
    const [low, high] = [luminance(mixed), luminance(ground)].sort((x, y) => x - y);
    const large = parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700;
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < (large ? 3 : 4.5)) found.push(`${walker.currentNode.data}: ${ratio.toFixed(2)}`);
  }
  return found;
}"""


def open_drawers(view: Locator) -> None:
    closed = view.locator("[data-drawer][aria-expanded=false]")
    while closed.count():
        closed.first.click()


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(page_with_widget: Open, theme: str, lang: str) -> None:
    page = page_with_widget(state(chips=512, lang=lang))
    page.page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.page.evaluate("lang => { document.documentElement.lang = lang; }", lang)
    view = page.show()
    drawn(view)
    assert violations(page.page) == []
    assert view.evaluate(CONTRASTS) == []
    open_drawers(view)
    status = page.get("status")
    errors = {word: say("ui.python_silent", lang) for word in FIELDS}
    for word in FIELDS:
        control(view, word).fill("?")
        control(view, word).press("Enter")
    page.receive(status={**status, "errors": errors}, turn=9)
    expect(view.locator(".cw-error:visible")).to_have_count(len(errors))
    assert violations(page.page) == []
    assert view.evaluate(CONTRASTS) == []
    page.receive(status=status, turn=10, law=FRONTIER)
    expect(view.locator(".cw-lacking:visible").first).to_be_visible()
    assert violations(page.page) == []
    assert view.evaluate(CONTRASTS) == []


def test_axe_finds_nothing_in_jupyterlab_and_keys_stay_out_of_it(lab_page: LabPage) -> None:
    lab_page.open(["import chinchilla_widget as cw\np = cw.Planner('$1M', chips=512)\np", "1", "2"])
    lab_page.run_all(waits_for=PICTURES)
    page, view = lab_page.page, lab_page.output(0)
    drawn(view)
    open_drawers(view)
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        page.evaluate(
            "theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })", theme
        )
        page.wait_for_function(
            "dark => document.body.dataset.jpThemeLight === String(!dark)", arg="Dark" in theme
        )
        assert violations(page) == []
        assert view.evaluate(CONTRASTS) == []

    # Keys that run, split, change, cut and delete cells, or restart the kernel.
    notebook = """() => {
      const { content } = window.jupyterapp.shell.currentWidget;
      return [content.activeCellIndex, ...content.widgets.map(({ model }) =>
        `${model.type} ${model.executionCount} ${model.sharedModel.getSource()}`)];
    }"""
    before = page.evaluate(notebook)
    stops = [
        control(view, "budget"), slider(view), control(view, "accelerator"), control(view, "mfu"),
        figure(view, "params"), view.locator("[data-drawer]").first,
    ]  # fmt: skip
    for stop in stops:
        stop.focus()
        for key in [*"abddxm00jk", *ENTERS, "ArrowUp", "ArrowDown", "Control+Shift+Minus"]:
            page.keyboard.press(key)
        stop.evaluate("(e) => { if (e !== document.activeElement) throw new Error('focus lost'); }")
    assert page.evaluate(notebook) == before
    assert page.locator(".jp-Dialog").count() == 0

    # What was typed can be taken back where it was typed.
    for word in ("budget", "mfu"):
        field = control(view, word)
        stood = field.input_value()
        field.press("End")
        page.keyboard.type("9")
        expect(field).to_have_value(f"{stood}9")
        page.keyboard.press("Control+z")
        expect(field).to_have_value(stood)
    assert page.evaluate(notebook) == before

    # Saving is meant for the notebook wherever the hands are.
    dirty = "() => window.jupyterapp.shell.currentWidget.context.model.dirty"
    slider(view).focus()
    page.keyboard.press("ArrowRight")
    page.evaluate("() => { window.jupyterapp.shell.currentWidget.context.model.dirty = true; }")
    page.keyboard.press("Control+s")
    page.wait_for_function(f"() => !({dirty})()")


def stop_names(page: Page) -> list[str]:
    """What the tab key comes by, once round the widget."""
    page.evaluate(
        """() => {
          const before = document.createElement("button");
          document.body.prepend(before);
          before.focus();
        }"""
    )
    names: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        name = page.evaluate(
            """() => {
              const { dataset, tagName } = document.activeElement;
              return dataset.word ?? dataset.quantity ?? tagName.toLowerCase();
            }"""
        )
        if name == "body":
            break
        names.append(name)
    return names


def test_tab_goes_as_one_reads_and_focus_is_seen(page_with_widget: Open) -> None:
    page = page_with_widget(state(chips=512))
    view = page.show()
    drawn(view)
    open_drawers(view)
    names = iter(stop_names(page.page))
    assert [name for name in READING if name in names] == READING
    # An outline on the element or on the box around it, and a change that can be seen.
    stops = view.locator(":is(input, select, summary, button, a, [tabindex='0']):visible")
    for stop in stops.all():
        box = stop.evaluate_handle("e => e.closest('.cw-box, .cw-slide') ?? e").as_element()
        assert box is not None
        stop.evaluate("e => document.activeElement.blur()")
        before = box.screenshot(animations="disabled", caret="hide")
        stop.focus()
        if stop.get_attribute("type") == "range":
            assert box.screenshot(animations="disabled", caret="hide") != before
            continue
        outline = box.evaluate(
            "e => [getComputedStyle(e).outlineStyle, getComputedStyle(e).outlineWidth]"
        )
        assert outline == ["solid", "2px"], stop.evaluate("e => e.outerHTML.slice(0, 200)")


def test_the_slider_by_keyboard(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    budget = control(view, "budget")
    slider(view).focus()
    # An arrow is about 2 %, a page the next of 1, 2, 5; the ends are the ends.
    for key, value in [
        ("ArrowRight", "$1,020,000"), ("ArrowUp", "$1,050,000"), ("ArrowLeft", "$1,020,000"),
        ("PageUp", "$2,000,000"), ("PageUp", "$5,000,000"), ("PageUp", "$10 M"),
        ("PageDown", "$5,000,000"), ("ArrowDown", "$4,900,000"), ("PageDown", "$2,000,000"),
        ("Home", "$1,000"), ("PageDown", "$1,000"), ("End", "$1,000 M"), ("PageUp", "$1,000 M"),
    ]:  # fmt: skip
        page.page.keyboard.press(key)
        expect(budget).to_have_value(re.compile(re.escape(value).replace("\\ ", r"\s")))
    assert page.get("budget") == budget.input_value()


@pytest.mark.parametrize("word", FIELDS)
def test_escape_puts_back_what_was_there(page_with_widget: Open, word: str) -> None:
    page = page_with_widget(state(chips=512))
    view = page.show()
    field = control(view, word)
    before, sent = field.input_value(), len(page.saved)
    field.fill(FIELDS[word])
    field.press("Escape")
    expect(field).to_have_value(before)
    field.blur()
    frames(page.page)
    expect(field).to_have_value(before)
    assert len(page.saved) == sent


@pytest.mark.parametrize("lang", ["en", "es"])
def test_quantities_are_spoken(page_with_widget: Open, lang: str) -> None:
    page = page_with_widget(state(lang=lang))
    view = page.show()
    said = slider(view).get_attribute("aria-valuetext") or ""
    params = "60.8 billion parameters" if lang == "en" else "60.800 millones de parámetros"
    assert said.startswith("1 million dollars, " if lang == "en" else "1 millón de dólares, ")
    assert params in said.replace("\u00a0", " ")
    for word in ("mfu", "price_per_hour"):
        assert (
            control(view, word).get_attribute("aria-valuetext") == control(view, word).input_value()
        )


def test_the_table_says_what_the_figures_say(page_with_widget: Open) -> None:
    page = page_with_widget(state(chips=512))
    view = page.show()
    slider(view).focus()
    page.page.keyboard.press("PageUp")
    let_go(view)
    frames(page.page)
    table = view.get_by_role("table").inner_text()
    for value in view.locator(".cw-line .cw-value").all_inner_texts():
        assert value in table
    assert control(view, "budget").input_value() in table


def test_nothing_moves_by_itself(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    page.page.emulate_media(reduced_motion="reduce")
    view = page.show()
    drawn(view)
    open_drawers(view)
    moving = view.evaluate(
        """view => [...view.querySelectorAll("*")].filter(each => {
          const { transitionDuration, animationName } = getComputedStyle(each);
          const takes = transitionDuration.split(",").some(time => parseFloat(time) > 0);
          return animationName !== "none" || takes;
        }).map(each => each.outerHTML.slice(0, 100))"""
    )
    assert moving == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colours(browser: Browser, host: str, scheme: Any) -> None:
    context = browser.new_context(forced_colors="active", color_scheme=scheme)
    page = WidgetPage(context.new_page(), host, state())
    # The reader's colours, whatever theme the notebook says it has.
    page.page.evaluate(
        "light => { document.body.dataset.jpThemeLight = light; }", str(scheme == "dark").lower()
    )
    view = page.show()
    drawn(view)
    assert view.evaluate(CONTRASTS) == []
    colours = page.page.evaluate(
        """() => {
          const marks = ["isoflop", "frontier", "loss"].map(name =>
            getComputedStyle(document.querySelector(`.cw-panel-${name} .mark-line path`)).stroke);
          const ground = document.createElement("i");
          ground.style.color = "Canvas";
          document.body.append(ground);
          return [getComputedStyle(ground).color, marks];
        }"""
    )
    assert colours[0] not in colours[1]
    field = control(view, "mfu").locator("xpath=..")
    control(view, "mfu").focus()
    assert field.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    # The stop for real models is unseen until it has the focus.
    stop = view.locator(".cw-panel-frontier [role=slider]")
    assert stop.evaluate("e => getComputedStyle(e).borderTopWidth") == "0px"
    # Around the dot that is dragged a browser would draw a ring, as around a button.
    handle = view.locator(".cw-panel-isoflop .cw-handle")
    assert handle.evaluate("e => getComputedStyle(e).forcedColorAdjust") == "none"
    context.close()
