"""The keyboard: what it moves, what Escape puts back, and what stays with the notebook."""

import re

import pytest
from playwright.sync_api import expect

import chinchilla_widget as cw
from browser.planner import Open, control, drawn, frames, printed, says, slide, slider, state


def test_keys_stay_with_the_widget(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    page.page.evaluate(
        "() => { window.keys = []; document.addEventListener('keydown', e => keys.push(e.key)); }"
    )
    slider(view).focus()
    # The first Escape takes the step back; the second is the notebook's.
    for key in ("ArrowRight", "d", "Escape", "Escape"):
        page.page.keyboard.press(key)
    assert page.page.evaluate("() => keys") == ["Escape"]
    assert view.locator("[data-lm-suppress-shortcuts=true]").count() == 1


def test_the_keyboard_moves_the_budget(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    slider(view).focus()
    page.page.keyboard.press("ArrowRight")
    expect(control(view, "budget")).to_have_value("$1,020,000")
    text = slider(view).get_attribute("aria-valuetext") or ""
    assert re.search(r"^1\.02 million dollars, .* billion parameters, .* tokens$", text)


def test_escape_gives_a_target_back(page_with_widget: Open) -> None:
    page = page_with_widget(state(None, target_loss=2.0))
    view = page.show()
    drawn(view)
    field = control(view, "budget")
    field.fill("nonsense")
    field.press("Enter")
    assert page.get("target_loss") is None
    field.press("Escape")
    assert (page.get("target_loss"), page.get("budget")) == (2.0, None)
    says(view, cw.plan(target_loss=2.0))


def test_the_slider_takes_no_letters_from_the_field(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    slide(view, 7)  # not let go: what it says outranks Python
    field = control(view, "budget")
    field.focus()
    field.press("End")
    field.press_sequentially("12", delay=60)
    assert field.input_value().endswith("12")


def test_a_right_click_holds_nothing(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    slider(view).click(button="right")
    page.page.keyboard.press("Escape")
    page.receive(**{name: state("$3M")[name] for name in ("budget", "bounds")})
    expect(slider(view)).to_have_value("6.48")


@pytest.mark.parametrize("by", ["keys", "mouse"])
def test_escape_puts_the_slider_back(page_with_widget: Open, by: str) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    slider(view).focus()
    keyboard, mouse = page.page.keyboard, page.page.mouse
    box = slider(view).bounding_box()
    assert box is not None
    if by == "keys":
        keyboard.press("ArrowRight")
        keyboard.press("PageUp")
    else:
        middle = box["y"] + box["height"] / 2
        mouse.move(box["x"] + box["width"] / 2, middle)
        mouse.down()
        mouse.move(box["x"] + box["width"] * 0.7, middle)
    expect(control(view, "budget")).not_to_have_value("$1,000,000")
    keyboard.press("Escape")
    if by == "mouse":
        mouse.move(box["x"] + box["width"] * 0.8, box["y"] + 5)
        mouse.up()
    frames(page.page)
    expect(control(view, "budget")).to_have_value("$1,000,000")
    expect(slider(view)).to_have_value("6")
    assert page.get("budget") == "$1M"
    says(view, cw.plan("$1M"))


def test_escape_puts_a_stepped_number_back(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    mfu, chips = control(view, "mfu"), control(view, "chips")
    mfu.press("ArrowUp")
    mfu.press("ArrowUp")
    assert page.get("mfu") == 0.39
    mfu.press("Escape")
    assert page.get("mfu") is None
    expect(mfu).to_have_value(printed(0.37, "percent"))
    # An empty field steps from nothing.
    chips.press("ArrowDown")
    assert page.get("chips") is None
    chips.press("ArrowUp")
    expect(chips).to_have_value("8")
    assert page.get("chips") == 8


def test_escape_takes_away_what_a_picture_says(page_with_widget: Open) -> None:
    view = (page := page_with_widget(state())).show()
    drawn(view)
    told = view.locator(".cw-pointed:visible")
    for mark in view.locator(".cw-panel-frontier .mark-symbol path").all():
        box = mark.bounding_box()
        assert box is not None
        page.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        frames(page.page)
        if told.count():
            break
    expect(told).to_have_count(1)
    page.page.keyboard.press("Escape")
    expect(told).to_have_count(0)
    page.page.mouse.move(box["x"] + box["width"] / 2 + 1, box["y"] + box["height"] / 2)
    frames(page.page)
    expect(told).to_have_count(0)
    page.page.mouse.move(1, 1)
    frames(page.page)
    page.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(told).to_have_count(1)


def test_a_tip_taken_away_comes_back_when_its_field_does(page_with_widget: Open) -> None:
    view = (page := page_with_widget(state())).show()
    drawn(view)
    goodput = control(view, "goodput")
    tip = view.locator(".cw-field-goodput .cw-tip")
    goodput.hover()
    goodput.focus()
    page.page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    slider(view).hover()
    frames(page.page)
    expect(tip).to_be_hidden()
    slider(view).focus()
    goodput.focus()
    expect(tip).to_be_visible()
