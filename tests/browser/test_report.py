"""A report from its file: no network, no errors, no eval, and the figures that Python gives."""

from __future__ import annotations

import base64
import json
import math
import re
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any, Literal
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

import chinchilla_widget as cw
from browser import pdf
from browser.conftest import FLAGS, chromium
from browser.planner import frames
from browser.test_accessibility import CONTRASTS
from browser.watch import Watch
from chinchilla_widget.laws import About, ParametricLaw
from chinchilla_widget.messages import say
from chinchilla_widget.page import spoken
from chinchilla_widget.quantities import show, show_ends
from chinchilla_widget.report.assumptions import assumptions
from unit.runs_for_fits import chinchilla

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# Readouts that every plan has, with the kind each prints as.
READOUTS = {"params": "params", "tokens": "tokens", "tokens_per_param": "ratio", "loss": "loss"}


class ReportPage:
    """A report opened from its file."""

    def __init__(self, page: Page, path: Path, fragment: str = "") -> None:
        self.page, self.path = page, path
        page.goto(path.as_uri() + fragment)
        page.locator(".cw-picture svg").first.wait_for()

    def ask(self, fragment: str) -> None:
        """What following a link within the page does."""
        self.page.evaluate("(fragment) => { location.hash = fragment; }", fragment)
        frames(self.page)

    def read(self, quantity: str) -> str:
        return self.page.locator(f"[data-quantity='{quantity}']").first.text_content() or ""

    @property
    def budget(self) -> Locator:
        return self.page.locator("input[type=text][data-word='budget']")

    @property
    def slider(self) -> Locator:
        return self.page.locator("input[type=range][data-word='budget']")

    def type(self, text: str) -> None:
        self.budget.fill(text)
        self.budget.press("Enter")
        self.settle()

    def choose_law(self, law: str) -> None:
        drawer = self.page.locator("[data-drawer='law']")
        if drawer.get_attribute("aria-expanded") == "false":
            drawer.click()
        self.page.locator("select[data-word='law']").select_option(law)
        self.settle()

    def settle(self) -> None:
        """The time after which a drag counts as over, by the page's own clock, and two frames."""
        # A timer set after the page's fires after it, however slow the machine.
        self.page.evaluate("() => new Promise((later) => setTimeout(later, 260))")
        frames(self.page)

    @property
    def told(self) -> dict[str, Any]:
        """Readouts, doubt and notes, of one and the same moment."""
        found: dict[str, Any] = self.page.evaluate(
            """(names) => {
              const read = (each) => each?.textContent ?? null;
              return {
                figures: Object.fromEntries(names.map((name) =>
                  [name, read(document.querySelector(`[data-quantity="${name}"]`))])),
                doubt: read(document.querySelector(".cw-warning")),
                notes: [...document.querySelectorAll(".cw-notes:not([hidden]) li")].map(read),
              };
            }""",
            list(READOUTS),
        )
        return found

    @property
    def doubt(self) -> str:
        return self.page.locator(".cw-warning").text_content() or ""


@pytest.fixture
def open_report(context: BrowserContext, tmp_path: Path) -> Iterator[Callable[..., ReportPage]]:
    """`open_report(plan, fragment="", **how)`: the report of a plan, in a new tab."""
    context.set_offline(True)
    watch = Watch(context)
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))

    def open_(plan: cw.Plan, fragment: str = "", **how: Any) -> ReportPage:
        path = plan.report(tmp_path / "plan.html", force=True, **how)
        return ReportPage(context.new_page(), path, fragment)

    yield open_
    watch.check()
    # The file itself is all that is ever asked for.
    assert {url.split("#")[0] for url in asked} <= {(tmp_path / "plan.html").as_uri(), "data:,"}


def saved_state(page: str) -> dict[str, Any]:
    """What the page was given of its plan."""
    packed = re.search(r'id="cw-state">([^<]+)<', page)
    assert packed
    zipped = base64.b85decode(packed[1].replace(",", "<"))
    found: dict[str, Any] = json.loads(zlib.decompressobj(-zlib.MAX_WBITS).decompress(zipped))
    return found


def printed(plan: cw.Plan) -> dict[str, str]:
    """What the page's readouts say of a plan."""
    lang = plan.scenario.lang
    return {
        name: "–" if (value := getattr(plan, name)) is None else show(value, kind, lang)  # type: ignore[arg-type]
        for name, kind in READOUTS.items()
    }


def doubts(plan: cw.Plan, reading: bool = False) -> tuple[list[str], list[str]]:
    """The sentences of a plan: how far it lies beyond the law's runs, and the rest.

    How a budget was read, Python alone knows: it is said of the one the page was saved with.
    """
    ours = [each for each in plan.status if reading or each.code != "scenario.reading"]
    beyond = [str(e) for e in ours if re.match(r"plans\.(extrapolates|below_domain)", e.code)]
    return beyond, [spoken(each) for each in ours if str(each) not in beyond]


