"""What a hand meets: nothing jumps under it, nothing takes the pointer, nothing it does is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

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
    says,
    slide,
    slider,
    state,
)

# Longer than a movement needs to count as over.
AT_REST_MS = 600


def thumb(view: Locator) -> tuple[float, float]:
    box = slider(view).bounding_box()
    assert box is not None
    share = float(slider(view).evaluate("e => e.style.getPropertyValue('--cw-share')"))
    return box["x"] + 9 + share * (box["width"] - 18), box["y"] + box["height"] / 2


def axes(view: Locator) -> str:
    """What stands at every axis, and where."""
    return str(
        view.evaluate(
            """e => [...e.querySelectorAll(".role-axis-label text")]
              .map(text => text.textContent + text.getAttribute("transform")).join()"""
        )
    )


@pytest.mark.parametrize("width", [960, 985, 1010, 1059])
def test_the_slider_stands_however_long_the_budget(page_with_widget: Open, width: int) -> None:
    page = page_with_widget(state(chips=512, lang="es"))
    page.page.set_viewport_size({"width": width, "height": 900})
    page.page.add_style_tag(content="body { margin: 0 }")
    view = page.show()
    drawn(view)
    places = set()
    for position in (3, 4, 5, 5.5, 6, 6.6, 7, 7.4, 8, 8.5, 9):
        slide(view, position)
        frames(page.page)
        places.add(tuple((slider(view).bounding_box() or {}).values()))
    assert len(places) == 1


def test_what_explains_the_compute_leaves_the_slider_to_the_hand(page_with_widget: Open) -> None:
    view = page_with_widget(state()).show()
    drawn(view)
    flops = figure(view, "flops")
    flops.hover()
    tip = view.locator(".cw-equals .cw-tip")
    expect(tip).to_be_visible()
    box, slide_box = tip.bounding_box(), slider(view).bounding_box()
    assert box is not None
    assert slide_box is not None
    assert box["y"] + box["height"] > slide_box["y"], "or there would be nothing to try"
    x, y = box["x"] + box["width"] / 2, slide_box["y"] + slide_box["height"] / 2
    taken = view.page.evaluate("([x, y]) => document.elementFromPoint(x, y).className", [x, y])
    assert taken == "cw-slider"


def test_pictures_come_back_from_where_there_was_no_plan(page_with_widget: Open) -> None:
    page = page_with_widget(state(chips=512, served_tokens="1T", params="8B"))
    view = page.show()
    drawn(view)
    slide(view, 4.2)
    page.page.wait_for_timeout(AT_REST_MS)
    assert figure(view, "params").inner_text() == "–"
    slide(view, 5.4)
    frames(page.page, 3)
    for picture in ("isoflop", "frontier", "loss"):
        assert "" not in axis_labels(view, picture), picture


def test_what_experiments_take_is_no_compute_of_the_run(page_with_widget: Open) -> None:
    view = page_with_widget(state("1e23 FLOP", final_share=0.5)).show()
    drawn(view)
    expect(figure(view, "flops")).to_have_text("5.00\xa0×\xa010²²\xa0FLOP of training")
    view = page_with_widget(state("$1M", final_share=0.5)).show()
    drawn(view)
    expect(figure(view, "flops")).to_contain_text("of training")
    view = page_with_widget(state("$1M")).show()
    drawn(view)
    expect(figure(view, "flops")).not_to_contain_text("of training")


def test_axes_of_another_view_stand_in_a_drag_and_follow_after_it(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    one, other = page.show(), page.show()
    drawn(one)
    drawn(other)
    page.page.wait_for_timeout(AT_REST_MS)
    seen, rests = slider(one).evaluate(
        """async (range, number) => {
          const seen = new Set();
          let [rests, last] = [0, performance.now()];
          for (let value = 6; value < 6.4; value += 0.02) {
            const now = performance.now();
            if (now - last > 200) rests += 1; // a busy machine: the hand seems to rest
            last = now;
            range.value = value;
            range.dispatchEvent(new Event("input", { bubbles: true }));
            await new Promise(requestAnimationFrame);
            await new Promise(requestAnimationFrame);
            const axes = document.querySelectorAll(`[data-view="${number}"] .role-axis-label text`);
            const place = text => text.textContent + text.getAttribute("transform");
            seen.add([...axes].map(place).join());
          }
          return [seen.size, rests];
        }""",
        other.get_attribute("data-view"),
    )
    assert seen <= 2 + rests, "as they were; once, with the first movement; and after each rest"
    let_go(one)
    page.page.wait_for_timeout(AT_REST_MS)
    assert axes(one) == axes(other)


def test_axes_stand_as_long_as_the_slider_is_in_hand(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    page.page.wait_for_timeout(AT_REST_MS)
    before = axes(view)
    mouse = page.page.mouse
    x, y = thumb(view)
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 8, y)
    mouse.move(x + 16, y)
    page.page.wait_for_timeout(AT_REST_MS)
    assert slider(view).input_value() != "6"
    assert axes(view) == before
    expect(view.locator(".cw-figure-params .cw-sure")).to_contain_text("80")  # it rests
    mouse.up()
    page.page.wait_for_timeout(AT_REST_MS)
    assert axes(view) != before


def test_an_old_refusal_is_not_said_of_a_new_text(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    status = page.get("status")
    error = view.locator(".cw-budget .cw-error")
    budget = control(view, "budget")
    budget.fill("abc")
    budget.press("Enter")
    page.receive(
        budget="$1M", turn=7, status={**status, "errors": {"budget": "“abc” cannot be read."}}
    )
    expect(error).to_be_visible()
    budget.fill("2 million dollars")  # which only Python reads
    budget.press("Enter")
    frames(page.page)
    assert not error.is_visible()
    assert budget.input_value() == "2 million dollars"
    page.receive(budget="2 million dollars", turn=8, status=status)
    frames(page.page)
    assert not error.is_visible()


def test_what_is_done_goes_on_in_another_language(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    for drawer in view.locator("[data-drawer]").all():
        drawer.click()
    budget = control(view, "budget")
    budget.fill("$25 m")
    budget.press("ArrowLeft")
    spanish = {n: state(lang="es")[n] for n in ("lang", "messages", "specs", "status", "tables")}
    page.receive(**spanish)
    expect(view.get_by_text("Parámetros", exact=True).first).to_be_visible()
    expect(view.locator("[data-drawer][aria-expanded='true']")).to_have_count(4)
    expect(budget).to_be_focused()
    expect(budget).to_have_value("$25 m")
    budget.press("3")
    expect(budget).to_have_value("$25 3m")
    # What was begun before is handed over too.
    budget.fill("$3,000,000")
    budget.blur()
    assert page.get("budget") == "$3,000,000"


def test_a_drag_is_not_cut_off_by_another_language(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    mouse = page.page.mouse
    x, y = thumb(view)
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 10, y)
    page.receive(**{n: state(lang="es")[n] for n in ("lang", "messages", "specs", "status")})
    mouse.move(x + 40, y)
    frames(page.page)
    at = page.get("budget")
    assert at != "$1M"
    page.page.wait_for_timeout(300)  # pictures of its own would be there by then
    expect(view.get_by_text("parámetros")).to_have_count(0)
    mouse.up()
    expect(view.get_by_text("Parámetros", exact=True).first).to_be_visible()
    assert page.get("budget") == at


@pytest.mark.parametrize(
    ("word", "typed", "up", "down"),
    [
        ("chips", "12", "16", "8"),
        ("chips", "4", "8", "4"),
        ("mfu", "36.6%", "37\xa0%", "36\xa0%"),
        ("price_per_hour", "$0.03", "$0.05", "$0.03"),
    ],
)
def test_arrows_go_to_the_next_step(
    page_with_widget: Open, word: str, typed: str, up: str, down: str
) -> None:
    view = page_with_widget(state()).show()
    drawn(view)
    field = control(view, word)
    for key, there in (("ArrowUp", up), ("ArrowDown", down)):
        field.fill(typed)
        field.press("Enter")
        frames(view.page)
        field.press(key)
        frames(view.page)
        if there == down == typed.replace("%", "\xa0%"):
            continue  # there is no step below
        expect(field).to_have_value(there)


@pytest.mark.parametrize("zoom", [0.5, 2])
def test_the_diamond_is_under_the_hand_on_a_magnified_page(
    page_with_widget: Open, zoom: float
) -> None:
    page = page_with_widget(state())
    page.page.set_viewport_size({"width": 2400, "height": 1800})
    page.page.add_style_tag(content=f"body {{ margin: 0; width: 1080px; zoom: {zoom} }}")
    view = page.show()
    drawn(view)
    frames(page.page)
    handle = view.get_by_role("slider", name="A size of your own")
    box = handle.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse = page.page.mouse
    mouse.move(x, y)
    mouse.down()
    by = -60 * zoom
    for step in (0.3, 0.6, 1):
        mouse.move(x + by * step, y)
        frames(page.page, 1)
    mouse.up()
    frames(page.page, 3)
    moved = handle.bounding_box()
    assert moved is not None
    assert moved["x"] - box["x"] == pytest.approx(by, abs=2.5 * max(1, zoom))


def test_a_text_read_as_what_stood_there_is_printed_too(page_with_widget: Open) -> None:
    page = page_with_widget(state("$1.5M"))
    view = page.show()
    drawn(view)
    budget = control(view, "budget")
    budget.fill("$1,5M")  # which only Python reads
    budget.press("Enter")
    frames(page.page)
    expect(budget).to_have_value("$1,5M")
    page.receive(turn=9)  # the value is as it was: nothing else changes
    expect(budget).to_have_value("$1,500,000")
    says(view, cw.plan("$1.5M"))


@pytest.mark.parametrize(("budget", "first"), [("$0.01", "$0.01"), ("$25", "$10")])
def test_the_slider_names_its_low_end(page_with_widget: Open, budget: str, first: str) -> None:
    view = page_with_widget(state(budget)).show()
    expect(view.locator(".cw-tick").first).to_have_text(first)


@pytest.mark.parametrize("budget", ["$1k", "$1M", "$300B", "$900B", "1e30 FLOP"])
def test_no_two_ticks_say_the_same(page_with_widget: Open, budget: str) -> None:
    view = page_with_widget(state(budget)).show()
    drawn(view)
    for picture in ("isoflop", "loss"):
        labels = axis_labels(view, picture)
        assert len(set(labels)) == len(labels), (picture, labels)


def test_axes_stand_as_long_as_the_diamond_is_in_hand(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    page.page.wait_for_timeout(AT_REST_MS)
    before = axes(view)
    box = view.get_by_role("slider", name="A size of your own").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.page.mouse.move(x, y)
    page.page.mouse.down()
    page.page.mouse.move(x - 30, y)
    page.page.mouse.move(x - 60, y)
    page.page.wait_for_timeout(AT_REST_MS)
    page.receive(turn=3, price_per_hour=2.5, status={**page.get("status")})
    page.page.wait_for_timeout(AT_REST_MS)
    assert axes(view) == before
    page.page.mouse.up()
    page.page.wait_for_timeout(AT_REST_MS)
    assert axes(view) != before


def test_a_finger_is_told_of_the_model_it_taps(browser: Browser, host: str) -> None:
    context = browser.new_context(has_touch=True, viewport={"width": 420, "height": 900})
    page = WidgetPage(context.new_page(), host, state())
    view = page.show()
    drawn(view)
    frames(page.page, 3)
    picture = view.locator(".cw-panel-frontier .cw-picture")
    picture.scroll_into_view_if_needed()
    tip = view.locator(".cw-panel-frontier .cw-pointed")
    dot = picture.locator(".mark-symbol path").first.bounding_box()
    assert dot is not None
    page.page.touchscreen.tap(dot["x"] + dot["width"] / 2 + 5, dot["y"] + dot["height"] / 2 + 5)
    expect(tip).to_be_visible()
    expect(tip.locator("strong")).not_to_be_empty()
    corner = picture.bounding_box()
    assert corner is not None
    page.page.touchscreen.tap(corner["x"] + corner["width"] - 60, corner["y"] + 230)
    expect(tip).to_be_hidden()
    context.close()


@contextmanager
def phone(browser: Browser, host: str) -> Iterator[tuple[WidgetPage, Locator]]:
    """A page that is longer than the screen, under a finger."""
    context = browser.new_context(
        has_touch=True, is_mobile=True, viewport={"width": 420, "height": 600}
    )
    page = WidgetPage(context.new_page(), host, state())
    page.page.evaluate(
        """() => {
          const sized = document.createElement("meta");
          Object.assign(sized, { name: "viewport", content: "width=device-width" });
          document.head.append(sized);
        }"""
    )
    view = page.show()
    drawn(view)
    yield page, view
    context.close()


def swipe(page: Page, x: float, y: float, across: float, down: float, cancel: bool = False) -> None:
    cdp = page.context.new_cdp_session(page)
    for step in range(13):
        at = [{"x": x + across * step / 12, "y": y + down * step / 12}]
        kind = "touchMove" if step else "touchStart"
        cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})
        page.wait_for_timeout(16)
    kind = "touchCancel" if cancel else "touchEnd"
    cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": []})
    page.wait_for_timeout(300)


def test_a_finger_that_scrolls_over_the_slider_leaves_the_budget(
    browser: Browser, host: str
) -> None:
    with phone(browser, host) as (page, view):
        box = slider(view).bounding_box()
        assert box is not None
        y = box["y"] + box["height"] / 2
        for share in (0.25, 0.85):
            top = page.page.evaluate("() => scrollY")
            swipe(page.page, box["x"] + box["width"] * share, y, 0, -150)
            assert page.page.evaluate("() => scrollY") > top + 50, "it was a scroll"
            assert page.get("budget") == "$1M"
            expect(control(view, "budget")).to_have_value("$1,000,000")
            page.page.evaluate("() => scrollTo(0, 0)")
        # Along the slider it is a drag, and a key goes on from there.
        swipe(page.page, box["x"] + box["width"] * 0.5, y, 100, 0)
        dragged = page.get("budget")
        assert dragged != "$1M"
        slider(view).press("ArrowRight")
        assert page.get("budget") != dragged


def test_a_drag_of_the_diamond_that_is_cut_off_is_none(browser: Browser, host: str) -> None:
    with phone(browser, host) as (page, view):
        handle = view.locator(".cw-panel-isoflop .cw-handle")
        handle.scroll_into_view_if_needed()
        box = handle.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        swipe(page.page, x, y, 60, 0, cancel=True)
        assert page.get("params") is None
        swipe(page.page, x, y, 60, 0)
        assert page.get("params") > 1e11


def test_a_finger_reaches_through_a_tip_to_the_next_figure(browser: Browser, host: str) -> None:
    with phone(browser, host) as (page, view):
        figures = view.locator(".cw-figure .cw-number")
        figures.first.tap()
        tip = view.locator(".cw-figure .cw-tip:visible")
        expect(tip).to_have_count(1)
        covers = tip.bounding_box()
        assert covers is not None
        under = [
            number
            for number in figures.all()[1:]
            if (box := number.bounding_box())
            and covers["y"] < box["y"] + box["height"] / 2 < covers["y"] + covers["height"]
            and covers["x"] < box["x"] + box["width"] / 2 < covers["x"] + covers["width"]
        ]
        assert under, "the tip covers a figure"
        box = under[0].bounding_box()
        assert box is not None
        page.page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        expect(under[0].locator(".cw-tip")).to_be_visible()
        expect(tip).to_have_count(1)


def test_what_is_pressed_is_clicked_in_another_language_too(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    box = view.locator("[data-drawer='law']").bounding_box()
    assert box is not None
    page.page.mouse.move(box["x"] + 10, box["y"] + 5)
    page.page.mouse.down()
    page.receive(**{n: state(lang="es")[n] for n in ("lang", "messages", "specs", "status")})
    page.page.mouse.up()
    expect(view.get_by_text("Parámetros", exact=True).first).to_be_visible()
    expect(view.locator("[data-drawer='law']")).to_have_attribute("aria-expanded", "true")


def test_the_diamond_keeps_the_focus_in_another_language(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    view.get_by_role("slider", name="A size of your own").focus()
    page.receive(**{n: state(lang="es")[n] for n in ("lang", "messages", "specs", "status")})
    expect(view.locator(".cw-panel-isoflop .cw-handle")).to_be_focused()


def test_keys_faster_than_frames_all_count(page_with_widget: Open) -> None:
    view = page_with_widget(state()).show()
    drawn(view)
    press = """(field, key) => {
      for (let n = 0; n < 3; n += 1) {
        field.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      }
    }"""
    control(view, "mfu").evaluate(press, "ArrowUp")
    expect(control(view, "mfu")).to_have_value("40\xa0%")
    slider(view).evaluate(press, "PageUp")
    expect(control(view, "budget")).to_have_value("$10\xa0M")


def test_a_text_to_be_taken_goes_with_its_plan(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    page.page.evaluate(
        """() => {
          navigator.clipboard.writeText = () => Promise.reject(new Error("no"));
          document.execCommand = () => false;
        }"""
    )
    view = page.show()
    drawn(view)
    view.get_by_role("button", name="Copy plan").click()
    text = view.locator(".cw-copied")
    expect(text).to_be_visible()
    slide(view, 6.5)
    let_go(view)
    expect(text).to_be_hidden()
