"""The widget on a bare page: what a person sees and does, with a real state and no Python."""

import base64
import math
import re
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import expect

import chinchilla_widget as cw
from browser.planner import (
    Open,
    as_wide,
    control,
    drawn,
    figure,
    frames,
    let_go,
    printed,
    says,
    slide,
    slider,
    state,
    traits,
)
from chinchilla_widget.messages import say


def test_the_first_drawing_is_the_plan(page_with_widget: Open) -> None:
    view = page_with_widget(state(chips=512)).show()
    drawn(view)
    plan = cw.plan("$1M", chips=512)
    says(view, plan)
    expect(figure(view, "days")).to_have_text(printed(plan.days and plan.days * 86_400, "duration"))
    expect(figure(view, "flops")).to_contain_text(printed(plan.flops, "flops"))
    expect(control(view, "budget")).to_have_value("$1,000,000")
    expect(control(view, "price_per_hour")).to_have_value("$2.95")
    suffix = view.locator(".cw-suffix", has_text="28").bounding_box()
    field = control(view, "chips").bounding_box()
    assert suffix is not None
    assert field is not None
    assert suffix["y"] == pytest.approx(field["y"], abs=2), "beside the number, not wrapped away"
    expect(view.locator(".cw-warning")).to_contain_text("beyond the largest run")


def test_a_drag_redraws_without_python(page_with_widget: Open) -> None:
    page = page_with_widget(state(chips=512))
    view = page.show()
    drawn(view)
    curve = view.locator(".cw-panel-isoflop svg")
    before = curve.inner_html()
    for position in (6.2, 6.4, 6.6):
        slide(view, position)
        frames(page.page)
    assert curve.inner_html() != before
    let_go(view)
    expect(control(view, "budget")).to_have_value("$3,980,000")
    says(view, cw.plan("$3,980,000", chips=512))
    # Python got the text that is printed, and reads it as the number that is drawn.
    assert page.get("budget") == "$3,980,000"
    assert page.saved[-1] == {"budget": "$3,980,000"}