def same(page: ReportPage, plan: cw.Plan, reading: bool = False) -> None:
    """The page says of this question what Python says, to the digit and to the sentence."""
    beyond, rest = doubts(plan, reading)
    (doubt,) = beyond or [""]
    expected = {"figures": printed(plan), "doubt": doubt, "notes": rest}
    deadline = monotonic() + 10
    while (told := page.told) != expected and monotonic() < deadline:
        page.page.wait_for_timeout(50)
    assert told == expected


def test_fifty_positions_of_the_slider_say_what_python_says(
    open_report: Callable[..., ReportPage],
) -> None:
    page = open_report(cw.plan("$1M", chips=512))
    for step in range(50):
        position = 3.0 + 6.0 * step / 49
        page.slider.evaluate(
            """(slider, position) => {
              slider.value = position;
              slider.dispatchEvent(new Event("input", { bubbles: true }));
              slider.dispatchEvent(new Event("change", { bubbles: true }));
            }""",
            position,
        )
        frames(page.page)  # it was let go: nothing else is waited for
        text = page.budget.input_value()
        plan = cw.plan(text, chips=512)
        assert plan.scenario.budget is not None
        assert math.isclose(math.log10(plan.scenario.budget.amount), position, abs_tol=0.012)
        same(page, plan)
        assert page.read("days") == show(plan.days * 86_400, "duration")  # type: ignore[operator]
        assert page.page.locator("[data-quantity='flops']").text_content() == (
            show(plan.flops, "flops") + " FLOP"
        )


def test_the_page_computes_what_python_computes_to_nine_digits(
    open_report: Callable[..., ReportPage],
) -> None:
    """Beyond what is printed: the figures of the marks in the pictures."""
    page = open_report(cw.plan("$1M", params="8B"))
    value = page.page.locator("[data-word='params'][role='slider'], .cw-handle").first
    assert value.count() == 1
    saved = saved_state(page.path.read_text(encoding="utf-8"))
    assert saved["bounds"]["budget"]["value"] == 1e6
    for budget in ("$12,345", "$987,654,321", "4.56e24 FLOP"):
        answer = page.page.evaluate(
            """([state, budget, kind]) => chinchilla_widget.answer(
              { ...state, params: null }, { kind, value: budget })""",
            [
                saved,
                cw.plan(budget).scenario.budget.amount,  # type: ignore[union-attr]
                cw.plan(budget).scenario.budget.kind,  # type: ignore[union-attr]
            ],
        )
        plan = cw.plan(budget)
        for name in ("params", "tokens", "loss", "flops", "chip_hours", "energy_kwh", "co2_kg"):
            assert math.isclose(answer[f"k_{name}"], getattr(plan, name), rel_tol=1e-9), name


@pytest.mark.parametrize(
    "words",
    [
        {"budget": "$1M", "lang": "es"},
        {"budget": "2.5e23 FLOP", "law": "kaplan-2020"},
        {"budget": "$1M", "served_tokens": "2T", "token_price": 0.1},
        {"budget": "$20M", "unique_tokens": "300B", "law": "hoffmann-2022-approach-3"},
        {"budget": "$1M", "unique_tokens": "30B", "repeats": False},
        {"budget": "512 H100 for 28 days at 40% MFU"},
        {"budget": "1e24 FLOP", "accelerator": "tpu-v7"},
        {"budget": "$1M", "price_kind": "spot"},
        {"budget": "$1M", "params": "8B"},
        {"target_loss": 2.0},
        {"params": "70B", "tokens": "15T", "chips": 1024, "mfu": 0.5},
        {"budget": "$25,567,812.34 at 45% MFU"},
    ],
    ids=str,
)
def test_a_report_opens_on_its_plan(
    open_report: Callable[..., ReportPage], words: dict[str, Any]
) -> None:
    plan = cw.plan(**words)
    page = open_report(plan)
    frames(page.page)
    same(page, plan, reading=True)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_report_says_what_is_doubtful_of_a_law_of_ones_own(
    open_report: Callable[..., ReportPage], lang: str
) -> None:
    fit = cw.fit(chinchilla(excluded=True), params="N", tokens="D", loss="loss", lang=lang)
    assert fit.law.about.doubts
    page = open_report(cw.plan("$1M", law=fit, lang=lang))
    same(page, cw.plan("$1M", law=fit, lang=lang), reading=True)
    page.type("$3,000,000" if lang == "en" else "3.000.000 US$")
    same(page, cw.plan("$3M" if lang == "en" else "3 M US$", law=fit, lang=lang))


