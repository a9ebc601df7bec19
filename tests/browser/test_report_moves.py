"""A report that is moved: its address, what is copied, what it goes on saying, what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest

import chinchilla_widget as cw
from browser import pdf
from browser.test_report import ReportPage, open_report, refused, same
from chinchilla_widget.messages import say
from chinchilla_widget.report.assumptions import assumptions, law_facts
from chinchilla_widget.solver import plan_for

__all__ = ["open_report"]  # a fixture, used by its name
Open = Callable[..., ReportPage]


def copied(page: ReportPage, button: str) -> str:
    page.page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    page.page.get_by_role("button", name=button).click()
    return str(page.page.evaluate("window.copied"))


def ran(lines: str) -> cw.Plan:
    """The plan of the lines at the end of what "Copy plan" copies."""
    told = lines.strip().split("\n\n")[-1]
    names: dict[str, Any] = {"cw": cw}
    *before, last = told.splitlines()
    exec("\n".join([*before, f"plan = {last}"]), names)
    plan: cw.Plan = names["plan"]
    return plan


def hash_of(page: ReportPage) -> str:
    return unquote_plus(page.page.evaluate("location.hash"))


def rows(page: ReportPage, table: str) -> list[tuple[str, ...]]:
    return [
        tuple(text.replace("\u00a0", " ") for text in row.locator("th, td").all_text_contents())
        for row in page.page.locator(f"{table} tbody tr").all()
    ]


OWN = {"budget": "$1M", "mfu": 0.37, "goodput": 0.9, "serving_mfu": 0.37}
SCENARIOS: list[dict[str, Any]] = [
    {"budget": "$1M"},
    OWN,
    {"budget": "512 H100 for 28 days at 40% MFU", "served_tokens": "2T", "grid": 0},
    {"budget": "1 M€", "fx": 1.1, "price_kind": "spot", "params": "8B"},
    {"budget": "2.5e23 FLOP", "law": "kaplan-2020", "accelerator": "tpu-v5p"},
    {"budget": "$1M", "unique_tokens": "30B", "repeats": False, "price_per_hour": 2},
    {"target_loss": 2.0},
]


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("words", SCENARIOS, ids=str)
def test_what_is_assumed_is_the_same_in_table_and_drawer(
    open_report: Open, words: dict[str, Any], lang: str
) -> None:
    if lang == "es":
        words = {**words, "budget": words.get("budget", "").replace("$1M", "1 M US$") or None}
        words["budget"] = (words["budget"] or "").replace(" for 28 days at 40% MFU", " por 28 días")
        words["budget"] = words["budget"].replace("2.5e23", "2,5e23") or None
    plan = cw.plan(**{"lang": lang, **words})
    page = open_report(plan)
    page.settle()
    page.page.locator("[data-drawer='sources']").click()
    expected = [tuple(cell.replace("\u00a0", " ") for cell in row) for row in assumptions(plan)]
    for name, _, _ in expected:
        assert "ui." not in name
    written = [(name.replace("_D", "D"), value, where) for name, value, where in expected]
    assert rows(page, ".rp-assumed") == written
    assert rows(page, ".cw-assumed") == written
    facts = page.page.locator(".rp-facts > div").all()
    told = [(f.locator("dt").inner_text(), f.locator("dd").inner_text()) for f in facts]

    def plain(pairs: list[tuple[str, str]]) -> list[str]:
        """Without what is raised or lowered, and without spaces."""
        return ["".join("".join(pair).replace("^", "").replace("_", "").split()) for pair in pairs]

    assert plain(told) == plain(law_facts(plan))


def test_a_plan_of_other_prices_says_so_in_table_and_drawer(open_report: Open) -> None:
    scenario = replace(cw.plan("$1M", chips=64).scenario, price_per_hour=2.0, mfu=0.4)
    plan = cw.Plan.from_json(json.dumps(plan_for(scenario).to_dict()))
    page = open_report(plan)
    page.settle()
    page.page.locator("[data-drawer='sources']").click()
    kept = say("ui.kept")
    for table in (".rp-assumed", ".cw-assumed"):
        told = {name: where for name, _, where in rows(page, table)}
        assert told["MFU"] == told["Price, on demand"] == kept
    assert ran(copied(page, "Copy plan")).params == plan.params
    page.page.locator("input[data-word='mfu']").fill("41 %")
    page.page.locator("input[data-word='mfu']").press("Enter")
    page.settle()
    assert {row[0]: row[2] for row in rows(page, ".cw-assumed")}["MFU"] == "Given here."


@pytest.mark.parametrize("words", [{"budget": "1 M€", "fx": 1.1}, {"budget": "1 M€"}], ids=str)
def test_a_rate_is_copied_and_told_as_long_as_its_budget_stands(
    open_report: Open, words: dict[str, Any]
) -> None:
    if "fx" not in words:
        pytest.importorskip("currency_converter")
    plan = cw.plan(**words)
    page = open_report(plan)
    page.settle()
    same(page, plan)
    assert ran(copied(page, "Copy plan")).params == plan.params
    page.page.locator("input[data-word='mfu']").fill("30 %")
    page.page.locator("input[data-word='mfu']").press("Enter")
    page.settle()
    same(page, cw.plan(**words, mfu=0.3))
    page.page.locator("[data-drawer='sources']").click()
    assert "Exchange rate" in {row[0] for row in rows(page, ".cw-assumed")}
    page.type("$2M")
    same(page, cw.plan("$2M", mfu=0.3))
    assert "Exchange rate" not in {row[0] for row in rows(page, ".cw-assumed")}


def test_how_a_budget_was_read_is_told_as_long_as_it_stands(open_report: Open) -> None:
    plan = cw.plan("$1M", lang="es")
    assert "scenario.reading" in [each.code for each in plan.status]
    page = open_report(plan)
    page.settle()
    same(page, plan, reading=True)
    page.choose_law("porian-2024")
    same(page, cw.plan("$1M", lang="es", law="porian-2024"), reading=True)
    page.type("3.000.000 US$")
    same(page, cw.plan("3.000.000 US$", lang="es", law="porian-2024"))


def test_a_link_keeps_a_size_that_was_let_go_and_given_again(open_report: Open) -> None:
    page = open_report(cw.plan(params="70B", tokens="15T"))
    page.type("$1B")
    assert "params" not in copied(page, "Copy link")
    field = page.page.locator("input[type=text][data-word='params']")
    field.fill("70B")
    field.press("Enter")
    page.settle()
    same(page, cw.plan("$1B", params="70B"))
    link = copied(page, "Copy link")
    page.page.goto("about:blank")
    page.page.goto(link)
    page.settle()
    same(page, cw.plan("$1B", params="70B"))


def test_hours_of_another_kind_of_chip_are_refused_and_renamed(open_report: Open) -> None:
    page = open_report(cw.plan("$1M"))
    page.type("100,000 TPU-hours")
    assert page.page.locator(".cw-budget .cw-error").is_visible()
    same(page, cw.plan("$1M"))
    page.page.evaluate("location.hash = '#budget=1,000,000+TPU-hours'")
    page.settle()
    assert "TPU-hours" in page.page.locator(".rp-problem").inner_text()
    saved = "256 TPU v5p for 10 days at 45% MFU"
    page = open_report(cw.plan(saved))
    chip = page.page.locator("select[data-word='accelerator']")
    chip.select_option("a100-40")
    page.settle()
    assert page.budget.input_value() == "61,440 GPU-hours"
    expected = cw.plan("61,440 GPU-hours", accelerator="a100-40", chips=256)
    same(page, expected)
    assert ran(copied(page, "Copy plan")).params == expected.params
    chip.select_option("trn1")
    page.settle()
    assert page.budget.input_value() == "61,440 chip-hours"
    chip.select_option("tpu-v5p")
    page.settle()
    assert page.budget.input_value() == "61,440 TPU-hours"


def test_the_address_is_what_is_shown(open_report: Open) -> None:
    page = open_report(cw.plan("$1M"), "#budget=$2M")
    same(page, cw.plan("$2M"))
    page.type("$7M")
    page.settle()
    assert hash_of(page) == "#budget=$7M"
    page.page.reload()
    page.page.locator(".cw-picture svg").first.wait_for()
    same(page, cw.plan("$7M"))
    page.page.evaluate("location.hash = '#budget=$2M'")
    page.settle()
    same(page, cw.plan("$2M"))
    page.type("$1M")
    page.settle()
    assert "#" not in page.page.url
    page.page.evaluate("location.hash = '#budget=$2M'")
    page.settle()
    same(page, cw.plan("$2M"))


def test_a_page_that_may_not_be_renamed_goes_on(open_report: Open) -> None:
    page = open_report(cw.plan("$1M"), "#budget=$2M")
    page.page.evaluate("() => { history.replaceState = () => { throw new Error('not here'); }; }")
    page.type("$7M")
    page.settle()
    same(page, cw.plan("$7M"))
    page.page.get_by_role("button", name="Back to the plan as saved").click()
    page.settle()
    same(page, cw.plan("$1M"))


def test_why_the_plan_is_the_saved_one_goes_when_it_is_not(open_report: Open) -> None:
    page = open_report(cw.plan("$1M"), "#law=magic")
    problem = page.page.locator(".rp-problem")
    assert problem.is_visible()
    page.type("$7M")
    assert not problem.is_visible()
    page.page.evaluate("location.hash = '#law=magic'")
    page.settle()
    assert problem.is_visible()
    same(page, cw.plan("$1M"))


@pytest.mark.parametrize(
    ("fragment", "culprit"),
    [("#&&&", "&&&"), ("#budget=%00", "U+0000"), ("#budget=$1M%E2%80%AE", "$1M U+202E")],
)
def test_an_address_of_what_nobody_sees_is_named(
    open_report: Open, fragment: str, culprit: str
) -> None:
    page = open_report(cw.plan("$1M"), fragment)
    assert f"{culprit}”" in page.page.locator(".rp-problem").inner_text()
    same(page, cw.plan("$1M"))


def test_the_lines_of_a_fit_say_how_it_is_read(
    open_report: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    fit = cw.fit(Path(__file__).parents[2] / "notebooks" / "runs" / "sardana-47.csv")
    fit.save("law.json")
    plan = cw.plan("$1M", chips=8, law=fit)
    page = open_report(plan)
    page.settle()
    assert ran(copied(page, "Copy plan")).params == plan.params
    assert "--law law.json" in page.page.locator(".rp-saved").inner_text()


def test_python_refuses_what_the_page_refuses() -> None:
    assert "TPU" in refused(budget="100,000 TPU-hours")


def test_a_frontier_law_prints_no_blank_band(open_report: Open) -> None:
    page = open_report(cw.plan("2.5e23 FLOP", law="kaplan-2020"))
    page.page.emulate_media(media="print")
    lacking, pictures = (
        page.page.locator(each).bounding_box()
        for each in (".cw-panel-isoflop .cw-lacking", ".cw-panel-frontier .cw-picture")
    )
    assert lacking
    assert pictures
    assert lacking["height"] <= pictures["height"]


def test_the_law_stands_apart_from_the_doubts_above_it(open_report: Open) -> None:
    page = open_report(cw.plan("$100k", served_tokens="2T", unique_tokens="1B"))
    page.page.set_viewport_size({"width": 600, "height": 900})
    gap = page.page.evaluate(
        """() => document.querySelector(".rp-facts").getBoundingClientRect().top
          - document.querySelector(".rp-doubts").getBoundingClientRect().bottom"""
    )
    assert gap >= 12
    assert pdf.pages(page.page.pdf(format="Letter")) <= 2
    page.page.emulate_media(media="print")
    kept = "getComputedStyle(document.querySelector('.rp-doubts')).breakInside"
    assert page.page.evaluate(kept) == "avoid"