def test_a_fast_drag_sends_few_messages_and_the_last(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    took = page.page.evaluate(
        """async () => {
          const range = document.querySelector("input[type=range]");
          const start = performance.now();
          for (let step = 0; step < 60; step += 1) {
            range.value = 6 + step / 60;
            range.dispatchEvent(new Event("input", { bubbles: true }));
            await new Promise(requestAnimationFrame);
          }
          const took = performance.now() - start;
          range.dispatchEvent(new Event("change", { bubbles: true }));
          return took;
        }"""
    )
    assert 2 <= len(page.saved) <= took / 50 + 2
    assert page.saved[-1]["budget"] == control(view, "budget").input_value()


@pytest.mark.parametrize(
    "words",
    [
        {"budget": "$1M"},
        {"budget": "$10k", "lang": "es"},
        {"budget": "$20M", "params": 30e9},
        {"budget": "$1M", "unique_tokens": 1e11, "repeats": False},
        {"budget": "$1M", "unique_tokens": 1e12, "repeats": False},
        {"budget": "$5M", "served_tokens": 2e12, "unique_tokens": 3e11, "token_price": 0.1},
    ],
)
def test_how_sure_the_law_is_stands_under_its_figures(
    page_with_widget: Open, words: dict[str, Any]
) -> None:
    lang = words.get("lang", "en")
    budget = words["budget"]
    page = page_with_widget(state(budget, **{k: v for k, v in words.items() if k != "budget"}))
    view = page.show()
    plan = cw.plan(**words)
    for what, kind in (
        ("params", "params"),
        ("tokens", "tokens"),
        ("tokens_per_param", "ratio"),
        ("loss", "loss"),
    ):
        ends = plan.interval(what)
        assert ends is not None
        sure = view.locator(f".cw-figure-{what.replace('_', '-')} .cw-sure")
        if math.isclose(*ends, rel_tol=1e-9):  # what was asked for does not vary
            expect(sure).to_have_text("")
            continue
        low, high = (printed(end, kind, lang) for end in ends)
        symbol = high[-2:] if high[-1].isalpha() and high[-2:] == low[-2:] else ""
        told = {"low": low.removesuffix(symbol), "high": high}
        told["level"] = printed(0.8, "percent", lang)
        expect(sure).to_have_text(say("ui.interval", lang, **told))
    # Gone with the next movement, and back with its own figures. Read in the very frame that draws
    # the movement: where a hand rests for a moment they are back.
    moving = slider(view).evaluate(
        """async (range) => {
          range.value = 6.4;
          range.dispatchEvent(new Event("input", { bubbles: true }));
          await new Promise(requestAnimationFrame);
          return range.closest(".cw").querySelector(".cw-figure-loss .cw-sure").textContent;
        }"""
    )
    assert "80" not in moving
    let_go(view)
    expect(view.locator(".cw-figure-loss .cw-sure")).to_contain_text("80")


def test_where_nobody_knows_how_sure_a_law_is_nothing_is_said(page_with_widget: Open) -> None:
    view = page_with_widget(state(law="hoffmann-2022-approach-3")).show()
    drawn(view)
    expect(view.locator(".cw-sure:visible")).to_have_count(0)


def test_axes_stand_still_during_a_drag_and_follow_after_it(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    frames(page.page, 3)
    place = (
        "() => [...document.querySelectorAll('.cw-panel-isoflop .role-axis-label text')]"
        ".map(text => text.textContent + text.getAttribute('transform')).join()"
    )
    before = page.page.evaluate(place)
    # Where a hand rests, the axes follow. This one moves in every frame and in between, so that it
    # never rests, however long a frame takes: of two timers that are due the earlier comes first.
    moving = slider(view).evaluate(
        f"""async range => {{
          const move = () => range.dispatchEvent(new Event("input", {{ bubbles: true }}));
          const hand = setInterval(move, 20);
          for (const value of [6.1, 6.2, 6.3]) {{
            range.value = value;
            move();
            await new Promise(requestAnimationFrame);
          }}
          const seen = ({place})();
          clearInterval(hand);
          return seen;
        }}"""
    )
    assert moving == before
    let_go(view)
    page.page.wait_for_function(f"before => ({place})() !== before", arg=before)


def test_a_dot_never_leaves_the_axes(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    slide(view, 9.0)
    frames(page.page, 4)
    dot = view.locator(".cw-panel-isoflop .mark-symbol path").last.bounding_box()
    picture = view.locator(".cw-panel-isoflop .cw-picture").bounding_box()
    assert dot is not None
    assert picture is not None
    assert picture["x"] < dot["x"] < picture["x"] + picture["width"]
    assert picture["y"] < dot["y"] < picture["y"] + picture["height"]


def test_typed_text_goes_to_python_as_it_is(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    field = control(view, "budget")
    field.fill("512 H100 for 28 days")
    assert page.get("budget") == "$1M", "nothing is sent before it is finished"
    field.press("Enter")
    assert page.saved[-1] == {"budget": "512 H100 for 28 days"}
    asked = state("512 H100 for 28 days")
    answer = {name: asked[name] for name in ("budget", "chips", "bounds", "status")}
    page.receive(**answer, turn=2)
    expect(field).to_have_value(asked["budget"])
    expect(control(view, "chips")).to_have_value("512")
    says(view, cw.plan("512 H100 for 28 days"))


def test_number_fields_read_what_is_printed_and_leave_the_rest_to_python(
    page_with_widget: Open,
) -> None:
    page = page_with_widget(state())
    view = page.show()
    mfu = control(view, "mfu")
    mfu.fill("50 %")
    mfu.press("Enter")
    assert page.get("mfu") == 0.5
    says(view, cw.plan("$1M", mfu=0.5))
    mfu.fill("one half")
    mfu.press("Enter")
    assert page.get("mfu") == "one half"
    status = page.get("status")
    page.receive(status={**status, "errors": {"mfu": "No share."}}, turn=2)
    expect(mfu).to_have_value("one half")
    expect(view.get_by_text("No share.")).to_be_visible()
    says(view, cw.plan("$1M", mfu=0.5))
    mfu.fill("")
    mfu.press("Enter")
    assert page.get("mfu") is None
    page.receive(status=status, turn=3)
    expect(mfu).to_have_value(printed(0.37, "percent"))
    mfu.press("ArrowUp")
    expect(mfu).to_have_value(printed(0.38, "percent"))
    assert page.get("mfu") == 0.38


def test_no_chip_count_means_hours_not_days(page_with_widget: Open) -> None:
    page = page_with_widget(state(chips=512))
    view = page.show()
    expect(figure(view, "days")).to_be_visible()
    control(view, "chips").fill("")
    control(view, "chips").press("Enter")
    expect(view.locator("[data-quantity='days']")).to_have_count(0)
    plan = cw.plan("$1M")
    hours = view.locator(".cw-line [data-quantity='chip_hours']")
    expect(hours).to_have_text(printed(plan.chip_hours, "hours"))
    says(view, plan)


def test_another_accelerator_brings_its_own_numbers(page_with_widget: Open) -> None:
    page = page_with_widget(state(mfu=0.5, price_per_hour=9))
    view = page.show()
    control(view, "accelerator").select_option("tpu-v5p")
    chip = cw.ACCELERATORS["tpu-v5p"]
    assert page.saved[-1] == {"accelerator": "tpu-v5p", "mfu": None, "price_per_hour": None}
    expect(control(view, "mfu")).to_have_value(printed(chip.mfu, "percent"))
    expect(view.get_by_text("Price / TPU-hour")).to_be_visible()
    says(view, cw.plan("$1M", accelerator="tpu-v5p"))


def test_another_law_of_the_family_changes_signals_alone(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    page.page.evaluate("() => { document.querySelector('.cw-picture svg').kept = true; }")
    view.locator("[data-drawer=law]").click()
    control(view, "law").select_option("hoffmann-2022-approach-3")
    says(view, cw.plan("$1M", law="hoffmann-2022-approach-3"))
    assert page.page.evaluate("() => document.querySelector('.cw-picture svg').kept")


def test_a_law_without_a_surface_says_so(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    view.locator("[data-drawer=law]").click()
    control(view, "law").select_option("llama-3-2024")
    expect(view.locator(".cw-panel-isoflop")).to_contain_text("no loss for other sizes")
    plan = cw.plan("$1M", law="llama-3-2024")
    expect(figure(view, "params")).to_have_text(printed(plan.params, "params"))
    expect(view.locator(".cw-panel-frontier svg")).to_have_count(1)
    control(view, "law").select_option("besiroglu-2024")
    drawn(view)


def test_views_of_one_model_agree_and_models_are_apart(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    first, second = page.show(), page.show()
    drawn(first)
    drawn(second)
    slide(first, 7)
    let_go(first)
    expect(control(first, "budget")).to_have_value("$10\u00a0M")
    expect(control(second, "budget")).to_have_value("$10\u00a0M")
    expect(figure(second, "params")).to_have_text(figure(first, "params").inner_text())
    ids = page.page.evaluate("() => [...document.querySelectorAll('[id]')].map(each => each.id)")
    assert len(ids) == len(set(ids))
    other = page_with_widget(state("$1k")).show()
    expect(figure(other, "params")).not_to_have_text(figure(first, "params").inner_text())


def test_a_view_taken_away_leaves_nothing(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    first, second = page.show(), page.show()
    drawn(second)
    both = page.listening
    page.hide(first)
    assert 0 < page.listening < both
    slide(second, 5)
    let_go(second)
    expect(control(second, "budget")).to_have_value("$100,000")
    page.hide(second)
    assert page.listening == 0
    # Gone while its pictures are still being made.
    page.hide(page.show())
    assert page.listening == 0
    frames(page.page, 10)


def test_a_control_in_use_takes_nothing_from_outside(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    field = control(view, "budget")
    field.press_sequentially("5")
    typed = field.input_value()
    page.receive(**{name: state("$2M")[name] for name in ("budget", "bounds")})
    frames(page.page)
    expect(field).to_have_value(typed)
    field.press("Escape")
    expect(field).to_have_value("$2,000,000")
    # The slider under a finger neither.
    slider(view).dispatch_event("pointerdown")
    slide(view, 8)
    page.receive(**{name: state("$3M")[name] for name in ("budget", "bounds")})
    frames(page.page)
    expect(slider(view)).to_have_value("8")
    says(view, cw.plan("$100M"))


def test_python_may_set_what_it_likes(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    asked = state("2.5e23 FLOP", law="sardana-2024", mfu=0.3)
    page.receive(**asked)
    says(view, cw.plan("2.5e23 FLOP", law="sardana-2024", mfu=0.3))
    expect(control(view, "budget")).to_have_value("2.5e23 FLOP")
    expect(view.locator(".cw-equals")).to_contain_text("$")
    slide(view, 24)
    let_go(view)
    assert page.get("budget").replace("\u00a0", " ") == "1.00 × 10²⁴ FLOP"


def test_a_target_asks_what_it_costs_and_a_budget_asks_anew(page_with_widget: Open) -> None:
    page = page_with_widget(state(None, target_loss=2.0))
    view = page.show()
    plan = cw.plan(target_loss=2.0)
    says(view, plan)
    expect(control(view, "budget")).to_have_value(printed(plan.dollars, "money"))
    slide(view, 6)
    let_go(view)
    assert page.get("target_loss") is None
    assert page.get("budget") == "$1,000,000"


def test_silence_is_said(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    slide(view, 7)
    let_go(view)
    silence = view.get_by_text("Python is not answering")
    expect(silence).to_be_visible()
    page.receive(turn=2)
    expect(silence).to_have_count(0)


def test_words_of_one_message_need_no_other_answer(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    # A host may tell of the count first.
    page.receive(turn=2, chips=64, mfu=0.41)
    page.page.wait_for_timeout(2300)
    expect(view.locator(".cw-silence")).to_have_text("")


@pytest.mark.parametrize(
    ("text", "low", "high", "at"),
    [("1e24 FLOP", 18, 27, 24), ("100,000 GPU-hours", 2, 9, 5), ("$100", 2, 9, 2)],
)
def test_the_slider_waits_for_no_python(
    page_with_widget: Open, text: str, low: float, high: float, at: float
) -> None:
    view = page_with_widget(state()).show()
    drawn(view)
    control(view, "budget").fill(text)
    control(view, "budget").press("Enter")
    expect(slider(view)).to_have_attribute("min", str(low))
    expect(slider(view)).to_have_attribute("max", str(high))
    expect(slider(view)).to_have_js_property("value", str(at))


def test_silence_is_said_in_one_view_whatever_another_does(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    one, other = page.show(), page.show()
    slide(one, 7)
    let_go(one)
    silence = one.get_by_text("Python is not answering")
    expect(silence).to_be_visible()
    slide(other, 7.5)
    let_go(other)
    frames(page.page)
    assert silence.is_visible(), "that was no answer of Python's"
    page.receive(turn=2)
    expect(silence).to_have_count(0)


def test_spanish(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    page.receive(**{n: state(lang="es")[n] for n in ("lang", "messages", "specs", "status")})
    expect(view.get_by_text("Parámetros", exact=True).first).to_be_visible()
    drawn(view)
    plan = cw.plan("$1M")
    expect(figure(view, "params")).to_have_text(printed(plan.params, "params", "es"))
    expect(view.locator("section")).to_have_attribute("lang", "es")
    slide(view, 6.5)
    let_go(view)
    budget = cw.plan(page.get("budget"), lang="es")
    expect(figure(view, "params")).to_have_text(printed(budget.params, "params", "es"))
    missing = view.evaluate("e => e.innerText.match(/\\b(ui|plans|charts)\\.[a-z_]+|\\{\\w+\\}/g)")
    assert missing is None


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("width", [360, 420, 760, 1080])
def test_nothing_overflows(page_with_widget: Open, width: int, lang: str) -> None:
    page, view = as_wide(page_with_widget, width, lang)
    frames(page.page, 3)
    assert page.page.evaluate("() => document.documentElement.scrollWidth") <= width
    for picture in view.locator(".cw-picture").all():
        svg, host = picture.locator("svg").bounding_box(), picture.bounding_box()
        assert svg is not None
        assert host is not None
        assert svg["width"] <= host["width"] + 1
        assert svg["height"] <= host["height"] + 1


def test_a_theme_flips_without_a_redraw(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    colour = (
        "() => getComputedStyle(document.querySelector('.cw-panel-isoflop .mark-line path')).stroke"
    )
    light = page.page.evaluate(colour)
    mark = view.locator(".cw-panel-isoflop svg").inner_html()
    page.page.evaluate("() => { document.body.dataset.jpThemeLight = 'false'; }")
    assert page.page.evaluate(colour) != light
    assert view.locator(".cw-panel-isoflop svg").inner_html() == mark


def test_the_figures_are_a_table_for_screen_readers(page_with_widget: Open) -> None:
    view = page_with_widget(state(chips=512)).show()
    table = view.get_by_role("table")
    expect(table).to_contain_text("Parameters")
    expect(table).to_contain_text(printed(cw.plan("$1M", chips=512).params, "params"))
    for word in ("budget", "accelerator", "price_per_hour", "mfu", "goodput", "chips"):
        assert control(view, word).evaluate("e => e.labels.length || e.ariaLabel?.length") > 0


def test_where_there_is_no_plan_none_is_shown(page_with_widget: Open) -> None:
    page = page_with_widget(state(chips=512))
    view = page.show()
    drawn(view)
    expect(view.locator(".cw-hidden tbody tr").first).to_contain_text("80 %")
    copy = view.get_by_role("button", name="Copy plan")
    expect(copy).not_to_have_attribute("aria-disabled", "true")
    sentence = "No price an hour is known for MI250X: give price_per_hour."
    status = {"errors": {}, "sentences": [], "error": sentence}
    page.receive(accelerator="mi250x", status=status)
    for quantity in ("params", "tokens", "loss"):
        expect(figure(view, quantity)).to_have_text("–")
    # Nor how sure the figures were that are gone.
    expect(view.locator(".cw-hidden tbody tr").first).not_to_contain_text("80 %")
    expect(view.get_by_text(sentence)).to_be_visible()
    expect(view.get_by_text("gives no loss")).to_have_count(0)
    expect(view.locator(".cw")).to_have_attribute("data-no-plan", "")
    expect(copy).to_have_attribute("aria-disabled", "true")
    page.receive(accelerator="h100-sxm", status={**status, "error": None}, turn=3)
    says(view, cw.plan("$1M", chips=512))
    expect(copy).not_to_have_attribute("aria-disabled", "true")


@pytest.mark.parametrize("width", [420, 760, 1080])
@pytest.mark.parametrize("chips", [None, 512])
def test_where_there_is_no_plan_the_reason_stands_at_the_figures(
    page_with_widget: Open, width: int, chips: int | None
) -> None:
    page = page_with_widget(state(chips=chips))
    page.page.set_viewport_size({"width": width, "height": 900})
    view = page.show()
    drawn(view)
    pictures = view.locator(".cw-pictures")
    before = pictures.bounding_box()
    sentence = "No price an hour is known for MI250X: give price_per_hour."
    page.receive(status={"errors": {}, "sentences": [], "error": sentence})
    reason = view.get_by_text(sentence)
    expect(reason).to_be_visible()
    said, line = reason.bounding_box(), view.locator(".cw-line").bounding_box()
    assert said
    assert line
    assert line["y"] < said["y"]
    assert said["y"] + said["height"] <= line["y"] + line["height"]
    # It moves nothing, and what was to be said of the plan that is gone is gone.
    after = pictures.bounding_box()
    assert before
    assert after
    assert abs(after["y"] - before["y"]) <= 1
    expect(view.locator(".cw-hidden tbody")).not_to_contain_text("across")
    expect(view.locator(".cw-notes")).to_be_hidden()
    # However long it is, it hides neither a figure nor what would mend it.
    long = say("solver.too_small", "en", params="0.5", tokens="0.02") * 2
    page.receive(status={"errors": {}, "sentences": [], "error": long})
    said = view.locator(".cw-warning").bounding_box()
    assert said
    for number in view.locator(".cw-value").all():
        box = number.bounding_box()
        assert box
        assert box["y"] + box["height"] * 0.75 <= said["y"]
    control(view, "params").click(trial=True)


def test_a_budget_too_small_for_a_model_shows_none(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    page.receive(
        budget="1 FLOP", bounds={"budget": {"kind": "flop", "value": 1, "low": 1, "high": 10}}
    )
    expect(figure(view, "params")).to_have_text("–")


def test_spot_is_a_switch_in_the_field_of_the_price(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    switch = control(view, "price_kind")
    expect(switch).to_have_attribute("aria-pressed", "false")
    expect(view.get_by_text("Price / GPU-hour")).to_be_visible()
    switch.focus()
    switch.press("Enter")
    assert page.saved[-1] == {"price_kind": "spot"}
    expect(switch).to_have_attribute("aria-pressed", "true")
    expect(view.get_by_text("Spot / GPU-hour")).to_be_visible()
    expect(figure(view, "price")).to_contain_text("spot price seen 2026")
    says(view, cw.plan("$1M", price_kind="spot"))
    switch.click()
    says(view, cw.plan("$1M"))


def test_there_is_no_spot_switch_where_no_spot_price_is_known(page_with_widget: Open) -> None:
    page = page_with_widget(state(accelerator="v100-sxm", lang="es"))
    view = page.show()
    drawn(view)
    expect(control(view, "price_kind")).to_be_hidden()
    page.receive(price_kind="spot", price_per_hour=1.0)
    expect(view.get_by_role("button", name="Precio spot en lugar de bajo demanda")).to_be_visible()
    expect(view.get_by_text("Spot/h de GPU")).to_be_visible()


def test_a_budget_lets_go_of_a_target_that_python_set_beside_it(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    page.receive(target_loss=2.0, status={**page.get("status"), "error": "one or the other"})
    control(view, "budget").fill("$2M")
    control(view, "budget").press("Enter")
    assert page.saved[-1] == {"budget": "$2M", "target_loss": None}
    # A size of one's own goes with another budget; size and tokens together are a whole run.
    page.receive(params=8e9, budget="$1M")
    slide(view, 6.5)
    let_go(view)
    assert page.get("params") == 8e9
    page.receive(tokens=1e12)
    slide(view, 7)
    let_go(view)
    assert (page.get("params"), page.get("tokens")) == (None, None)


def test_a_range_that_is_none_is_not_told(page_with_widget: Open) -> None:
    view = page_with_widget(state("$200", law="hoffmann-2022-approach-3")).show()
    drawn(view)
    told = view.locator(".cw-figure").all_text_contents()
    assert len(told) > 4
    assert not [text for text in told if re.search(r"(\d[\d.,]*)–\1(?!\d)", text)]


COLOURS = """async ([png, points]) => {
  const file = await fetch(`data:image/png;base64,${png}`);
  const picture = await createImageBitmap(await file.blob());
  const canvas = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
  canvas.drawImage(picture, 0, 0);
  return points.map(([x, y]) => canvas.getImageData(x, y, 1, 1).data.join());
}"""


def test_the_knob_covers_the_track_whatever_ink_the_notebook_has(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    # JupyterLab's own lets an eighth through.
    page.page.add_style_tag(content=":root { --jp-content-font-color1: rgba(0, 0, 0, 0.87) }")
    view = page.show()
    drawn(view)
    range_ = slider(view).bounding_box()
    share = float(slider(view).evaluate("e => e.style.getPropertyValue('--cw-share')"))
    assert range_ is not None
    x = range_["x"] + 9 + share * (range_["width"] - 18)
    y = range_["y"] + range_["height"] / 2
    png = base64.b64encode(page.page.screenshot()).decode()
    # On the full half of the track, on its empty half, above it: all of them the knob's.
    points = [[round(x + dx), round(y + dy)] for dx, dy in ((-4, 0), (4, 0), (0, -6))]
    colours = page.page.evaluate(COLOURS, [png, points])
    assert len(set(colours)) == 1, colours
    assert all(int(part) < 80 for part in colours[0].split(",")[:3]), "it is ink"


def test_the_slider_counts_money_as_its_readers_do(page_with_widget: Open) -> None:
    view = page_with_widget(state(lang="es")).show()
    expect(view.locator(".cw-tick").last).to_have_text("1000 M")  # "B" would be 10¹²
    view = page_with_widget(state("20.000 M US$", lang="es")).show()
    expect(view.locator(".cw-tick").last).to_have_text("100.000 M")
    view = page_with_widget(state("$2,000,000 M")).show()
    expect(view.locator(".cw-tick").last).to_have_text("$10T")
    view = page_with_widget(state()).show()
    drawn(view)
    expect(view.locator(".cw-tick").last).to_have_text("$1B")
    slide(view, 9)
    expect(control(view, "budget")).to_have_value("$1,000\xa0M")
    # Beside their curves budgets have three digits.
    slide(view, 6.171)
    expect(view.locator(".cw-panel-isoflop svg").get_by_text("$148,000").first).to_be_attached()


def test_a_law_left_out_of_the_range_is_measured_against_the_others(
    page_with_widget: Open,
) -> None:
    view = page_with_widget(state(law="sardana-2024")).show()
    drawn(view)
    expect(view.locator(".cw-figure-params")).to_contain_text("other laws")
    expect(view.locator(".cw-figure-params")).not_to_contain_text("across laws")


@pytest.mark.parametrize("width", [600, 760])
def test_a_price_stands_beside_its_switch(page_with_widget: Open, width: int) -> None:
    _, view = as_wide(page_with_widget, width, "es")
    price = control(view, "price_per_hour")
    assert price.evaluate("e => e.scrollWidth - e.clientWidth") <= 0


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("width", [968, 1080])  # beside JupyterLab's file list, and without it
def test_where_all_stands_in_one_glance_nothing_is_cut_short(
    page_with_widget: Open, width: int, lang: str
) -> None:
    _, view = as_wide(page_with_widget, width, lang)
    for title in view.locator(".cw-panel h3, .cw-question .cw-label, .cw-figure .cw-label").all():
        box = title.bounding_box()
        assert box is not None
        assert box["height"] < 24, title.text_content()
    for cut in view.locator(".cw-question :is(.cw-label, input, select)").all():
        assert cut.evaluate("e => e.scrollWidth - e.clientWidth") <= 0, cut.inner_text()


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("width", [320, 420, 760, 968, 1080])
def test_the_marks_of_the_slider_have_room(page_with_widget: Open, width: int, lang: str) -> None:
    _, view = as_wide(page_with_widget, width, lang)
    ticks = [tick.bounding_box() for tick in view.locator(".cw-tick:visible").all()]
    assert len(ticks) == 7 if width > 320 else len(ticks) >= 6
    for left, right in pairwise(box for box in ticks if box is not None):
        assert left["x"] + left["width"] + 2 < right["x"]


def test_the_plan_that_is_copied_is_the_one_that_stands(page_with_widget: Open) -> None:
    page = page_with_widget(state("$1,000,000"))
    page.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    view = page.show()
    drawn(view)
    for word, text in (("budget", "2 million"), ("mfu", "a half")):
        control(view, word).fill(text)
        control(view, word).press("Enter")
    view.get_by_role("button", name="Copy plan").click()
    expect(view.get_by_text("Copied").last).to_be_visible()
    copied = page.page.evaluate("() => navigator.clipboard.readText()")
    assert copied.strip().endswith('cw.plan("$1,000,000")')


def test_where_nothing_is_asked_the_field_is_empty(page_with_widget: Open) -> None:
    planner = cw.Planner("$2M")
    page = page_with_widget(traits(planner))
    view = page.show()
    drawn(view)
    planner.budget = None
    page.receive(**{name: planner.get_state()[name] for name in ("budget", "bounds", "status")})
    planner.close()
    expect(control(view, "budget")).to_have_value("")
    control(view, "budget").fill("$3M")
    control(view, "budget").press("Enter")
    assert page.get("budget") == "$3M"


def test_a_report_that_does_not_come_is_given_up(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    save = view.get_by_role("button", name="Save report")
    said = view.locator(".cw-actions [role=status]")
    for _ in range(5):
        save.click()
    assert page.get("saving") == 1, "five quick clicks are one"
    expect(said).to_have_text("Writing it…")
    expect(said).to_have_text("Not saved")
    expect(view.get_by_text("Python is not answering")).to_be_visible()
    # From a kernel that was busy it comes after all.
    with page.page.expect_download():
        page.receive(saved={"html": "<p>late"}, turn=2)
    expect(said).to_have_text("Saved")
    assert page.get("saving") == 0
    page.receive(saved={}, turn=3)
    with page.page.expect_download():
        save.click()
        page.receive(saved={"html": "<p>here"}, turn=4)
    expect(said).to_have_text("Saved")


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("width", [360, 420, 760, 968, 1080, 1180])
def test_nothing_moves_when_it_is_said_that_it_is_copied_or_not_saved(
    page_with_widget: Open, width: int, lang: str
) -> None:
    page = page_with_widget(state(lang=lang, unique_tokens="100B", repeats=False))
    page.page.set_viewport_size({"width": width, "height": 900})
    page.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    view = page.show()
    drawn(view)
    said = view.locator(".cw-actions [role=status]")

    def places() -> Any:
        return view.evaluate(
            """root => [...root.querySelectorAll(".cw-drawer, .cw-action, .cw-warning, .cw-notes")]
              .map(each => each.getBoundingClientRect())
              .map(({ x, y }) => [x, y - root.getBoundingClientRect().y])"""
        )

    before = places()
    for code, button in (("copied", "copy"), ("saving", "save"), ("not_saved", "save")):
        name = say(f"ui.{button}", lang)
        if code != "not_saved":
            view.get_by_role("button", name=name).click()
        expect(said).to_have_text(say(f"ui.{code}", lang))
        # It is there to be seen, and the button keeps its name.
        shown = view.get_by_role("button", name=name)
        expect(shown).to_have_text(say(f"ui.{code}", lang))
        if code != "not_saved":  # then a sentence below says why
            assert places() == before


def test_what_cannot_be_saved_or_copied_is_said_shortly(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    sentence = "No price an hour is known."
    page.receive(status={"errors": {}, "sentences": [], "error": sentence}, turn=2)
    said = view.locator(".cw-actions [role=status]")
    save = view.get_by_role("button", name="Save report")
    save.press("Enter")
    page.receive(saved={"refused": sentence}, turn=3)
    expect(said).to_have_text("Not saved")
    expect(view.get_by_text(sentence)).to_have_count(1)
    view.get_by_role("button", name="Copy plan").press("Enter")
    expect(said).to_have_text("There is no plan")


@pytest.mark.parametrize("width", [456, 760, 976, 1232])
@pytest.mark.parametrize("words", [{"chips": 512}, {"params": 2e10, "served_tokens": 1e12}])
def test_nothing_moves_in_a_drag(page_with_widget: Open, width: int, words: dict[str, Any]) -> None:
    page = page_with_widget(state(**words))
    page.page.set_viewport_size({"width": width, "height": 900})
    view = page.show()
    drawn(view)
    places = page.page.evaluate(
        """async () => {
          const range = document.querySelector("input[type=range]");
          const seen = new Map();
          for (let value = 4; value <= 8; value += 0.1) {
            range.value = value;
            range.dispatchEvent(new Event("input", { bubbles: true }));
            await new Promise(requestAnimationFrame);
            await new Promise(requestAnimationFrame);
            const place = [".cw-slider", ".cw-fields", ".cw-line", ".cw-pictures", ".cw-drawers"]
              .map(name => document.querySelector(name).getBoundingClientRect().top | 0).join();
            seen.set(place, [...(seen.get(place) ?? []), value.toFixed(1)]);
          }
          return Object.fromEntries(seen);
        }"""
    )
    assert len(places) == 1, places


def test_one_price_is_no_range(page_with_widget: Open) -> None:
    one = next(
        chip.id
        for chip in cw.ACCELERATORS.values()
        if chip.on_demand is not None and chip.on_demand.low == chip.on_demand.high
    )
    view = page_with_widget(state(accelerator=one)).show()
    expect(figure(view, "price")).to_contain_text("price")
    expect(figure(view, "price")).not_to_contain_text("typical")


@pytest.mark.parametrize("budget", ["1e30 FLOP", "1e12 FLOP", "3e23 FLOP"])
def test_a_factor_says_times_once_and_as_python_does(page_with_widget: Open, budget: str) -> None:
    told = [str(each) for each in cw.plan(budget).status]
    view = page_with_widget(state(budget)).show()
    sentence = view.locator(".cw-warning").inner_text()
    assert sentence in told
    assert sentence.split("×")[1].startswith((" beyond", " below"))


def test_no_plan_moves_nothing(page_with_widget: Open) -> None:
    page = page_with_widget(state(chips=64))
    view = page.show()
    drawn(view)
    parts = (".cw-slider", ".cw-fields", ".cw-line", ".cw-pictures")
    tops = [view.locator(part).evaluate("e => e.getBoundingClientRect().top") for part in parts]
    page.receive(params=1e30)
    frames(page.page, 4)
    assert figure(view, "params").inner_text() == "–"
    for part, top in zip(parts, tops, strict=True):
        assert view.locator(part).evaluate("e => e.getBoundingClientRect().top") == top, part


def test_large_sizes_are_grouped_as_spanish_does(page_with_widget: Open) -> None:
    page = page_with_widget(state("1e30 FLOP", lang="es", params="7B"))
    view = page.show()
    drawn(view)
    labels = [
        each.strip()
        for each in view.locator(".cw-picture .role-axis-label text").all_text_contents()
        if each.endswith("T")
    ]
    assert {"1T", "1000T", "10.000T", "100.000.000T"} <= set(labels)
    assert not any("," in each for each in labels)


def test_chips_have_their_gender_in_spanish(page_with_widget: Open) -> None:
    page = page_with_widget(state("1 M US$", lang="es"))
    view = page.show()
    drawn(view)
    told = view.locator(".cw-figure-days .cw-doubt", has_text="indique")
    for chip, give, how in (
        ("h100-sxm", "indique cuántas GPU para ver los días", "¿cuántas?"),
        ("trn1", "indique cuántos chips para ver los días", "¿cuántos?"),
        ("tpu-v5p", "indique cuántas TPU para ver los días", "¿cuántas?"),
    ):
        control(view, "accelerator").select_option(chip)
        frames(page.page)
        assert told.inner_text() == give
        assert control(view, "chips").get_attribute("placeholder") == how


def test_no_factor_says_times_twice(page_with_widget: Open) -> None:
    page = page_with_widget(state("$7M", params=1))
    view = page.show()
    drawn(view)
    told = view.locator(".cw-note").inner_text()
    assert "000× cheaper to serve" in told
    assert not re.search(r"×\s10[⁰¹²³⁴⁵⁶⁷⁸⁹]+×", told)