@pytest.mark.parametrize(
    ("lang", "texts"),
    [
        (
            "en",
            ("$3,000,000", "$25 M", "$10k", "2.5e23 FLOP", "4.02 × 10²³ FLOP", "338,983 GPU-hours"),
        ),
        ("es", ("3.000.000 US$", "4,02 × 10²³ FLOP", "338.983 horas de GPU")),
    ],
)
def test_a_budget_is_typed_as_it_is_printed(
    open_report: Callable[..., ReportPage], lang: str, texts: tuple[str, ...]
) -> None:
    page = open_report(cw.plan("$1M" if lang == "en" else "1 M US$", lang=lang))
    for text in texts:
        page.type(text)
        same(page, cw.plan(text, lang=lang))


def test_any_other_budget_gets_a_sentence(open_report: Callable[..., ReportPage]) -> None:
    page = open_report(cw.plan("$1M"))
    error = page.page.locator(".cw-budget .cw-error")
    before = "$1M"
    for text, after in (
        ("a million", "$2M"),
        ("€500k", "$3M"),
        ("<img src=x onerror=alert(1)>", "$4M"),
        ("1e6", "$5M"),
    ):
        page.type(text)
        assert text in (error.text_content() or "")
        assert "without Python" in (error.text_content() or "")
        assert page.budget.input_value() == text  # to be mended
        same(page, cw.plan(before))
        page.type(after)
        assert not error.is_visible()
        same(page, cw.plan(after))
        before = after


def test_other_words_follow_and_are_refused_as_in_python(
    open_report: Callable[..., ReportPage],
) -> None:
    page = open_report(cw.plan("$1M"))
    tab = page.page

    def give(word: str, text: str) -> None:
        field = tab.locator(f"input[data-word='{word}']")
        field.fill(text)
        field.press("Enter")
        page.settle()

    give("mfu", "45 %")
    give("chips", "2,048")
    same(page, cw.plan("$1M", mfu=0.45, chips=2048))
    page.choose_law("porian-2024")
    same(page, cw.plan("$1M", mfu=0.45, chips=2048, law="porian-2024"))
    tab.locator("select[data-word='accelerator']").select_option("b200")
    page.settle()
    same(page, cw.plan("$1M", chips=2048, law="porian-2024", accelerator="b200"))
    give("mfu", "99 %")
    refusals = tab.locator("[role=alert]:visible")
    expect(refusals).to_contain_text(["Nothing reaches an MFU"])
    same(page, cw.plan("$1M", chips=2048, law="porian-2024", accelerator="b200"))
    give("chips", "2,000,000,000")  # more than Python takes
    give("price_per_hour", "cheap")
    expect(refusals).to_contain_text(
        ["“cheap” cannot be read here", "Nothing reaches an MFU", "out of range"]
    )


def test_a_budget_too_small_for_a_run_has_no_plan(open_report: Callable[..., ReportPage]) -> None:
    page = open_report(cw.plan("1e21 FLOP"))
    page.type("1e2 FLOP")
    assert page.read("params") == "–"
    assert page.doubt.startswith("No plan here")
    page.type("1e21 FLOP")
    same(page, cw.plan("1e21 FLOP"))


def refused(**words: Any) -> str:
    """Why Python has no plan for this, as a page says it."""
    with pytest.raises(cw.ChinchillaError) as caught:
        cw.plan(**words)
    return spoken(caught.value)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_chip_without_a_price_is_refused_as_in_python(
    open_report: Callable[..., ReportPage], lang: str
) -> None:
    words: dict[str, Any] = {"budget": "$1M" if lang == "en" else "1 M US$", "lang": lang}
    page = open_report(cw.plan(**words))
    page.page.locator("select[data-word=accelerator]").select_option("tpu-v7")
    page.settle()
    assert page.doubt == refused(**words, accelerator="tpu-v7")
    # What the page advises instead, in the chip's own word and in Python's.
    for time in ("TPU", "GPU"):
        page.type(f"100,000 {time}-hours" if lang == "en" else f"100.000 horas de {time}")
        hours = "100,000 GPU-hours" if lang == "en" else "100.000 horas de GPU"
        same(page, cw.plan(hours, accelerator="tpu-v7", lang=lang))
    page.type("lots")
    told = page.page.locator(".cw-budget .cw-error").text_content() or ""
    assert ("TPU-hours" if lang == "en" else "horas de TPU") in told


@pytest.mark.parametrize(
    "words",
    [{"served_tokens": 2e12}, {"unique_tokens": 3e11}, {"tokens": 2e12}],
    ids=str,
)
def test_a_law_without_a_surface_is_refused_as_in_python(
    open_report: Callable[..., ReportPage], words: dict[str, Any]
) -> None:
    page = open_report(cw.plan("$1M", **words))
    page.choose_law("porian-2024")
    assert page.doubt == refused(budget="$1M", law="porian-2024", **words)
    assert page.read("params") == "–"
    page.choose_law("besiroglu-2024")
    same(page, cw.plan("$1M", **words))


