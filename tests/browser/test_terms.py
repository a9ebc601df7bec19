"""Data that costs money or runs out, and a model that is served: drawers beside the law's."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

import chinchilla_widget as cw
from browser.planner import (
    Open,
    as_wide,
    control,
    drawn,
    figure,
    frames,
    printed,
    says,
    slide,
    state,
)
from browser.test_report import ReportPage, open_report  # noqa: F401
from chinchilla_widget.messages import say


def label(view: Locator, drawer: str) -> Locator:
    return view.locator(f"[data-drawer={drawer}]")


def body(view: Locator, drawer: str) -> Locator:
    return view.locator(f".cw-drawer-{drawer}")


def give(view: Locator, word: str, text: str) -> None:
    control(view, word).fill(text)
    control(view, word).press("Enter")


def takes(view: Locator, term: str, plan: cw.Plan) -> None:
    """The drawer says what its term takes of the plan's dollars."""
    assert plan.dollars is not None
    dollars = plan.dollars_by[term]
    share = printed(dollars / plan.dollars, "percent")
    told = say(
        f"ui.{term}_takes",
        dollars=printed(dollars, "money"),
        share=share,
        total=printed(plan.dollars, "money"),
    )
    expect(body(view, term)).to_contain_text(told)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_they_stand_on_one_line_where_there_is_room(page_with_widget: Open, lang: str) -> None:
    _, view = as_wide(page_with_widget, 1080, lang)
    drawers = view.locator("[data-drawer]").evaluate_all(
        "all => all.map(each => [each.dataset.drawer, each.getBoundingClientRect().top])"
    )
    assert [name for name, _ in drawers] == ["data", "serving", "law", "sources"]
    assert len({top for _, top in drawers}) == 1


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_labels_are_the_answers(page_with_widget: Open, lang: str) -> None:
    view = page_with_widget(state(lang=lang)).show()
    nothing = {
        "en": ("Data: free · unlimited unique tokens", "Serving: none"),
        "es": ("Datos: gratis · tokens ilimitados", "Servicio: ninguno"),
    }[lang]
    expect(label(view, "data")).to_have_text(nothing[0])
    expect(label(view, "serving")).to_have_text(nothing[1])
    words = {"token_price": 0.5, "unique_tokens": 3e11, "repeats": False, "served_tokens": 2e12}
    view = page_with_widget(state(lang=lang, **words)).show()
    all_of_it = {
        "en": (
            "Data: $0.50 per million · 300 B unique tokens, read once",
            "Serving: 2.00 T tokens",
        ),
        "es": (
            "Datos: 0,50 US$ por millón · 300 B tokens únicos, leídos una vez",
            "Servicio: 2,00 T tokens",
        ),
    }[lang]
    expect(label(view, "data")).to_have_text(all_of_it[0])
    expect(label(view, "serving")).to_have_text(all_of_it[1])


def test_a_served_model_is_smaller_and_the_drawer_says_what_serving_takes(
    page_with_widget: Open,
) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    label(view, "serving").click()
    expect(body(view, "serving")).to_contain_text(say("ui.serving_hint"))
    give(view, "served_tokens", "10T")
    assert page.saved[-1] == {"served_tokens": 1e13}
    plan = cw.plan("$1M", served_tokens="10T")
    assert plan.params < 0.5 * cw.plan("$1M").params
    says(view, plan)
    expect(label(view, "serving")).to_have_text("Serving: 10.0 T tokens")
    takes(view, "serving", plan)
    # Of its own efficiency and price.
    give(view, "serving_mfu", "20 %")
    give(view, "serving_price_per_hour", "1.5")
    says(
        view,
        cw.plan("$1M", served_tokens="10T", serving_mfu=0.2, serving_price_per_hour=1.5),
    )
    # An emptied field asks nothing any more: as in training, and then no serving.
    give(view, "serving_mfu", "")
    give(view, "serving_price_per_hour", "")
    expect(control(view, "serving_mfu")).to_have_value(control(view, "mfu").input_value())
    give(view, "served_tokens", "")
    assert page.saved[-1] == {"served_tokens": 0}
    says(view, cw.plan("$1M"))
    expect(label(view, "serving")).to_have_text("Serving: none")


