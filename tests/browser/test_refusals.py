"""What cannot be read: it stands where it was typed, beside its reason, until somebody mends it."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

import chinchilla_widget as cw
from browser.host import WidgetPage
from browser.planner import (
    Open,
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
from browser.test_report import ReportPage, open_report
from chinchilla_widget.messages import say
from chinchilla_widget.quantities.wording import words

__all__ = ["open_report"]  # a fixture, used by its name
LONGER_THAN_ACCEPTED_MS = 2500


class Answered:
    """A page whose planner is a real one; `hear` carries what was said from one to the other."""

    def __init__(self, open_page: Open, planner: cw.Planner) -> None:
        self.planner = planner
        self.page = open_page(traits(planner))
        self.heard = 0

    def show(self) -> Locator:
        view = self.page.show()
        drawn(view)
        return view

    def hear(self) -> None:
        self.page.page.wait_for_timeout(150)  # what is throttled is sent by then
        before = traits(self.planner)
        for message in self.page.saved[self.heard :]:
            self.planner.set_state(message)
            before |= message
            self.heard += 1
        self.tell(before)

    def tell(self, before: Mapping[str, Any], last: str = "") -> None:
        now = traits(self.planner)
        changed = {name: now[name] for name in now if now[name] != before[name]}
        # In whichever order the page hears of them.
        self.page.receive(**dict(sorted(changed.items(), key=lambda each: each[0] == last)))
        frames(self.page.page)

    def speak(self, lang: str, last: str = "") -> None:
        before = traits(self.planner)
        self.planner.lang = lang
        self.tell(before, last)

    def give(self, field: Locator, text: str) -> None:
        field.fill(text)
        field.press("Enter")
        self.hear()


@pytest.fixture
def answered(page_with_widget: Open) -> Iterator[Answered]:
    planner = cw.Planner("$1M")
    yield Answered(page_with_widget, planner)
    planner.close()


def reasons(view: Locator, count: int) -> list[str]:
    shown = view.locator(".cw-error:visible")
    expect(shown).to_have_count(count)
    return shown.all_inner_texts()


def test_it_stands_however_long_and_whatever_else_is_asked(answered: Answered) -> None:
    view = answered.show()
    mfu, goodput = control(view, "mfu"), control(view, "goodput")
    answered.give(mfu, "most of it")
    (reason,) = reasons(view, 1)
    assert "most of it" in reason
    answered.page.page.wait_for_timeout(LONGER_THAN_ACCEPTED_MS)
    answered.give(goodput, "80%")
    answered.page.page.wait_for_timeout(LONGER_THAN_ACCEPTED_MS)
    answered.give(goodput, "85%")
    expect(goodput).to_have_value(printed(0.85, "percent"))
    expect(mfu).to_have_value("most of it")
    assert reasons(view, 1) == [reason]
    # Read aloud is what stands there, not the figure that is drawn with.
    expect(mfu).to_have_attribute("aria-valuetext", "most of it")
    assert mfu.get_attribute("aria-valuenow") is None
    answered.give(mfu, "40%")
    reasons(view, 0)
    expect(mfu).to_have_value(printed(0.4, "percent"))
    expect(mfu).to_have_attribute("aria-valuenow", "0.4")


# One that only Python reads, and one that the page reads too.
@pytest.mark.parametrize("text", ["most of it", "99 %"])
def test_it_stands_while_something_else_is_dragged(answered: Answered, text: str) -> None:
    view = answered.show()
    answered.give(control(view, "mfu"), text)
    (reason,) = reasons(view, 1)
    for position in (6.2, 6.4, 6.6):
        slide(view, position)
        frames(answered.page.page)
        assert view.locator(".cw-error:visible").all_inner_texts() == [reason]
    let_go(view)
    answered.hear()
    assert reasons(view, 1) == [reason]
    expect(control(view, "mfu")).to_have_value(re.compile(text.replace(" ", r"\s")))


@pytest.mark.parametrize(("word", "text"), [("mfu", "most of it"), ("budget", "")])
def test_another_view_has_nothing_to_mend(answered: Answered, word: str, text: str) -> None:
    view, other = answered.show(), answered.show()
    good = control(other, word).input_value()
    answered.give(control(view, word), text)
    reasons(view, 1)
    expect(control(other, word)).to_have_value(good)
    expect(control(other, word)).not_to_have_attribute("aria-invalid", "true")
    reasons(other, 0)


@pytest.mark.parametrize("word", ["mfu", "budget"])
def test_in_another_language_it_stands_beside_its_reason(answered: Answered, word: str) -> None:
    view = answered.show()
    answered.give(control(view, word), "lots")
    control(view, "goodput").focus()
    (english,) = reasons(view, 1)
    answered.speak("es")
    drawn(view)
    (spanish,) = reasons(view, 1)
    assert "lots" in spanish
    assert spanish != english
    expect(control(view, word)).to_have_value("lots")
    answered.speak("en")
    drawn(view)
    assert reasons(view, 1) == [english]
    control(view, word).press("Escape")
    reasons(view, 0)
    expect(control(view, word)).not_to_have_value("lots")


@pytest.mark.parametrize("value", [None, 0.5])
def test_what_is_set_in_python_ends_it(answered: Answered, value: float | None) -> None:
    before = traits(answered.planner)
    answered.planner.mfu = value
    answered.tell(before)
    view = answered.show()
    mfu = control(view, "mfu")
    good = mfu.input_value()
    answered.give(mfu, "most of it")
    reasons(view, 1)
    before = traits(answered.planner)
    answered.planner.mfu = value  # what it is already
    assert answered.planner.status["errors"] == {}
    answered.tell(before)
    reasons(view, 0)
    expect(mfu).to_have_value(good)


def test_nothing_is_done_again_in_a_field_that_has_been_read(answered: Answered) -> None:
    view = answered.show()
    field, press = control(view, "budget"), answered.page.page.keyboard.press
    for text in ("", "rubbish"):
        answered.give(field, text)
        reasons(view, 1)
    press("Control+z")
    expect(field).not_to_have_value("rubbish")  # what is to be mended can be
    press("Escape")
    answered.give(field, "$2M")
    for key in ("Control+z", "Control+z", "Control+Shift+z", "Control+Shift+z"):
        press(key)
        expect(field).to_have_value("$2,000,000")
    press("End")
    press("9")
    press("Control+z")
    expect(field).to_have_value("$2,000,000")
    press("Tab")
    reasons(view, 0)


@pytest.mark.parametrize("text", ["$2M", "3 M€"])
def test_what_was_just_typed_is_what_is_copied(answered: Answered, text: str) -> None:
    """A tap leaves the field and presses the button before the next frame."""
    view = answered.show()
    copy = view.get_by_role("button", name=say("ui.copy"), exact=True)
    for budget in (text, "$4M"):
        control(view, "budget").fill(budget)
        copy.evaluate("button => { document.activeElement.blur(); button.click(); }")
        answered.hear()
        expect(view.locator(".cw-copied")).to_have_value(
            re.compile(re.escape(f'cw.plan("{budget}'))
        )
        params = words(cw.plan(budget).params, "params")
        expect(view.locator(".cw-copied")).to_have_value(re.compile(re.escape(params)))


@pytest.mark.parametrize("last", ["messages", "status"])
@pytest.mark.parametrize("typed_in", [0, 1])
def test_of_two_views_each_keeps_what_was_refused_there(
    answered: Answered, typed_in: int, last: str
) -> None:
    views = [answered.show(), answered.show()]
    typed, other = views[typed_in], views[1 - typed_in]
    answered.give(control(typed, "budget"), "rubbish")
    for lang in ("es", "en"):
        reasons(typed, 1)
        expect(control(typed, "budget")).to_have_value("rubbish")
        reasons(other, 0)
        answered.speak(lang, last)
        answered.page.page.wait_for_timeout(LONGER_THAN_ACCEPTED_MS)
    reasons(typed, 1)


@pytest.mark.parametrize(("word", "good"), [("budget", "$2M"), ("params", "8B"), ("chips", "512")])
def test_a_refusal_is_said_of_no_other_text(answered: Answered, word: str, good: str) -> None:
    views = [answered.show(), answered.show()]
    answered.give(control(views[1], word), good)
    answered.page.page.wait_for_timeout(LONGER_THAN_ACCEPTED_MS)
    stood = control(views[1], word).input_value()
    answered.give(control(views[0], word), "rubbish")
    reasons(views[0], 1)
    reasons(views[1], 0)
    expect(control(views[1], word)).to_have_value(stood)
    # Of two refused texts Python tells of the last.
    answered.give(control(views[1], word), "nonsense")
    reasons(views[1], 1)
    expect(control(views[1], word)).to_have_value("nonsense")
    reasons(views[0], 0)
    expect(control(views[0], word)).to_have_value(stood)


def unread(*texts: str) -> str:
    """What is said of texts that only Python reads, when it does not."""
    return say("ui.python_unread", texts=", ".join(say("ui.quoted", text=text) for text in texts))


def test_each_text_that_nobody_can_read_is_named(page_with_widget: Open) -> None:
    view = page_with_widget(state()).show()
    drawn(view)
    for word, text in (("mfu", "0.4"), ("budget", "512 H100 for 28 days"), ("chips", "sixty")):
        control(view, word).fill(text)
        control(view, word).press("Enter")
    told = unread("512 H100 for 28 days", "0.4", "sixty")
    expect(view.get_by_text(told)).to_be_visible()
    view.get_by_role("button", name=say("ui.copy"), exact=True).click()
    expect(view.locator(".cw-copied")).to_have_value(re.compile(re.escape(told)))


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("budget", "€3M"),
        ("mfu", "0.4"),
        ("mfu", "81 %"),  # of an H100 no more was ever reached, by anything
        ("served_tokens", "1 million million"),
    ],
)
def test_what_nobody_can_read_while_python_is_silent_is_named(
    page_with_widget: Open, word: str, text: str
) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    view.locator("[data-drawer='serving']").click()
    params = figure(view, "params").inner_text()
    control(view, word).fill(text)
    control(view, word).press("Enter")
    told = view.get_by_text(unread(text))
    expect(told).to_be_visible()
    expect(figure(view, "params")).to_have_text(params)
    # Nothing says that they are of what stands there.
    equals = view.locator(".cw-equals")
    expect(equals).to_contain_text("× 10²³ FLOP")
    expect(equals).to_be_visible(visible=word != "budget")
    view.get_by_role("button", name=say("ui.copy"), exact=True).click()
    expect(view.locator(".cw-copied")).to_have_value(re.compile(re.escape(text)))
    # Something that the page reads by itself takes its place.
    control(view, word).fill({"budget": "$2M", "mfu": "40 %", "served_tokens": "2 T"}[word])
    control(view, word).press("Enter")
    expect(told).to_have_count(0)
    expect(view.get_by_text(say("ui.python_silent"))).to_be_visible()


def test_what_python_said_of_another_plan_is_not_said_of_this_one(page_with_widget: Open) -> None:
    page = page_with_widget(asked := state(unique_tokens=1e11))
    view = page.show()
    drawn(view)
    note = view.locator(".cw-notes").get_by_text("Every unique token is read")
    expect(note).to_be_visible()
    slide(view, 4.7)
    let_go(view)
    expect(view.get_by_text(say("ui.python_silent"))).to_be_visible()
    expect(view.locator(".cw-figure-tokens")).to_contain_text("read 2.3")
    expect(note).to_have_count(0)
    view.get_by_role("button", name=say("ui.copy"), exact=True).click()
    expect(view.locator(".cw-copied")).not_to_have_value(re.compile("is read 8"))
    # Python is back, and has heard of nothing: what it says is of what it shows.
    page.receive(budget="$1M", turn=asked["turn"] + 1)
    expect(note).to_be_visible()


def test_nor_can_the_arrows_ask_for_what_no_chip_reaches(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    mfu = control(view, "mfu")
    mfu.fill("80 %")
    mfu.press("Enter")
    with_80 = cw.plan("$1M", mfu=0.8)
    says(view, with_80)
    mfu.press("ArrowUp")
    expect(mfu).to_have_value(printed(0.81, "percent"))
    expect(view.get_by_text(unread(printed(0.81, "percent")))).to_be_visible()
    says(view, with_80)
    mfu.press("ArrowDown")
    assert page.get("mfu") == 0.8
    says(view, with_80)


@pytest.mark.parametrize("text", ["€3M", "512 H100 for 28 days", "banana"])
def test_the_slider_takes_the_place_of_a_text_that_nobody_has_read(
    page_with_widget: Open, text: str
) -> None:
    view = page_with_widget(state()).show()
    drawn(view)
    control(view, "budget").fill(text)
    control(view, "budget").press("Enter")
    told = view.get_by_text(unread(text))
    expect(told).to_be_visible()
    for _ in range(2):
        slider(view).press("ArrowRight")
        expect(control(view, "budget")).to_have_value(re.compile(r"^\$1,\d\d\d,\d\d\d$"))
    expect(told).to_have_count(0)


def test_an_old_refusal_says_nothing_of_what_is_still_being_solved(answered: Answered) -> None:
    answered.planner.budget = None
    answered.planner.target_loss = 2.0
    view = answered.show()
    answered.page.receive(status={"error": "Too good.", "errors": {}, "sentences": []}, turn=900)
    refusal = view.get_by_text("Too good.")
    expect(refusal).to_be_visible()
    view.locator("[data-drawer='data']").click()
    control(view, "unique_tokens").fill("300B")
    control(view, "unique_tokens").press("Enter")
    expect(refusal).to_have_count(0)


def test_the_arrows_lead_back_from_more_than_all(answered: Answered) -> None:
    view = answered.show()
    goodput = control(view, "goodput")
    answered.give(goodput, "120 %")
    reasons(view, 1)
    goodput.press("ArrowDown")
    answered.hear()
    expect(goodput).to_have_value(printed(1.0, "percent"))
    reasons(view, 0)


def test_in_a_report_each_refusal_stands_until_its_word_is_mended(
    open_report: Callable[..., ReportPage],
) -> None:
    page = open_report(cw.plan("$1M"))
    page.settle()
    view = page.page.locator(".cw")
    for word in ("mfu", "goodput"):
        control(view, word).fill("lots")
        control(view, word).press("Enter")
        page.settle()
    reasons(view, 2)
    control(view, "mfu").fill("40%")
    control(view, "mfu").press("Enter")
    page.settle()
    reasons(view, 1)
    expect(control(view, "goodput")).to_have_value("lots")
    control(view, "goodput").press("Escape")
    page.settle()
    reasons(view, 0)


def test_a_refused_budget_keeps_its_text_and_disturbs_nothing(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    field, params = control(view, "budget"), figure(view, "params")
    before = params.inner_text()
    field.fill("a million or so")
    field.press("Enter")
    status = page.get("status")
    refused = {**status, "errors": {"budget": "This is no budget."}}
    page.receive(status=refused, turn=2)
    error = view.get_by_text("This is no budget.")
    expect(error).to_be_visible()
    expect(field).to_have_value("a million or so")
    expect(field).to_have_attribute("aria-invalid", "true")
    assert field.get_attribute("aria-describedby") == error.get_attribute("id")
    expect(params).to_have_text(before)
    field.press("Escape")
    assert page.saved[-1] == {"budget": "$1M"}
    page.receive(status=status, turn=3)
    expect(field).to_have_value("$1,000,000")
    expect(error).to_have_count(0)


def test_going_back_to_the_same_text_ends_its_refusal(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    budget = control(view, "budget")
    for turn in (7, 8):  # the same nonsense again is refused again
        budget.fill("nonsense")
        budget.press("Enter")
        refusal = {
            "errors": {"budget": "“nonsense” cannot be read."},
            "sentences": [],
            "error": None,
        }
        page.receive(budget="$1M", status=refusal, turn=turn)
        expect(view.get_by_text("cannot be read")).to_be_visible()
        budget.fill("$1M")
        budget.press("Enter")
        expect(view.get_by_text("cannot be read")).to_be_hidden()
        expect(budget).to_have_value("$1,000,000")


def refuse(page: WidgetPage, word: str, good: Any, turn: int, sentence: str) -> None:
    """What Python does with what it cannot take: first the old value, then, apart, the reason."""
    page.receive(**{word: good})
    frames(page.page)
    status = page.get("status")
    page.receive(status={**status, "errors": {word: sentence}}, turn=turn)
    frames(page.page)


@pytest.mark.parametrize("text", ["2 million", "€3M", "2e22 FLOPs"])
def test_what_was_drawn_stays_while_a_budget_is_read_or_refused(
    page_with_widget: Open, text: str
) -> None:
    page = page_with_widget(state("$1,000,000"))
    assert "value" not in page.get("bounds")["budget"], "it stands as it is printed"
    view = page.show()
    drawn(view)
    slide(view, 6.3)
    let_go(view)
    plan = cw.plan("$2,000,000")
    says(view, plan)
    field = control(view, "budget")
    for answered in (False, True):
        field.fill(text)
        field.press("Enter")
        frames(page.page)
        says(view, plan)
        expect(field).to_have_value(text)
        view.get_by_role("button", name="Copy plan").click()
        if answered:
            refuse(page, "budget", "$2,000,000", 5, "No budget.")
            says(view, plan)
            expect(field).to_have_value(text)
        field.press("Escape")
        frames(page.page)
        expect(field).to_have_value("$2,000,000")
        expect(view.get_by_text("No budget.")).to_have_count(0)
        assert page.get("budget") == "$2,000,000"
        says(view, plan)


def test_a_budget_that_only_python_reads_is_drawn_when_it_has(page_with_widget: Open) -> None:
    page = page_with_widget(state("$1,000,000"))
    view = page.show()
    drawn(view)
    field = control(view, "budget")
    asked = state("2e22 FLOPs")
    field.fill("2e22 FLOPs")
    field.press("Enter")
    page.receive(bounds=asked["bounds"], turn=2)
    says(view, cw.plan("2e22 FLOPs"))
    slide(view, 23)
    let_go(view)
    says(view, cw.plan("1e23 FLOP"))
    slider(view).focus()
    page.page.keyboard.press("ArrowRight")
    page.page.keyboard.press("Escape")
    says(view, cw.plan("1e23 FLOP"))


@pytest.mark.parametrize(
    ("word", "text", "good", "shown"),
    [
        ("mfu", "99 %", None, "37 %"),
        ("mfu", "one half", None, "37 %"),
        ("price_per_hour", "9" * 400, None, "$2.95"),
        ("budget", "$0.0001", "$1M", "$1,000,000"),
    ],
)
def test_a_refusal_keeps_what_was_typed(
    page_with_widget: Open, word: str, text: str, good: Any, shown: str
) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    field = control(view, word)
    field.fill(text)
    field.press("Enter")
    assert page.saved[-1][word] is not None
    refuse(page, word, good, 2, "Not this.")
    expect(field).to_have_value(text)
    expect(view.get_by_text("Not this.")).to_be_visible()
    field.press("Escape")
    frames(page.page)
    expect(view.get_by_text("Not this.")).to_have_count(0)
    assert field.input_value().replace("\xa0", " ") == shown
    assert page.get(word) == good


@pytest.mark.parametrize("late", [0, 2300])
def test_text_stands_between_the_value_python_takes_back_and_its_reason(
    page_with_widget: Open, late: int
) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    field = control(view, "mfu")
    field.fill("one half")
    field.press("Enter")
    page.page.wait_for_timeout(late)  # a kernel may be busy
    page.receive(mfu=None)
    frames(page.page)
    expect(field).to_have_value("one half")
    refuse(page, "mfu", None, 2, "Not this.")
    expect(view.get_by_text("Not this.")).to_be_visible()
    expect(field).to_have_value("one half")


def test_another_accelerator_ends_what_was_said_of_the_old_one(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    control(view, "mfu").fill("95 %")
    control(view, "mfu").press("Enter")
    refuse(page, "mfu", None, 2, "No run reaches this on an H100.")
    control(view, "accelerator").select_option("tpu-v5p")
    expect(view.get_by_text("on an H100")).to_have_count(0)
    expect(control(view, "mfu")).to_have_value(printed(cw.ACCELERATORS["tpu-v5p"].mfu, "percent"))
    expect(view.get_by_text("type money, FLOP or TPU time")).to_be_visible()


def test_a_refusal_goes_as_soon_as_the_page_can_read_what_replaced_it(
    page_with_widget: Open,
) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    field = control(view, "mfu")
    field.fill("abc")
    field.press("Enter")
    refuse(page, "mfu", None, 2, "Not this.")
    field.fill("50%")
    field.press("Enter")
    frames(page.page)
    # Python may be silent for long.
    expect(view.get_by_text("Not this.")).to_have_count(0)
    assert field.input_value() == "50\u00a0%"
    # Said again of the new value it is meant.
    page.receive(mfu=None)
    frames(page.page)
    expect(view.get_by_text("Not this.")).to_have_count(0)
    page.receive(turn=3)
    frames(page.page)
    expect(view.get_by_text("Not this.")).to_be_visible()
    assert field.input_value() == "50%"


def test_the_tip_of_the_next_field_does_not_cover_a_refusal(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    mfu, goodput = control(view, "mfu"), control(view, "goodput")
    tip = view.locator(".cw-field-goodput .cw-tip")
    goodput.focus()
    expect(tip).to_be_visible()
    mfu.fill("95 %")
    mfu.press("Tab")
    refuse(page, "mfu", None, 2, "Nothing reaches this.")
    expect(goodput).to_be_focused()
    expect(view.get_by_text("Nothing reaches this.")).to_be_visible()
    expect(tip).to_be_hidden()
    view.locator(".cw-field-goodput .cw-label").hover()
    expect(tip).to_be_visible()