def test_a_size_of_ones_own_goes_with_a_sentence(open_report: Callable[..., ReportPage]) -> None:
    plan = cw.plan("$1M", params="8B")
    page = open_report(plan)
    page.choose_law("porian-2024")
    note = page.page.locator(".cw-note")
    assert (note.text_content() or "").startswith("◇ 8.00\u00a0B no longer applies: Porian 2024")
    assert note.is_visible()
    same(page, cw.plan("$1M", law="porian-2024"))
    page.choose_law("besiroglu-2024")
    assert "no longer applies" not in (note.text_content() or "")
    page.ask("#law=porian-2024")
    why = refused(budget="$1M", law="porian-2024", params=8e9)
    assert page.page.locator(".rp-problem").inner_text().endswith(why)
    same(page, plan)


@pytest.mark.parametrize(
    "words",
    [
        {},
        {"served_tokens": "2T"},
        {"unique_tokens": "300B"},
        {"token_price": 0.1, "repeats": False},
    ],
    ids=str,
)
def test_a_budget_with_tokens_is_answered_anew(
    open_report: Callable[..., ReportPage], words: dict[str, Any]
) -> None:
    page = open_report(cw.plan("$1M", tokens="2T", **words))
    frames(page.page)
    same(page, cw.plan("$1M", tokens="2T", **words))
    page.type("$30M")
    same(page, cw.plan("$30M", tokens="2T", **words))
    page.choose_law("hoffmann-2022-approach-3")
    same(page, cw.plan("$30M", tokens="2T", law="hoffmann-2022-approach-3", **words))


def test_tokens_to_buy_and_read_again_are_pythons(open_report: Callable[..., ReportPage]) -> None:
    words: dict[str, Any] = {"tokens": "2T", "token_price": 0.1}
    page = open_report(cw.plan("$1M", **words))
    frames(page.page)
    same(page, cw.plan("$1M", **words))
    page.type("$3M")
    assert "How many of these tokens to buy" in page.doubt
    assert page.read("params") == "–"
    page.type("$1M")
    same(page, cw.plan("$1M", **words))


def intervals(page: ReportPage) -> dict[str, str]:
    """What stands under the figures of how sure the law is."""
    found = {
        name: page.page.locator(f".cw-figure-{name.replace('_', '-')} .cw-sure").text_content()
        for name in READOUTS
    }
    return {name: text for name, text in found.items() if text and text.strip()}


def expected_intervals(plan: cw.Plan) -> dict[str, str]:
    """The same of a plan: nothing under what was asked for."""
    lang = plan.scenario.lang
    told = {}
    for name, kind in READOUTS.items():
        found = plan.interval(name)
        ends = found and show_ends(*found, kind, lang)  # type: ignore[arg-type]
        if ends:
            level = "80\u00a0%" if lang == "es" else "80 %"
            told[name] = f"{level}: {'–'.join(ends)}"
    return told


@pytest.mark.parametrize(
    "words",
    [
        {"budget": "$1M"},
        {"budget": "$1M", "params": "8B"},
        {"budget": "$1M", "unique_tokens": "30B"},
        {"budget": "$1M", "tokens": "2T"},
        {"target_loss": 2.0},
        {"target_loss": 2.0, "params": "70B"},
        {"params": "70B", "tokens": "15T"},
    ],
    ids=str,
)
def test_intervals_are_pythons(
    open_report: Callable[..., ReportPage], words: dict[str, Any]
) -> None:
    plan = cw.plan(**words)
    page = open_report(plan)
    expected = expected_intervals(plan)
    assert expected
    page.page.wait_for_function(
        "() => [...document.querySelectorAll('.cw-sure')].some(e => e.textContent.includes('80'))"
    )
    squeezed = {name: text.replace("\u00a0", " ") for name, text in intervals(page).items()}
    assert squeezed == {name: text.replace("\u00a0", " ") for name, text in expected.items()}
    page.page.locator("[data-drawer='sources']").click()
    assumed = page.page.locator(".cw-assumed", has_text="joint draws of the law")
    assert assumed.count() == 1
    if "budget" not in words:
        # Of another law Python was not asked how sure it is.
        page.choose_law("hoffmann-2022-approach-3")
        page.choose_law("besiroglu-2024")
        page.page.locator("input[data-word='mfu']").fill("30 %")
        page.page.locator("input[data-word='mfu']").press("Enter")
        page.settle()
        assert intervals(page)


def test_an_emptied_budget_is_refused(open_report: Callable[..., ReportPage]) -> None:
    page = open_report(cw.plan("$1M"))
    page.type("")
    error = page.page.locator(".cw-budget .cw-error")
    assert (error.text_content() or "").startswith("The budget is empty")
    assert page.budget.input_value() == ""
    same(page, cw.plan("$1M"))
    page.budget.press("Escape")
    page.type("$2M")
    same(page, cw.plan("$2M"))


