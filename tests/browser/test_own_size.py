"""A size of one's own: dragged on the IsoFLOP curve, moved with keys, typed, or set by Python."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

import chinchilla_widget as cw
from browser.host import WidgetPage
from browser.planner import (
    Open,
    axis_labels,
    control,
    drawn,
    figure,
    frames,
    let_go,
    printed,
    says,
    slide,
    state,
)
from chinchilla_widget.quantities import parse_budget

SETTLED_MS = 1000  # and the interval worked out


def handle(view: Locator) -> Locator:
    return view.get_by_role("slider", name="A size of your own")


def note(view: Locator) -> Locator:
    return view.locator(".cw-note")


def middle(place: Locator) -> tuple[float, float]:
    box = place.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def grab(page: WidgetPage, view: Locator, by: float) -> None:
    """Take the handle and move it, without letting go."""
    x, y = middle(handle(view))
    page.page.mouse.move(x, y)
    page.page.mouse.down()
    for step in range(1, 6):
        page.page.mouse.move(x + by * step / 5, y)
        frames(page.page, 1)


def test_the_optimum_is_a_handle(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    dot = view.locator(".cw-panel-isoflop [fill='var(--cw-params)'].mark-symbol path").last
    dot = dot if dot.count() else view.locator(".cw-panel-isoflop .mark-symbol path").last
    assert middle(handle(view)) == pytest.approx(middle(dot), abs=1.5)
    assert handle(view).evaluate("e => getComputedStyle(e).cursor") == "grab"
    expect(note(view)).to_contain_text("Drag the dot")
    # A click is no drag.
    handle(view).click()
    assert page.get("params") is None


def test_a_drag_asks_for_a_size_and_python_hears_what_is_printed(page_with_widget: Open) -> None:
    page = page_with_widget(state(chips=512))
    view = page.show()
    drawn(view)
    labels = axis_labels(view, "isoflop")
    best = cw.plan("$1M", chips=512)
    grab(page, view, -90)
    size = page.get("params")
    assert size < 0.5 * best.params
    assert size == float(f"{size:.3g}")
    says(view, cw.plan("$1M", chips=512, params=size))
    assert axis_labels(view, "isoflop") == labels
    page.page.mouse.up()
    assert page.saved[-1] == {"params": size}
    expect(control(view, "params")).to_have_value(printed(size, "params"))
    expect(view.locator("[data-quantity=best_params]")).to_have_text(
        f"best: {printed(best.params, 'params')}"
    )
    # The optimum keeps its dot and its name.
    name = view.locator(
        ".cw-panel-isoflop .mark-text text", has_text=printed(best.params, "params")
    )
    expect(name.last).to_be_visible()  # drawn twice: its ground, and itself
    view.locator("[data-quantity=best_params]").click()
    assert page.get("params") is None
    says(view, best)


@pytest.mark.parametrize("width", [600, 780])
@pytest.mark.parametrize("words", [{}, {"served_tokens": 1e11}, {"token_price": 0.5}], ids=str)
def test_the_pictures_stay_under_the_hand(
    page_with_widget: Open, width: int, words: dict[str, Any]
) -> None:
    page = page_with_widget(state(chips=512, **words))
    page.page.set_viewport_size({"width": width, "height": 900})
    view = page.show()
    drawn(view)
    top = "e => Math.round(e.getBoundingClientRect().top + scrollY)"
    picture = view.locator(".cw-panel-isoflop")
    page.page.wait_for_timeout(SETTLED_MS)
    before = picture.evaluate(top)
    grab(page, view, -60)
    assert picture.evaluate(top) == before
    page.page.mouse.up()
    page.page.wait_for_timeout(SETTLED_MS)
    assert picture.evaluate(top) == before


def test_the_line_says_what_it_costs_and_what_it_saves(page_with_widget: Open) -> None:
    view = page_with_widget(state(chips=512, params="8B")).show()
    plan, best = cw.plan("$1M", chips=512, params="8B"), cw.plan("$1M", chips=512)
    assert plan.loss is not None
    assert best.loss is not None
    cheaper = cw.plan(target_loss=plan.loss, chips=512)
    assert cheaper.dollars is not None

    def two(value: float, kind: str) -> str:
        return printed(float(f"{value:.2g}"), kind)

    expect(note(view)).to_have_text(
        f"◇ 8.00 B: {two(plan.loss / best.loss - 1, 'percent')} more loss"
        f" (+{two(plan.loss - best.loss, 'constant')}). The best size gets there with"
        f" {two(cheaper.dollars / 1e6, 'percent')} of the compute, so"
        f" {printed(float(f'{1e6 - cheaper.dollars:.3g}'), 'money')} of the $1,000,000 buy nothing."
        f" {two(best.params / 8e9, 'constant')}× cheaper to serve."
    )
    assert note(view).get_attribute("role") == "status"


@pytest.mark.parametrize(
    "words",
    [{"served_tokens": 5e12}, {"token_price": 1.0}, {"token_price": 0.5, "served_tokens": 2e12}],
    ids=str,
)
def test_what_a_size_costs_is_a_share_of_all_that_is_paid(
    page_with_widget: Open, words: dict[str, Any]
) -> None:
    view = page_with_widget(state(params="8B", **words)).show()
    drawn(view)
    loss = cw.plan("$1M", params="8B", **words).loss
    cheaper = cw.plan(target_loss=loss, **words)
    assert cheaper.dollars is not None
    share = printed(float(f"{cheaper.dollars / 1e6:.2g}"), "percent")
    expect(note(view)).to_contain_text(f"gets there with {share} of the budget, so")


def test_near_the_best_it_is_kind(page_with_widget: Open) -> None:
    page = page_with_widget(state(params="50B"))
    view = page.show()
    expect(note(view)).to_contain_text("within 5 % of the best")
    page.receive(params=200e9)
    expect(note(view)).to_contain_text("dearer to serve")
    page.receive(params=None)
    expect(note(view)).to_contain_text("Drag the dot")


@pytest.mark.parametrize(
    ("budget", "params"), [("$1,260,000", "50M"), ("$1M", "50M"), ("1e27 FLOP", "8B")]
)
def test_no_more_buys_nothing_than_there_is(
    page_with_widget: Open, budget: str, params: str
) -> None:
    view = page_with_widget(state(budget, params=params)).show()
    expect(note(view)).to_contain_text("buy nothing")
    told = re.search(r"so (\S+|\S+\sM) of the (\S+|\S+\sM) buy nothing", note(view).inner_text())
    assert told
    part, whole = (parse_budget(text).value for text in told.groups())
    assert 0.9 * whole < part < whole


def test_without_a_price_it_speaks_of_compute(page_with_widget: Open) -> None:
    view = page_with_widget(state("1e23 FLOP", accelerator="mi250x", params="3B")).show()
    expect(note(view)).to_contain_text("of the compute.")
    assert "$" not in note(view).inner_text()


def test_a_size_is_typed_and_taken_back(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    field = control(view, "params")
    field.fill("8B")
    field.press("Enter")
    assert page.saved[-1] == {"params": 8e9}
    expect(field).to_have_value(printed(8e9, "params"))
    says(view, cw.plan("$1M", params=8e9))
    view.get_by_role("button", name="Back to the best size", exact=True).click()
    assert page.saved[-1] == {"params": None}
    expect(field).to_have_value("")
    expect(field).to_be_focused()
    field.fill("7e9 params")
    field.press("Enter")
    assert page.saved[-1] == {"params": "7e9 params"}, "Python reads what the page cannot"
    page.receive(params=7e9, turn=2)
    expect(field).to_have_value(printed(7e9, "params"))
    field.fill("")
    field.press("Enter")
    assert page.saved[-1] == {"params": None}
    says(view, cw.plan("$1M"))


def test_keys_move_it_and_take_it_back(page_with_widget: Open) -> None:
    page = page_with_widget(state(params="10B"))
    view = page.show()
    drawn(view)
    keys = page.page.keyboard
    handle(view).focus()
    for key, size in (
        ("ArrowRight", 10.2e9),
        ("ArrowLeft", 10e9),
        ("ArrowUp", 10.2e9),
        ("Shift+ArrowDown", 9.27e9),
        ("PageUp", 10.2e9),
        ("PageDown", 9.27e9),
    ):
        keys.press(key)
        assert page.get("params") == size, key
        frames(page.page)
    says(view, cw.plan("$1M", params=9.27e9))
    text = handle(view).get_attribute("aria-valuetext") or ""
    assert text.startswith("9.27 billion parameters, loss ")
    low, high = (
        float(handle(view).get_attribute(f"aria-value{end}") or 0) for end in ("min", "max")
    )
    keys.press("Home")
    assert low <= page.get("params") < 1.02 * low
    keys.press("End")
    assert high / 1.02 < page.get("params") <= high
    keys.press("Escape")
    assert page.get("params") == 10e9, "what was there when it was grabbed"
    keys.press("Delete")
    assert page.saved[-1] == {"params": None}
    keys.press("Escape")
    assert page.get("params") == 10e9
    keys.press("Backspace")
    assert page.get("params") is None
    expect(handle(view)).to_be_focused()


def test_escape_in_a_drag_puts_it_back(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    grab(page, view, 60)
    assert page.get("params") > 1e11
    page.page.keyboard.press("Escape")
    assert page.get("params") is None
    page.page.mouse.move(10, 10)
    page.page.mouse.up()
    assert page.get("params") is None
    says(view, cw.plan("$1M"))


def test_delete_in_a_drag_ends_it(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    grab(page, view, -80)
    assert page.get("params") is not None
    page.page.keyboard.press("Delete")
    frames(page.page)
    assert page.get("params") is None
    says(view, cw.plan("$1M"))
    page.page.mouse.move(10, 10)
    page.page.mouse.up()
    frames(page.page)
    assert page.get("params") is None
    says(view, cw.plan("$1M"))


def test_in_a_drag_nothing_from_outside_moves_it(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    grab(page, view, -60)
    size = page.get("params")
    page.receive(params=300e9)
    frames(page.page)
    says(view, cw.plan("$1M", params=size))
    expect(control(view, "params")).to_have_value(printed(size, "params"))
    page.page.mouse.up()
    says(view, cw.plan("$1M", params=300e9))


def test_python_sets_it_far_away_and_it_is_on_the_picture(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    for size in (200e6, 20e12):
        page.receive(params=size)
        frames(page.page, 4)
        says(view, cw.plan("$1M", params=size))
        x, y = middle(handle(view))
        stage = view.locator(".cw-panel-isoflop .cw-picture").bounding_box()
        assert stage is not None
        assert stage["x"] < x <= stage["x"] + stage["width"]
        assert stage["y"] < y < stage["y"] + stage["height"]


@pytest.mark.parametrize("words", [{"served_tokens": "20T"}, {"served_tokens": 2e12}], ids=str)
def test_a_size_goes_as_far_as_the_budget_can_serve_it(
    page_with_widget: Open, words: dict[str, Any]
) -> None:
    page = page_with_widget(state(**words))
    view = page.show()
    drawn(view)
    handle(view).focus()
    page.page.keyboard.press("End")
    frames(page.page)
    most = page.get("params")
    says(view, cw.plan("$1M", params=most, **words))
    with pytest.raises(cw.ChinchillaError):
        cw.plan("$1M", params=1.01 * most, **words)
    page.page.keyboard.press("PageUp")
    assert page.get("params") == most
    page.page.keyboard.press("Delete")
    says(view, cw.plan("$1M", **words))
    grab(page, view, 150)
    assert page.get("params") == pytest.approx(most, rel=0.01)
    page.page.mouse.up()
    says(view, cw.plan("$1M", params=page.get("params"), **words))


def test_a_budget_keeps_the_size_and_a_law_without_a_surface_drops_it(
    page_with_widget: Open,
) -> None:
    page = page_with_widget(state(params="8B"))
    view = page.show()
    drawn(view)
    slide(view, 7)
    let_go(view)
    assert page.get("params") == 8e9
    says(view, cw.plan("$10M", params="8B"))
    view.locator("[data-drawer=law]").click()
    control(view, "law").select_option("llama-3-2024")
    assert page.saved[-1] == {"law": "llama-3-2024", "params": None}
    expect(handle(view)).to_have_count(0)
    expect(note(view)).to_contain_text("8.00\u00a0B no longer applies: Llama 3 2024")
    expect(control(view, "params")).to_be_hidden()


def test_where_the_size_is_the_answer_there_is_no_handle(page_with_widget: Open) -> None:
    view = page_with_widget(state(None, params="70B", tokens="15T")).show()
    drawn(view)
    expect(figure(view, "params")).to_have_text(printed(70e9, "params"))
    expect(handle(view)).to_have_count(0)
    expect(note(view)).to_be_hidden()


def test_two_views_show_one_size(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    first, second = page.show(), page.show()
    drawn(first)
    drawn(second)
    handle(first).focus()
    page.page.keyboard.press("PageDown")
    expect(control(first, "params")).not_to_have_value("")
    expect(control(second, "params")).to_have_value(control(first, "params").input_value())
    expect(note(second)).to_have_text(note(first).inner_text())


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("width", [420, 760, 1080])
def test_nothing_moves_when_it_comes_and_goes(
    page_with_widget: Open, width: int, lang: str
) -> None:
    page = page_with_widget(state(chips=512, lang=lang))
    page.page.set_viewport_size({"width": width, "height": 900})
    page.page.add_style_tag(content="body { margin: 0 }")
    view = page.show()
    drawn(view)
    watched = ".cw-question, .cw-figure, .cw-stage, .cw-panel h3, .cw-drawer-line"
    places = f"""() => [...document.querySelectorAll("{watched}")].map(each => {{
      const {{ x, y, width }} = each.getBoundingClientRect();
      return [each.className, x, y + scrollY, width].join();
    }})"""
    before = page.page.evaluate(places)
    for size in (300e6, 8e9, 60e9, 900e9):
        page.receive(params=size)
        frames(page.page, 3)
        assert page.page.evaluate(places) == before, size
    assert page.page.evaluate("() => document.documentElement.scrollWidth") <= width