def test_data_that_costs_money_and_runs_out(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    label(view, "data").click()
    give(view, "unique_tokens", "300 B")
    assert page.saved[-1] == {"unique_tokens": 3e11}
    says(view, cw.plan("$1M", unique_tokens="300B"))
    expect(figure(view, "tokens").locator("xpath=../..")).to_contain_text("300 B unique")
    once = body(view, "data").get_by_role("button", name="Read every token at most once")
    expect(once).to_have_attribute("aria-pressed", "false")
    once.click()
    assert page.saved[-1] == {"repeats": False}
    says(view, cw.plan("$1M", unique_tokens="300B", repeats=False))
    once.click()
    give(view, "unique_tokens", "")
    assert page.saved[-1] == {"unique_tokens": None}
    give(view, "token_price", "$0.10")
    plan = cw.plan("$1M", token_price=0.1)
    says(view, plan)
    takes(view, "data", plan)
    give(view, "token_price", "0")
    assert page.saved[-1] == {"token_price": 0}
    expect(control(view, "token_price")).to_have_value("")
    says(view, cw.plan("$1M"))


def test_arrow_keys_go_from_nothing_by_round_numbers_and_escape_goes_back(
    page_with_widget: Open,
) -> None:
    page = page_with_widget(state())
    view = page.show()
    label(view, "serving").click()
    served = control(view, "served_tokens")
    served.press("ArrowDown")
    assert page.get("served_tokens") == 0
    for expected in (1e12, 2e12, 5e12, 1e13):
        served.press("ArrowUp")
        assert page.get("served_tokens") == expected
    served.press("ArrowDown")
    assert page.get("served_tokens") == 5e12
    expect(served).to_have_value(printed(5e12, "tokens"))
    served.press("Escape")
    assert page.get("served_tokens") == 0
    expect(served).to_have_value("")
    label(view, "data").click()
    price = control(view, "token_price")
    price.press("ArrowUp")
    assert page.get("token_price") == 0.05
    price.press("ArrowDown")
    assert page.get("token_price") == 0
    expect(price).to_have_value("")


def test_what_is_refused_is_said_in_the_drawer(page_with_widget: Open) -> None:
    planner = cw.Planner("$1M")
    try:
        page = page_with_widget(state())
        view = page.show()
        drawn(view)
        label(view, "serving").click()
        give(view, "served_tokens", "plenty")
        assert page.saved[-1] == {"served_tokens": "plenty"}
        planner.set_state({"served_tokens": "plenty"})
        page.receive(served_tokens=0, status=planner.status, turn=planner.turn)
        expect(body(view, "serving").get_by_role("alert").first).to_contain_text("plenty")
        expect(control(view, "served_tokens")).to_have_value("plenty")
        says(view, cw.plan("$1M"))
    finally:
        planner.close()


def test_no_label_moves_in_a_drag(page_with_widget: Open) -> None:
    words = {"token_price": 0.5, "unique_tokens": 3e11, "served_tokens": 2e12}
    view = page_with_widget(state(**words)).show()
    drawn(view)
    places = set()
    for position in (5, 5.5, 6, 6.6, 7, 7.4, 8):
        slide(view, position)
        frames(view.page)
        line = view.locator(".cw-drawer-line > *").all()
        places.add(tuple(tuple((each.bounding_box() or {}).values()) for each in line))
    assert len(places) == 1


@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_report_takes_them_too_and_keeps_them_in_its_address(
    open_report: Callable[..., ReportPage],  # noqa: F811
    lang: str,
) -> None:
    page = open_report(cw.plan("$1M" if lang == "en" else "1 M US$", lang=lang))
    page.settle()
    view = page.page.locator(".cw")
    label(view, "serving").click()
    give(view, "served_tokens", "10 T")
    says_in = cw.plan("$1M", served_tokens="10T")
    expect(figure(view, "params")).to_have_text(printed(says_in.params, "params", lang))
    label(view, "data").click()
    give(view, "token_price", "0")  # as it is: nothing was moved
    page.page.wait_for_function("() => location.hash.includes('served_tokens')")
    assert "token_price" not in page.page.url
    give(view, "served_tokens", "")
    page.page.wait_for_function("() => !location.hash.includes('served_tokens')")
    expect(figure(view, "params")).to_have_text(printed(cw.plan("$1M").params, "params", lang))


def test_no_plan_is_shown_for_what_has_none(page_with_widget: Open) -> None:
    """However long Python takes to say so: the page knows that such a law takes no serving."""
    page = page_with_widget(state(served_tokens=2e12))
    view = page.show()
    drawn(view)
    label(view, "serving").click()
    label(view, "law").click()
    control(view, "law").select_option("kaplan-2020")
    expect(figure(view, "params")).to_have_text("–")
    expect(body(view, "serving")).to_contain_text("Kaplan 2020 gives the best size for a budget")
    expect(body(view, "serving")).not_to_contain_text("takes")
    expect(view.get_by_text(say("ui.python_needed"))).to_be_visible()  # nobody answers here
    # The last pictures stand back, and what compute costs is known all the same.
    expect(view.locator(".cw-picture svg")).to_have_count(3)
    expect(control(view, "goodput")).to_have_value(printed(0.9, "percent"))
    expect(view.locator(".cw-follows").first).to_contain_text("per 10²¹ FLOP")
    control(view, "law").select_option("besiroglu-2024")
    says(view, cw.plan("$1M", served_tokens="2T"))
    expect(view.get_by_text(say("ui.python_silent"))).to_be_visible()


def test_what_was_fixed_stands_until_python_has_solved_it_anew(page_with_widget: Open) -> None:
    page = page_with_widget(state(None, target_loss=2.0))
    view = page.show()
    drawn(view)
    before = cw.plan(target_loss=2.0)
    says(view, before)
    label(view, "serving").click()
    give(view, "served_tokens", "2T")
    frames(page.page)
    says(view, before)
    after = state(None, target_loss=2.0, served_tokens=2e12)
    page.receive(**{n: after[n] for n in ("tables", "bounds", "status")}, turn=after["turn"] + 9)
    says(view, cw.plan(target_loss=2.0, served_tokens="2T"))
    takes(view, "serving", cw.plan(target_loss=2.0, served_tokens="2T"))
    # Nobody answers: the old figures are no answer to the new question.
    give(view, "served_tokens", "5T")
    expect(view.get_by_text(say("ui.python_needed"))).to_be_visible()
    expect(figure(view, "params")).to_have_text("–")


def test_a_whole_run_reads_the_tokens_there_are(
    open_report: Callable[..., ReportPage],  # noqa: F811
) -> None:
    fixed: dict[str, Any] = {"params": "8B", "tokens": "15T"}
    page = open_report(cw.plan(**fixed, token_price=0.5, served_tokens="2T"))
    page.settle()
    view = page.page.locator(".cw")
    label(view, "data").click()
    give(view, "unique_tokens", "100 B")
    plan = cw.plan(**fixed, token_price=0.5, served_tokens="2T", unique_tokens="100B")
    says(view, plan)
    takes(view, "data", plan)
    expect(view).to_contain_text("Every unique token is read 150 times")
    page = open_report(cw.plan(**fixed, unique_tokens="100B"))
    page.settle()
    view = page.page.locator(".cw")
    label(view, "data").click()
    give(view, "unique_tokens", "unlimited")
    says(view, cw.plan(**fixed))


def test_money_that_is_left_over_buys_nothing_for_want_of_tokens(page_with_widget: Open) -> None:
    words = {"params": 8e9, "unique_tokens": 3e11, "repeats": False, "served_tokens": 2e12}
    view = page_with_widget(state(**words)).show()
    drawn(view)
    plan = cw.plan("$1M", **words)
    assert plan.dollars is not None
    assert plan.dollars < 0.5e6
    note = view.locator(".cw-note")
    expect(note).to_contain_text("more loss")
    expect(note).not_to_contain_text("buy nothing")
    label(view, "serving").click()
    takes(view, "serving", plan)


def test_serving_takes_compute_where_nobody_knows_a_price(page_with_widget: Open) -> None:
    words = {"accelerator": "mi250x", "served_tokens": 2e12}
    view = page_with_widget(state("2e23 FLOP", **words)).show()
    drawn(view)
    share = 1 - cw.plan("2e23 FLOP", **words).flops / 2e23
    assert 0.3 < share < 0.4
    label(view, "serving").click()
    told = say("ui.serving_takes_compute", share=printed(share, "percent"))
    expect(body(view, "serving")).to_contain_text(told)


@pytest.mark.parametrize(("lang", "word"), [("en", "Unlimited"), ("es", "ilimitados")])
def test_the_words_in_the_fields_are_read_there(
    page_with_widget: Open, lang: str, word: str
) -> None:
    page = page_with_widget(state(lang=lang, unique_tokens=3e11))
    view = page.show()
    label(view, "data").click()
    give(view, "unique_tokens", word)
    assert page.get("unique_tokens") is None
    give(view, "unique_tokens", "3e11")
    assert page.get("unique_tokens") == 3e11


def test_arrow_keys_go_on_from_what_is_typed_and_end(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    label(view, "serving").click()
    served = control(view, "served_tokens")
    served.fill("3T")
    served.press("Shift+ArrowUp")  # selects text
    expect(served).to_have_value("3T")
    served.press("ArrowUp")
    assert page.get("served_tokens") == 5e12
    give(view, "served_tokens", "5e34")
    for expected in (1e35, 2e35, 5e35, 1e36, 1e36):
        served.press("ArrowUp")
        assert page.get("served_tokens") == expected


def test_a_step_that_is_refused_stands_beside_its_reason(page_with_widget: Open) -> None:
    planner = cw.Planner("$1M", serving_mfu=0.78)
    try:
        page = page_with_widget(state(serving_mfu=0.78))
        view = page.show()
        label(view, "serving").click()
        mfu = control(view, "serving_mfu")
        for _ in range(5):
            mfu.press("ArrowUp")
        text = printed(0.83, "percent")  # no chip reaches it: Python says so
        page.page.wait_for_function("text => model.saved.at(-1).serving_mfu === text", arg=text)
        planner.set_state({"serving_mfu": text})
        page.receive(serving_mfu=0.78, status=planner.status, turn=planner.turn)
        expect(body(view, "serving").get_by_role("alert")).to_contain_text("83 %")
        expect(mfu).to_have_value(text)
        mfu.press("Escape")
        expect(mfu).to_have_value(printed(0.78, "percent"))
        assert page.get("serving_mfu") == 0.78
    finally:
        planner.close()


def test_a_fixed_plan_follows_a_drag_as_fast_as_python_solves_it(page_with_widget: Open) -> None:
    words: dict[str, Any] = {"tokens": 3e11, "token_price": 1.0}
    page = page_with_widget(state(**words))
    view = page.show()
    drawn(view)
    says(view, cw.plan("$1M", **words))
    slide(view, 6.3)
    frames(page.page)
    says(view, cw.plan("$1M", **words))
    slide(view, 6.6)  # the hand is ahead of Python
    after = state("$2,000,000", **words)
    page.receive(**{n: after[n] for n in ("tables", "bounds", "status")}, turn=after["turn"] + 9)
    expect(figure(view, "params")).to_have_text(
        printed(cw.plan("$2M", **words).params, "params"), timeout=1_500
    )


def test_a_refusal_undone_shows_no_other_plan_meanwhile(page_with_widget: Open) -> None:
    """What Python refused has no fixed plan to go back to: nothing is shown until it is solved."""
    words: dict[str, Any] = {"target_loss": 2.0}
    planner = cw.Planner(**words)
    try:
        page = page_with_widget(state(None, **words))
        view, other = page.show(), page.show()
        drawn(view)
        label(view, "law").click()
        control(view, "law").select_option("kaplan-2020")
        planner.set_state({"law": "kaplan-2020"})
        told = {n: getattr(planner, n) for n in ("tables", "bounds", "status", "turn")}
        page.receive(**told)
        control(view, "law").select_option("besiroglu-2024")
        frames(page.page)
        expect(figure(view, "params")).to_have_text("–")
        planner.set_state({"law": "besiroglu-2024"})
        page.receive(**{n: getattr(planner, n) for n in ("tables", "bounds", "status", "turn")})
        says(view, cw.plan(**words))
        says(other, cw.plan(**words))
    finally:
        planner.close()


def test_fixed_tokens_stay_fixed_without_python(page_with_widget: Open) -> None:
    words: dict[str, Any] = {"tokens": 1e12, "unique_tokens": 2e12, "repeats": False}
    page = page_with_widget(state(**words))
    view = page.show()
    drawn(view)
    tables = page.get("tables")
    page.receive(tables={**tables, "pin": None})  # as after a refusal
    label(view, "data").click()
    give(view, "unique_tokens", "3T")
    says(view, cw.plan("$1M", **{**words, "unique_tokens": 3e12}))


def test_a_budget_is_answered_here_though_a_target_was_fixed(page_with_widget: Open) -> None:
    page = page_with_widget(state(None, target_loss=2.0))
    view = page.show()
    drawn(view)
    give(view, "budget", "$100M")
    says(view, cw.plan("$100M"))
    expect(view.get_by_text(say("ui.python_silent"))).to_be_visible()
    says(view, cw.plan("$100M"))


def test_every_view_hears_that_python_is_silent(page_with_widget: Open) -> None:
    page = page_with_widget(state(None, target_loss=2.0))
    first, second = page.show(), page.show()
    drawn(first)
    drawn(second)
    label(first, "data").click()
    give(first, "token_price", "5")
    for view in (first, second):
        expect(view.get_by_text(say("ui.python_needed"))).to_be_visible()
        expect(figure(view, "params")).to_have_text("–")


def test_an_old_refusal_does_not_stand_beside_a_plan(page_with_widget: Open) -> None:
    page = page_with_widget(state(law="kaplan-2020"))
    view = page.show()
    expect(figure(view, "params")).not_to_have_text("–")
    label(view, "serving").click()
    give(view, "served_tokens", "2T")
    status = {"errors": {}, "sentences": [], "error": "Kaplan 2020 cannot take this."}
    page.receive(status=status, turn=50)
    expect(view.get_by_text("cannot take this")).to_be_visible()
    give(view, "served_tokens", "")
    expect(figure(view, "params")).not_to_have_text("–")
    expect(view.get_by_text("cannot take this")).to_have_count(0)


@pytest.mark.parametrize("said", ["at once", "in one text"])
def test_words_that_come_after_their_answer_are_answered(page_with_widget: Open, said: str) -> None:
    planner = cw.Planner(target_loss=2.0)
    sent: list[dict[str, Any]] = []
    try:
        page = page_with_widget(state(None, target_loss=2.0))
        view, other = page.show(), page.show()
        drawn(view)
        drawn(other)
        planner.comm.send = lambda data=None, **_: sent.append(data)  # type: ignore[union-attr]
        if said == "at once":
            with planner.hold_trait_notifications():
                planner.target_loss = planner.budget = None
                planner.params, planner.tokens = 3e9, 1e12
        else:
            text = "512 H100 for 28 days @40% MFU"
            give(view, "budget", text)
            planner.set_state({"budget": text, "target_loss": None})
        for message in sent:
            page.receive(**message["state"])
        assert planner.plan is not None
        page.page.wait_for_timeout(2_500)  # longer than Python may be silent
        for each in (view, other):
            says(each, planner.plan)
            expect(each.locator(".cw-silence")).to_have_text("")
    finally:
        planner.close()