def test_what_was_fixed_gives_way_to_a_budget(open_report: Callable[..., ReportPage]) -> None:
    page = open_report(cw.plan(target_loss=2.0))
    page.choose_law("sardana-2024")
    assert "needs Python" in page.doubt
    assert page.read("params") == "–"
    page.page.get_by_role("button", name="Back to the plan as saved").click()
    page.settle()
    same(page, cw.plan(target_loss=2.0))
    page.type("$2M")
    same(page, cw.plan("$2M"))


@pytest.mark.parametrize(
    ("fragment", "words"),
    [
        ("#budget=%243M", {"budget": "$3M"}),
        (
            "#budget=$3M&law=porian-2024&chips=8",
            {"budget": "$3M", "law": "porian-2024", "chips": 8},
        ),
        ("#mfu=0.45&price_per_hour=2", {"budget": "$1M", "mfu": 0.45, "price_per_hour": 2}),
        ("#budget=2.5e23+FLOP&accelerator=b200", {"budget": "2.5e23 FLOP", "accelerator": "b200"}),
        ("#served_tokens=2e12&params=8e9", {"budget": "$1M", "served_tokens": 2e12, "params": 8e9}),
        (
            "#unique_tokens=1e11&repeats=false",
            {"budget": "$1M", "unique_tokens": 1e11, "repeats": False},
        ),
    ],
)
def test_an_address_opens_its_scenario(
    open_report: Callable[..., ReportPage], fragment: str, words: dict[str, Any]
) -> None:
    page = open_report(cw.plan("$1M"), fragment)
    frames(page.page)
    same(page, cw.plan(**words))
    assert page.page.locator("[data-moved]").first.is_visible()
    assert not page.page.locator(".rp-problem").is_visible()


MALFORMED = [
    "#budget=lots", "#budget=", "#law=magic", "#mfu=2", "#mfu=0.99", "#chips=1.5", "#chips=2e9",
    "#chips=-1", "#nonsense", "#budget=$1M&budget=$2M", "#__proto__=1", "#constructor=1",
    "#tokens=1e12",
    "#params=NaN", "#%E0%A4%A", "#law=kaplan-2020&served_tokens=1e12", "#dtype=fp64",
    "#serving_mfu=0.95", "#peak_flops=497000000000000",
    "#budget=<img src=x onerror=alert(1)>", "#specs=1", "#accelerator=__proto__",
]  # fmt: skip


def is_refused(page: ReportPage, fragment: str) -> None:
    """The page shows the plan as saved, and says so in plain text."""
    same(page, cw.plan("$1M"))
    problem = page.page.locator(".rp-problem")
    assert problem.is_visible(), fragment
    assert "this is the plan as saved" in (problem.text_content() or ""), fragment
    assert problem.locator("*").count() == 0, fragment


@pytest.mark.parametrize("fragment", ["#budget=lots", "#%E0%A4%A", "#accelerator=__proto__"])
def test_a_malformed_address_gives_the_saved_plan_and_a_sentence(
    open_report: Callable[..., ReportPage], fragment: str
) -> None:
    page = open_report(cw.plan("$1M"), fragment)
    frames(page.page)
    is_refused(page, fragment)


def test_a_page_that_is_open_refuses_a_malformed_address_too(
    open_report: Callable[..., ReportPage],
) -> None:
    """It reads the address as a page that is opened does, so all of them are asked here."""
    page = open_report(cw.plan("$1M"))
    for fragment in MALFORMED:
        # From another question, so that the way back to the plan as saved is seen.
        page.ask("#budget=$3M&chips=8")
        assert not page.page.locator(".rp-problem").is_visible(), fragment
        same(page, cw.plan("$3M", chips=8))
        page.ask(fragment)
        is_refused(page, fragment)


@pytest.mark.parametrize(
    ("fragment", "why"),
    [
        ("#served_tokens=1e30&budget=$1k", "at least one parameter"),
        ("#accelerator=mi250x", "no price an hour is known"),
        ("#law=kaplan-2020&token_price=1", "kaplan"),
    ],
)
def test_an_address_without_an_answer_gives_the_saved_plan_and_says_why(
    open_report: Callable[..., ReportPage], fragment: str, why: str
) -> None:
    page = open_report(cw.plan("$1M"), fragment)
    frames(page.page)
    same(page, cw.plan("$1M"))
    problem = page.page.locator(".rp-problem").inner_text()
    assert "this is the plan as saved" in problem
    assert why.lower() in problem.lower()


