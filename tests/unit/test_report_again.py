"""A report says how to get its plan again, and what is as it was saved; odd names write it too."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import chinchilla_widget as cw
from chinchilla_widget.__main__ import main
from chinchilla_widget.laws import About, ParametricLaw
from chinchilla_widget.page import state, trait_words
from chinchilla_widget.report.assumptions import assumptions
from chinchilla_widget.report.contents import Contents
from chinchilla_widget.solver import plan_for

RUNS = Path(__file__).parents[2] / "notebooks" / "runs" / "sardana-47.csv"


def as_once(plan: cw.Plan, **values: Any) -> cw.Plan:
    """The plan as a catalogue of other values had it saved."""
    told = plan_for(replace(plan.scenario, **values)).to_dict()
    return cw.Plan.from_json(json.dumps(told))


def again(contents: Contents, capsys: pytest.CaptureFixture[str]) -> list[Any]:
    """What the command and the lines of Python give."""
    names: dict[str, Any] = {}
    *lines, last = contents.python.splitlines()
    exec("\n".join([*lines, f"again = {last}"]), names)
    assert main([*shlex.split(contents.command)[1:], "--json"]) == 0
    return [names["again"], cw.Plan.from_json(capsys.readouterr().out)]


@pytest.mark.parametrize(
    ("words", "then"),
    [
        ({"budget": "$1M", "chips": 64}, {"price_per_hour": 2.0, "mfu": 0.4, "serving_mfu": 0.4}),
        ({"budget": "$1M", "mfu": 0.45}, {"goodput": 0.8, "peak_flops": 9e14}),
        ({"budget": "512 H100 for 28 days at 40% MFU"}, {"price_per_hour": 2.0}),
        ({"budget": "1 M€", "fx": 1.1}, {"price_per_hour": 2.0}),
    ],
    ids=str,
)
def test_a_plan_of_another_catalogue_is_given_again_and_says_so(
    words: dict[str, Any], then: dict[str, float], capsys: pytest.CaptureFixture[str]
) -> None:
    plan = as_once(cw.plan(**words), **then)
    for each in again(Contents(plan), capsys):
        assert each.params == pytest.approx(plan.params, rel=1e-12)
        assert each.dollars == pytest.approx(plan.dollars, rel=1e-12)
    told = {name: where for name, _, where in assumptions(plan)}
    kept = "As saved: today it would be another."
    assert (told["Price, on demand"] == kept) == ("price_per_hour" in then)
    assert (told["Goodput"] == kept) == ("goodput" in then)
    assert (told["MFU"] == kept) == ("mfu" in then)
    assert state(plan)["tables"]["kept"].keys() == then.keys() - {"serving_mfu"}


def test_what_was_given_is_given_whatever_it_is() -> None:
    """Also where it is what the catalogue says, or was said in the budget's text."""
    for words in ({"budget": "$1M", "mfu": 0.37}, {"budget": "$1M at 37% MFU"}):
        plan = cw.plan(**words)
        told = {name: where for name, _, where in assumptions(plan)}
        assert told["MFU"] == "Given here."
        assert trait_words(plan.scenario)["mfu"] == 0.37
    assert "Given here." not in {where for *_, where in assumptions(cw.plan("$1M"))}