def test_a_size_beside_budget_and_tokens_is_refused_as_in_python(
    open_report: Callable[..., ReportPage],
) -> None:
    words: dict[str, Any] = {"budget": "$1M", "tokens": "2T", "chips": 64}
    page = open_report(cw.plan(**words), "#params=24200000000")
    frames(page.page)
    same(page, cw.plan(**words))
    told = page.page.locator(".rp-problem").inner_text()
    assert told.endswith(refused(**words, params=2.42e10))


def test_the_highest_mfu_is_that_of_the_peak_shown(open_report: Callable[..., ReportPage]) -> None:
    page = open_report(cw.plan("$1M", peak_flops="500 TFLOP/s", mfu="90%"))
    for chip in ("b200", "h100-sxm"):  # the peak is the catalogue's again
        page.page.locator("select[data-word=accelerator]").select_option(chip)
        page.settle()
    field = page.page.locator("input[type=text][data-word=mfu]")
    field.fill("90 %")
    field.press("Enter")
    page.settle()
    assert page.page.locator("#" + (field.get_attribute("id") or "") + "-error").is_visible()
    same(page, cw.plan("$1M"))


@pytest.mark.parametrize("lang", ["en", "es"])
def test_what_was_said_of_data_and_serving_is_among_the_assumptions(
    open_report: Callable[..., ReportPage], lang: str
) -> None:
    words: dict[str, Any] = {"token_price": 0.5, "unique_tokens": 2e11, "served_tokens": 2e12}
    asked = cw.plan("$1M", lang=lang, **words)
    known = {name for name, _, _ in assumptions(cw.plan("$1M", lang=lang))}
    said = [row for row in assumptions(asked) if row[0] not in known]
    assert [value for _, value, _ in said] == [
        f"{show(0.5, 'price', lang)} {say('ui.per_million', lang)}",
        show(2e11, "tokens", lang),
        show(2e12, "tokens", lang),
    ]
    page = open_report(asked)
    page.page.locator("[data-drawer='sources']").click()
    for place in (".cw-assumed", ".rp-assumed"):
        rows = page.page.locator(f"{place} tbody tr").all()
        told = [tuple(row.locator("th, td").all_text_contents()) for row in rows]
        assert set(said) <= set(told), place


def test_another_question_prints_its_own_law_and_doubts(
    open_report: Callable[..., ReportPage],
) -> None:
    saved = cw.plan("$1k")
    page = open_report(saved)

    def printed_without_spaces() -> str:
        return "".join(pdf.text(page.page.pdf()).split())

    assert "Law:Besiroglu" not in printed_without_spaces()
    words = {"budget": "$100M", "law": "hoffmann-2022-approach-3", "accelerator": "mi300x"}
    page = open_report(saved, "#" + urlencode(words))
    frames(page.page)
    told = printed_without_spaces()
    assert "Law:Hoffmann2022,approach3" in told
    for status in cw.plan(**words).status:
        assert "".join(str(status).split()) in told
    assert "Copy" not in told


def test_a_copied_link_opens_what_was_copied(
    open_report: Callable[..., ReportPage], context: BrowserContext
) -> None:
    page = open_report(cw.plan("1 M US$", lang="es", chips=64))
    page.type("2,5e24 FLOP")
    page.choose_law("llama-3-2024")
    page.page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    page.page.get_by_role("button", name="Copiar enlace").click()
    link = page.page.evaluate("window.copied")
    assert "law=llama-3-2024" in link
    expected = cw.plan("2,5e24 FLOP", law="llama-3-2024", lang="es", chips=64)
    same(page, expected)
    again = context.new_page()
    again.goto(link)
    again.locator(".cw-picture svg").first.wait_for()
    page.page = again
    frames(again)
    same(page, expected)
    # A page that is open follows its address.
    page.ask("#chips=128")
    same(page, cw.plan("1 M US$", lang="es", chips=128))
    again.get_by_role("button", name="Volver al plan guardado").click()
    page.settle()
    assert "#" not in again.url
    same(page, cw.plan("1 M US$", lang="es", chips=64))


def test_what_users_write_runs_nothing(open_report: Callable[..., ReportPage]) -> None:
    bad = "</script><script>window.bad=1</script><img src=x onerror='window.bad=1'>\u202e"
    about = About(name=bad, source=bad, note=bad, data=bad)
    law = ParametricLaw({"E": 1.7, "A": 400.0, "B": 1500.0, "alpha": 0.34, "beta": 0.35}, about)
    plan = cw.Plan.from_json(json.dumps(cw.plan("$1M", law=law).to_dict()))
    page = open_report(plan, title=bad, author=bad)
    for drawer in page.page.locator(".cw-drawer").all():
        drawer.click()
    page.settle()
    assert page.page.evaluate("window.bad") is None
    assert page.page.locator("img").count() == 0
    # The state, the code, the loader, and the code once more, unpacked.
    assert page.page.locator("script").count() == 4
    same(page, plan)


def test_eval_and_strange_scripts_are_refused(browser: Browser, tmp_path: Path) -> None:
    """In a context of its own, since each refusal is an error on its console."""
    context = browser.new_context()
    page = context.new_page()
    path = cw.plan("$1M").report(tmp_path / "plan.html")
    ReportPage(page, path)
    tried = page.evaluate(
        """async () => {
          const refused = async (what) => {
            try { await what(); return false; } catch { return true; }
          };
          const script = document.createElement("script");
          script.textContent = "window.bad = 1";
          document.body.append(script);
          const add = (markup) => document.body.insertAdjacentHTML("beforeend", markup);
          add("<img src='data:,x' onerror='window.bad = 1'>");
          add("<p id='styled' style='color: red'>x</p>");
          await new Promise((later) => setTimeout(later, 200));
          return {
            eval: await refused(() => new Function("return 1")()),
            fetch: await refused(() => fetch("data:text/plain,x")),
            script: window.bad === undefined,
            style: getComputedStyle(document.getElementById("styled")).color !== "rgb(255, 0, 0)",
          };
        }"""
    )
    assert tried == {"eval": True, "fetch": True, "script": True, "style": True}
    context.close()


def test_a_page_says_so_where_its_scripts_do_not_run(
    open_report: Callable[..., ReportPage], context: BrowserContext, tmp_path: Path
) -> None:
    path = cw.plan("$1M").report(tmp_path / "plan.html")
    browser = context.browser
    assert browser is not None
    quiet = browser.new_context(java_script_enabled=False)
    tab = quiet.new_page()
    tab.goto(path.as_uri())
    assert "60.8\u00a0B" in (tab.locator(".rp-figures").text_content() or "")
    assert tab.locator("noscript p").is_visible()
    picture = tab.locator(".rp-place svg")
    assert (picture.get_attribute("aria-label") or "").startswith("Two pictures: the IsoFLOP curve")
    assert picture.is_visible()
    # No gap where the widget would have been.
    place, saved = tab.locator(".rp-place").bounding_box(), tab.locator(".rp-saved").bounding_box()
    assert place
    assert saved
    assert place["height"] < 320
    assert saved["y"] < place["y"] + place["height"] + 40
    quiet.close()


@pytest.mark.parametrize(
    ("damaged", "by"),
    [
        (r'(id="cw-code">)[^<]{400}', r"\1"),
        (r'(id="cw-code">[^<]{90000})[^<]*', r"\1"),
        (r'(id="cw-code">[^<]{5000})[^<]{5}', r"\g<1>00000"),
        (r'(id="cw-code">)[^<]*', r"\1"),
    ],
    ids=["head", "tail", "middle", "all"],
)
def test_a_page_whose_script_fails_shows_the_picture(
    context: BrowserContext, tmp_path: Path, damaged: str, by: str
) -> None:
    path = cw.plan("$1M", law="kaplan-2020").report(tmp_path / "plan.html")
    text = path.read_text(encoding="utf-8")
    broken, times = re.subn(damaged, by, text)
    assert times == 1
    path.write_text(broken, encoding="utf-8")
    tab = context.new_page()
    tab.goto(path.as_uri())
    assert "does not run the interactive part" in (tab.locator(".rp-failed").text_content() or "")
    assert (tab.locator(".rp-place svg").get_attribute("aria-label") or "").startswith(
        "A picture: the"
    )


def test_the_question_says_when_it_is_no_longer_asked(
    open_report: Callable[..., ReportPage],
) -> None:
    page = open_report(cw.plan("$1M"))
    before = page.page.locator(".rp-before")
    heights = []
    for text, asked in (("$1M", False), ("$20M", True)):
        page.type(text)
        assert before.is_visible() == asked
        heights.append(page.budget.evaluate("(field) => field.getBoundingClientRect().top"))
    assert heights[0] == heights[1]
    told = pdf.text(page.page.pdf())
    assert told.index("when the page was saved it was") < told.index("What is the best")