@pytest.mark.parametrize(
    ("words", "row"),
    [
        ({"budget": "1 M€", "fx": 1.1}, ("1 EUR = 1.1 US dollars", "Given here.")),
        (
            {"budget": "1 M€", "fx": 1.1, "lang": "es"},
            ("1 EUR = 1,1 dólares estadounidenses", "Dado aquí."),
        ),
        ({"budget": "$1M at £2/h", "fx": 1.3}, ("1 GBP = 1.3 US dollars", "Given here.")),
    ],
    ids=str,
)
def test_an_exchange_rate_is_assumed_and_stays(
    words: dict[str, Any], row: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    plan = cw.plan(**words)
    assert row in [told[1:] for told in assumptions(plan)]
    assert state(plan)["bounds"]["budget"]["rates"] == [row]
    opened = trait_words(plan.scenario)
    there = cw.plan(opened["budget"], fx=opened["fx"], lang=plan.scenario.lang)
    assert plan.scenario.budget is not None
    assert there.scenario.budget is not None
    assert there.scenario.budget.amount == plan.scenario.budget.amount
    for each in again(Contents(plan), capsys):
        assert each.params == plan.params


def test_the_central_banks_rate_has_its_day_and_an_old_one_is_kept(
    capsys: pytest.CaptureFixture[str],
) -> None:
    pytest.importorskip("currency_converter")
    plan = cw.plan("1 M€")
    rows = {name: (value, where) for name, value, where in assumptions(plan)}
    value, where = rows["Exchange rate"]
    assert value in str(plan.status[-1])
    assert where.startswith("The European Central Bank’s rate of 20")
    assert trait_words(plan.scenario)["fx"] is None
    budget = plan.scenario.budget
    assert budget is not None
    old = as_once(plan, budget=replace(budget, amount=1.05e6))
    rows = {name: (value, where) for name, value, where in assumptions(old)}
    assert rows["Exchange rate"] == (
        "1 EUR = 1.05 US dollars",
        "As saved: today it would be another.",
    )
    assert trait_words(old.scenario)["fx"] == 1.05
    for each in again(Contents(old), capsys):
        assert each.params == pytest.approx(old.params, rel=1e-12)


def test_a_planner_tells_the_rate_of_its_budget() -> None:
    planner = cw.Planner("1 M€", fx=1.1)
    try:
        assert planner.bounds["budget"]["rates"] == [("1 EUR = 1.1 US dollars", "Given here.")]
        planner.budget = "$2,000,000"
        assert "rates" not in planner.bounds["budget"]
    finally:
        planner.close()


def test_how_words_were_read_comes_with_the_word() -> None:
    told = state(cw.plan("$1M", lang="es", served_tokens="1.500"))["status"]["sentences"]
    words = {each["code"]: each["word"] for each in told if "word" in each}
    assert words == {"scenario.reading": "budget", "scenario.decided": "served_tokens"}


def test_a_fit_has_its_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    fit = cw.fit(RUNS)
    fit.save("law.json")
    plan = cw.plan("$1M", law=fit, chips=8)
    contents = Contents(plan)
    assert contents.command == "chinchilla-widget '$1M' --law law.json --chips 8"
    for each in again(contents, capsys):
        assert each.params == plan.params
    laws = state(plan)["tables"]["laws"]
    assert [each["again"] for each in laws if each.get("own")] == ['cw.load_law("law.json")']


ODD = os.fsdecode(b"r\xff")


def test_names_that_no_encoding_holds_are_written(tmp_path: Path) -> None:
    about = About(name=f"law {ODD}", source=ODD, id=f"own{ODD}")
    constants = {"E": 1.7, "A": 400.0, "B": 1500.0, "alpha": 0.34, "beta": 0.35}
    plan = cw.plan("$1M", law=ParametricLaw(constants, about))
    for form in ("json", "html", "tex", "svg", "png", "md"):
        path = plan.report(tmp_path / f"{ODD}.{form}", title=ODD, author=ODD, force=True)
        assert path.exists()
    plan.report(tmp_path / f"{ODD}.md")  # its picture is known as its own
    assert cw.Plan.from_json(tmp_path / f"{ODD}.json").params == plan.params


@pytest.mark.parametrize(
    ("word", "value"), [("budget", None), ("target_loss", 2.5), ("price_per_hour", None)]
)
def test_a_saved_question_without_an_answer_is_damaged(word: str, value: Any) -> None:
    told = cw.plan("$1M").to_dict()
    told["scenario"][word] = value
    with pytest.raises(cw.ChinchillaError, match="damaged: scenario is not"):
        cw.Plan.from_json(json.dumps(told))


def test_a_saved_plan_of_a_surface_has_a_loss() -> None:
    told = {**cw.plan("$1M").to_dict(), "loss": None}
    with pytest.raises(cw.ChinchillaError, match="damaged: loss is not"):
        cw.Plan.from_json(json.dumps(told))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux's")
def test_a_full_disk_gets_a_sentence() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "chinchilla_widget", "$1M"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.startswith("chinchilla-widget: stdout could not be written: No space left")
    assert done.stderr.count("\n") == 1


def test_a_check_writes_nothing_before_all_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = cw.plan("$1M").report(tmp_path / "old.json")
    before = old.read_bytes()
    page = tmp_path / "page.html"
    asked = ["--check", str(old), "--report"]
    assert main([*asked, str(page), "--tolerance", "abc"]) == 2
    assert not page.exists()
    capsys.readouterr()
    for name in (old, tmp_path / "." / "old.json"):
        assert main([*asked, str(name), "--mfu", ".3"]) == 2
        assert "is what is being checked" in capsys.readouterr().err
    assert old.read_bytes() == before
    assert main([*asked, str(old), "--mfu", ".3", "--force"]) == 1
    assert old.read_bytes() != before


def test_a_picture_that_a_text_shows_stays(tmp_path: Path) -> None:
    text, picture = tmp_path / "plan.md", tmp_path / "plan.png"
    cw.plan("$1M").report(text)
    before = picture.read_bytes()
    with pytest.raises(cw.ChinchillaError, match=r"plan\.png is the picture of plan\.md"):
        cw.plan("$9M").report(picture)
    assert picture.read_bytes() == before
    cw.plan("$2M").report(text)
    text.unlink()
    cw.plan("$9M").report(picture)  # nobody's by now


def test_markdown_and_latex_print_what_begins_a_line(tmp_path: Path) -> None:
    plan = cw.plan("$1M")
    for author in ("- Ada", "+ Ada", "1. Ada", "1) Ada", "--- Ada", "=== Ada"):
        told = plan.report(tmp_path / "p.md", author=author, force=True).read_text("utf-8")
        line = next(line for line in told.splitlines() if "Ada" in line)
        assert line.replace("\\", "").startswith(author)
        assert line.lstrip("0123456789").startswith("\\")
    told = plan.report(tmp_path / "p.md", author="1.5 Ada", force=True).read_text("utf-8")
    assert "\n1.5 Ada" in told
    latex = plan.report(tmp_path / "p.tex", title="a|b").read_text("utf-8")
    assert r"\paragraph{a\textbar{}b}" in latex


def test_sentences_stay_short_and_name_the_culprit(tmp_path: Path) -> None:
    for law in ("x" * 5000, "hoffmann-2022-" * 400):
        with pytest.raises(cw.ChinchillaError) as refused:
            cw.plan("$1M", law=law)
        assert len(str(refused.value)) < 700
    for read in (cw.Plan.from_json, cw.plan("$1M").report):
        with pytest.raises(cw.ChinchillaError, match=r"U\+0000"):
            read("a\0.json")