@pytest.mark.parametrize("lang", ["en", "es"])
def test_long_figures_stay_in_their_column(
    open_report: Callable[..., ReportPage], lang: str
) -> None:
    page = open_report(cw.plan("$1k" if lang == "en" else "1000 US$", chips=512, lang=lang))
    page.page.set_viewport_size({"width": 1080, "height": 900})
    for budget in (1e3, 3e3, 1e5, 1e9):
        page.type(show(budget, "money", lang))
        assert page.page.evaluate(
            """() => [...document.querySelectorAll(".cw-figure")].every((figure) => {
              const { right } = figure.getBoundingClientRect();
              return [...figure.querySelectorAll(".cw-value, .cw-unit")]
                .every((each) => each.getBoundingClientRect().right <= right);
            })"""
        )


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_reads_aloud(
    open_report: Callable[..., ReportPage], scheme: Literal["light", "dark"], lang: str
) -> None:
    """axe-core over the whole page, drawers open and a sentence of refusal on it."""
    plan = cw.plan("$1M" if lang == "en" else "1 M US$", chips=512, lang=lang)
    page = open_report(plan, "#law=magic", title="Ours", author="Ada")
    page.page.emulate_media(color_scheme=scheme)
    assert page.page.locator(".rp-problem").is_visible()
    for drawer in page.page.locator(".cw-drawer").all():
        drawer.click()
    page.settle()
    page.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.page.evaluate("async () => (await axe.run(document)).violations")
    assert [f"{each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"]] == []


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("lang", ["en", "es"])
def test_it_prints_on_one_or_two_pages(
    open_report: Callable[..., ReportPage], paper: str, lang: str
) -> None:
    page = open_report(cw.plan("$1M" if lang == "en" else "1 M US$", chips=512, lang=lang))
    frames(page.page)
    assert 1 <= pdf.pages(page.page.pdf(format=paper, print_background=True)) <= 2


def test_it_prints_dark_on_white_whatever_the_screen_was(
    open_report: Callable[..., ReportPage],
) -> None:
    page = open_report(cw.plan("$1M", chips=512), "#budget=$3M")
    page.page.locator(".cw-picture svg").nth(2).wait_for()
    page.page.emulate_media(color_scheme="dark", media="print")
    frames(page.page)
    body = page.page.locator("body")
    for ground in (body, page.page.locator(".cw")):
        assert ground.evaluate("e => getComputedStyle(e).backgroundColor") in (
            "rgb(255, 255, 255)",
            "rgba(0, 0, 0, 0)",  # nothing of its own: the sheet
        )
    assert body.evaluate(CONTRASTS) == []
    # And on a dark screen it is otherwise, or the check would see nothing.
    page.page.emulate_media(color_scheme="dark", media="screen")
    assert body.evaluate("e => getComputedStyle(e).backgroundColor") != "rgb(255, 255, 255)"


@contextmanager
def busy(processes: int) -> Iterator[None]:
    """A machine that has other things to do."""
    others = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(processes)
    ]
    try:
        yield
    finally:
        for each in others:
            each.kill()
            each.wait()


@pytest.mark.parametrize("others", [0, 4])
def test_printed_without_a_window_it_is_whole(tmp_path: Path, others: int) -> None:
    """Chromium prints as soon as the page has loaded: pictures and intervals are there by then."""
    plan = cw.plan("$1M", chips=512)
    source, paper = plan.report(tmp_path / "plan.html"), tmp_path / "plan.pdf"
    with busy(others):
        subprocess.run(
            [chromium(), "--headless", *FLAGS, f"--print-to-pdf={paper}", source.as_uri()],
            check=True,
            capture_output=True,
            timeout=120,
        )
    told = pdf.text(paper.read_bytes()).replace("\u00a0", " ")
    for name, kind in READOUTS.items():
        found = plan.interval(name)
        assert found
        ends = show_ends(*found, kind)  # type: ignore[arg-type]
        assert ends
        assert f"80 %: {'–'.join(ends)}".replace("\u00a0", " ") in told
    # An axis, a name and the sentence of the last picture: all three are drawn.
    for words in ("loss, nats per token", "TinyLlama 1.1B", "4.64 × the compute"):
        assert words in told


def test_what_has_just_been_asked_is_what_prints(open_report: Callable[..., ReportPage]) -> None:
    page = open_report(cw.plan("$1M"))
    page.budget.fill("$20M")
    page.budget.press("Enter")
    told = pdf.text(page.page.pdf()).replace("\u00a0", " ")
    plan = cw.plan("$20M")
    low, high = plan.interval("loss")  # type: ignore[misc]
    assert f"80 %: {show(low, 'loss')}–{show(high, 'loss')}" in told
    assert show(plan.params, "params").replace("\u00a0", " ") in told


@pytest.mark.parametrize("width", [420, 1280])
def test_pictures_print_alike_whatever_the_window_was(
    open_report: Callable[..., ReportPage], width: int
) -> None:
    page = open_report(cw.plan("$1M"))
    page.page.set_viewport_size({"width": width, "height": 900})
    page.page.locator(".cw-picture svg").nth(2).wait_for()
    page.settle()
    sizes = """() => [...document.querySelectorAll(".cw-picture svg")]
      .map((svg) => [svg.viewBox.baseVal.width, svg.viewBox.baseVal.height])"""
    before = page.page.evaluate(sizes)
    page.page.evaluate(
        "addEventListener('beforeprint', () => "
        f"Promise.resolve().then(() => {{ printed = ({sizes})(); }}))"
    )
    page.page.pdf()
    assert [height for _, height in page.page.evaluate("printed")] == [270] * 3
    page.settle()
    assert page.page.evaluate(sizes) == before
