"""Reports: complete, escaped, atomic, and never over what somebody else wrote."""

from __future__ import annotations

import base64
import json
import math
import os
import re
import shlex
import sys
import zlib
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import vl_convert

import chinchilla_widget as cw
from chinchilla_widget.__main__ import main
from chinchilla_widget.laws import About, Draws, KaplanLaw, ParametricLaw
from chinchilla_widget.messages import say
from chinchilla_widget.page import state, trait_words
from chinchilla_widget.plans import FIGURES
from chinchilla_widget.plans.forms import clean, escape_latex
from chinchilla_widget.quantities import show
from chinchilla_widget.report import export_widget
from chinchilla_widget.report.assumptions import assumptions, law_facts
from chinchilla_widget.report.contents import Contents

STATIC = Path(cw.__file__).with_name("static")
QUESTIONS: list[dict[str, Any]] = [
    {"budget": "$1M"},
    {"budget": "$1M", "chips": 512, "lang": "es"},
    {"budget": "512 H100 for 28 days at 40% MFU", "served_tokens": "2T"},
    {"budget": "2.5e23 FLOP", "law": "kaplan-2020"},
    {"budget": "$1M", "token_price": 0.1, "unique_tokens": "300B", "repeats": False},
    {"budget": "$1M", "params": "8B"},
    {"budget": "$1M", "tokens": "2T", "price_kind": "spot"},
    {"budget": "1e24 FLOP", "accelerator": "tpu-v7"},
    {"target_loss": 2.0},
    {"target_loss": 2.1, "params": "30B"},
    {"target_loss": 2.1, "tokens": "1T", "lang": "es"},
    {"params": "70B", "tokens": "15T", "chips": 1024, "mfu": 0.5},
    {"params": "7B"},
    {"tokens": "2T"},
]
HOSTILE = "</script><img src=x onerror=alert(1)> \u202e&amp; `|*_[a](b)$1"


def own_law(name: str = "my law") -> ParametricLaw:
    about = About(id="own", name=name, source=HOSTILE, note=HOSTILE, domain={"flops": (1e18, 1e22)})
    return ParametricLaw({"E": 1.7, "A": 400.0, "B": 1500.0, "alpha": 0.34, "beta": 0.35}, about)


def saved_state(page: str) -> dict[str, Any]:
    packed = re.search(r'id="cw-state">([^<]+)<', page)
    assert packed
    zipped = base64.b85decode(packed[1].replace(",", "<"))
    found: dict[str, Any] = json.loads(zlib.decompressobj(-zlib.MAX_WBITS).decompress(zipped))
    return found


@pytest.mark.parametrize("words", QUESTIONS, ids=str)
def test_json_gives_an_equal_plan_back(words: dict[str, Any], tmp_path: Path) -> None:
    plan = cw.plan(**words)
    path = plan.report(tmp_path / "plan.json")
    again = cw.Plan.from_json(path)
    assert again == plan
    assert again.status == plan.status
    assert again.to_dict() == plan.to_dict()
    assert cw.Plan.from_json(path.read_text(encoding="utf-8")) == plan
    assert cw.Plan.from_json(str(path)) == plan


def test_a_law_of_ones_own_is_in_the_json() -> None:
    plan = cw.plan("$1M", law=own_law())
    again = cw.Plan.from_json(json.dumps(plan.to_dict()))
    assert again == plan
    assert again.scenario.law == own_law()
    assert cw.plan("$1M", law=again.scenario.law) == plan


def test_a_shipped_law_comes_back_as_itself() -> None:
    for name, law in cw.LAWS.items():
        again = cw.Plan.from_json(json.dumps(cw.plan("1e22 FLOP", law=name).to_dict()))
        assert again.scenario.law is law


def test_a_saved_plan_keeps_the_price_it_was_made_with() -> None:
    told = cw.plan("$1M").to_dict()
    told["scenario"]["price_per_hour"] = 2.0
    again = cw.Plan.from_json(json.dumps(told))
    assert again.scenario.price_per_hour == 2.0
    # And so does its page: what differs from the catalogue is given.
    assert trait_words(again.scenario)["price_per_hour"] == 2.0
    assert trait_words(cw.plan("$1M").scenario)["price_per_hour"] is None


def broken() -> dict[str, str]:
    whole = cw.plan("$1M").to_dict()

    def changed(*path: str, to: Any) -> str:
        told = json.loads(json.dumps(whole))
        at = told
        for part in path[:-1]:
            at = at[part]
        at[path[-1]] = to
        return json.dumps(told)

    return {
        "no text": "",
        "no json": "{",
        "not a number": '{"version": NaN}',
        "no plan": '{"a": 1}',
        "deep": "{" + '"a":[' * 100_000,
        "another version": changed("version", to=99),
        "version in words": changed("version", to="1"),
        "version true": changed("version", to=True),
        "somebody else's": changed("generator", to="another program"),
        "negative size": changed("params", to=-5),
        "a size beyond any float": changed("params", to=10**400),
        "no dollars": changed("dollars_by", "training", to=-1),
        "no parts": changed("dollars_by", to={"gifts": 1.0}),
        "efficient beyond belief": changed("scenario", "mfu", to=9),
        "half a chip": changed("scenario", "chips", to=1.5),
        "half a budget beyond any float": changed("scenario", "budget", "amount", to=10**400),
        "unknown precision": changed("scenario", "dtype", to="fp1"),
        "repeats in words": changed("scenario", "repeats", to="yes"),
        "evil counts": changed("scenario", "law", "about", "counts", to="evil"),
        "compare in words": changed("scenario", "law", "about", "compare", to="yes"),
        "scale of numbers": changed("scenario", "law", "about", "scale", to=1),
        "a range of nothing": changed("scenario", "law", "about", "domain", "flops", to=[0, 0]),
        "an unknown doubt": changed("scenario", "law", "about", "doubts", to=[["a.b", {}]]),
        "a doubt without its values": changed(
            "scenario", "law", "about", "doubts", to=[["fitting.law_data", {}]]
        ),
        "an unknown note": changed("scenario", "notes", to=[["report.nothing", {}]]),
        "a note of an unknown kind": changed(
            "scenario", "notes", to=[["accelerators.mfu_high", {"mfu": ["colour", 1]}]]
        ),
        "constants without an answer": changed("scenario", "law", "constants", "alpha", to=1e-300),
        "odd draws": changed("scenario", "law", "draws", to={"constants": {"E": [1.0]}}),
        "no figure": changed("params", to="60B"),
        "infinite": changed("tokens", to=0).replace('"tokens": 0', '"tokens": 1e999'),
        "no law": changed("scenario", "law", to=None),
        "no family": changed("scenario", "law", "family", to="magic"),
        "no constant": changed("scenario", "law", "constants", "alpha", to=-1),
        "odd constant": changed("scenario", "law", "constants", "E", to=[1]),
        "no counts": changed("scenario", "law", "about", "counts", to="<b>"),
        "no name": changed("scenario", "law", "about", "name", to=7),
        "no chip": changed("scenario", "accelerator", to="abacus"),
        "no kind": changed("scenario", "budget", "kind", to="shells"),
        "no budget": changed("scenario", "budget", "amount", to=-1),
        "no words": changed("words", to=[]),
        "no notes": changed("scenario", "notes", to="x"),
        "no word's value": changed("words", to={"budget": {"a": 1}}),
        "an option": changed("words", to={"budget": "--force"}),
        "half a switch": changed("words", to={"budget": "$1M", "repeats": "no"}),
        "no mfu": changed("scenario", "mfu", to=0),
    }


@pytest.mark.parametrize("what", list(broken()))
def test_what_is_no_plan_gets_a_sentence(what: str) -> None:
    with pytest.raises(cw.ChinchillaError) as refused:
        cw.Plan.from_json(broken()[what])
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("what", "named"),
    [
        ("negative size", "params"),
        ("a size beyond any float", "params"),
        ("efficient beyond belief", "mfu"),
        ("half a budget beyond any float", "budget.amount"),
        ("evil counts", "about.counts"),
        ("an unknown doubt", "about.doubts"),
        ("a doubt without its values", "about.doubts"),
        ("odd draws", "draws.constants"),
        ("an option", "words.budget"),
        ("half a switch", "words.repeats"),
    ],
)
def test_what_is_damaged_is_named(what: str, named: str) -> None:
    with pytest.raises(cw.ChinchillaError, match=f"is damaged: {re.escape(named)} is not"):
        cw.Plan.from_json(broken()[what])


@pytest.mark.parametrize("source", [None, 3, b"{}", "", [1]], ids=repr)
def test_what_names_no_file_gets_a_sentence(source: Any) -> None:
    with pytest.raises(cw.ChinchillaError, match=r"A file (is named by|needs a name)"):
        cw.Plan.from_json(source)


def test_a_mark_of_the_encoding_is_read_over(tmp_path: Path) -> None:
    plan = cw.plan("$1M")
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan.to_dict()), encoding="utf-8-sig")
    assert cw.Plan.from_json(path) == plan
    assert cw.Plan.from_json(path.read_text(encoding="utf-8")) == plan


def test_a_plan_of_the_first_version_is_read() -> None:
    """Before the draws were saved: no draws, no doubts, and all the rest."""
    told = cw.plan("$1M", law=own_law()).to_dict() | {"version": 1}
    del told["scenario"]["law"]["draws"], told["scenario"]["law"]["about"]["doubts"]
    assert cw.Plan.from_json(json.dumps(told)) == cw.plan("$1M", law=own_law())


def with_draws(law: ParametricLaw) -> ParametricLaw:
    off = np.linspace(0.95, 1.05, 41)
    draws = {letter: value * off for letter, value in law.constants.items()}
    sample = Draws(draws, {"loss": 0.01, "params": 0.1}, 1e22, "a bootstrap of ours")
    return replace(law, sample=sample)


def test_the_draws_of_a_law_of_ones_own_are_in_the_json(tmp_path: Path) -> None:
    law = with_draws(own_law())
    plan = cw.plan("$1M", law=law)
    path = plan.report(tmp_path / "p.json")
    again = cw.Plan.from_json(path)
    assert again == plan
    assert again.scenario.law.draws == law.draws
    assert plan.interval("params") is not None
    assert again.interval("params") == plan.interval("params")
    # A column of numbers is a line, or the file would be one of thousands.
    assert len(path.read_text("utf-8").splitlines()) < 200
    report = " ".join(value for row in Contents(again).assumptions for value in row)
    assert "a bootstrap of ours" in report


def test_a_draw_that_is_no_number_is_not_saved() -> None:
    law = with_draws(own_law())
    assert law.draws is not None
    law.draws.constants["E"][3] = math.nan
    told = cw.plan("$1M", law=law).to_dict()["scenario"]["law"]["draws"]["constants"]
    assert {len(column) for column in told.values()} == {len(law.draws) - 1}
    assert told["A"][3] == law.draws.constants["A"][4]


def test_plans_whose_laws_are_as_sure_are_equal_and_others_are_not() -> None:
    law = with_draws(own_law())
    assert law.draws is not None
    surer = replace(law, sample=replace(law.draws, flops=1e23))
    assert cw.plan("$1M", law=law) != cw.plan("$1M", law=surer)
    assert cw.plan("$1M", law=law) == cw.plan("$1M", law=own_law())  # of that one nothing is known


def test_the_plan_of_a_fit_keeps_draws_and_doubts() -> None:
    fit = cw.fit(Path(__file__).parents[2] / "notebooks" / "runs" / "sardana-47.csv")
    fit.bootstrap(60)
    plan = cw.plan("$1M", law=fit)
    again = cw.Plan.from_json(json.dumps(plan.to_dict()))
    assert fit.law.about.doubts
    assert again == plan
    assert again.status == plan.status
    assert again.interval("params") == plan.interval("params")


def slow_law() -> ParametricLaw:
    """One whose draws would take minutes: nobody may ask for them unasked."""

    def never() -> Draws:
        raise AssertionError

    law = own_law()
    return replace(law, constants={**law.constants, "R_D": 15.0}, sample=never)


def test_draws_that_would_take_minutes_are_left_out_and_it_says_so() -> None:
    law = slow_law()
    told = cw.plan("$1M", law=law).to_dict()
    assert told["scenario"]["law"]["draws"] is None
    assert told["scenario"]["law"]["draws_left_out"] is True
    assert cw.Plan.from_json(json.dumps(told)).scenario.law == law


def test_a_law_of_kaplans_form_comes_back_as_one() -> None:
    constants = {"N_c": 8.8e13, "D_c": 5.4e13, "alpha_N": 0.076, "alpha_D": 0.095}
    plan = cw.plan("1e22 FLOP", law=KaplanLaw(constants))
    again = cw.Plan.from_json(json.dumps(plan.to_dict()))
    assert again == plan
    assert again.scenario.law.loss(1e9, 2e10) == KaplanLaw(constants).loss(1e9, 2e10)


def test_a_missing_file_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(cw.ChinchillaError, match=r"gone\.json cannot be read"):
        cw.Plan.from_json(tmp_path / "gone.json")


@pytest.mark.parametrize("words", QUESTIONS, ids=str)
def test_every_question_is_one_sentence(words: dict[str, Any]) -> None:
    question = Contents(cw.plan(**words)).question
    assert question.count("?") == 1
    assert question.endswith("?")
    assert question.startswith("¿") == (words.get("lang") == "es")
    assert "{" not in question


@pytest.mark.parametrize("words", QUESTIONS, ids=str)
def test_the_command_and_the_python_give_the_plan_again(
    words: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    plan = cw.plan(**words)
    contents = Contents(plan)
    program, *arguments = shlex.split(contents.command)
    assert program == "chinchilla-widget"
    assert main([*arguments, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert {k: v for k, v in printed.items() if k not in ("words", "status")} == {
        k: v
        for k, v in json.loads(json.dumps(plan.to_dict())).items()
        if k not in ("words", "status")
    }
    names: dict[str, Any] = {}
    *lines, last = contents.python.splitlines()
    exec("\n".join([*lines, f"again = {last}"]), names)
    assert names["again"] == plan


@pytest.mark.parametrize("words", QUESTIONS, ids=str)
def test_a_report_opens_as_the_planner_would(words: dict[str, Any]) -> None:
    plan = cw.plan(**words)
    planner = cw.Planner(**words)
    try:
        told = state(plan)
        for name in ("specs", "tables"):
            assert told[name] == getattr(planner, name), name
        ours, theirs = told["bounds"]["budget"], planner.bounds["budget"]
        # Where the page reads the text itself it needs no value.
        assert {**ours, "value": 0} == {**theirs, "value": 0}
        for word, value in trait_words(plan.scenario).items():
            trait = getattr(planner, word)
            # What the planner has as given and the catalogue says as well reads the same.
            if word not in ("budget", "fx"):
                assert value == trait, word
    finally:
        planner.close()


def test_a_budget_keeps_every_digit() -> None:
    plan = cw.plan("$25,567,812.34 at 40% MFU")
    told = state(plan)
    assert told["bounds"]["budget"]["value"] == 25_567_812.34
    assert cw.plan(told["budget"], mfu=0.4).params == plan.params


class Tags(HTMLParser):
    """What a browser would take for mark-up."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.said.append(data)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_what_users_write_stays_text(lang: str, tmp_path: Path) -> None:
    plan = cw.plan("$1M", law=own_law(HOSTILE), lang=lang)
    page = plan.report(tmp_path / "p.html", title=HOSTILE, author=HOSTILE).read_text("utf-8")
    tags = Tags(page)
    assert not [tag for tag, _ in tags.found if tag in ("img", "iframe", "object", "base", "form")]
    assert sum(tag == "script" for tag, _ in tags.found) == 3
    assert not [name for _, attrs in tags.found for name in attrs if name.startswith("on")]
    assert "style" not in {name for _, attrs in tags.found for name in attrs}
    # It is all there, as text.
    assert any(clean(HOSTILE) in said for said in tags.said)
    assert "\u202e" not in page
    text = json.dumps(saved_state(page), ensure_ascii=False)
    assert "\u202e" not in text
    markdown = plan.report(tmp_path / "p.md", title=HOSTILE).read_text("utf-8")
    assert "<img" not in markdown.replace(r"\<img", "")
    latex = plan.report(tmp_path / "p.tex", title=HOSTILE).read_text("utf-8")
    assert r"\$1" in latex
    assert not re.search(r"(?<!\\)[#&](?! )", latex.replace(" & ", ""))


def test_a_page_names_its_scripts_and_asks_for_nothing(tmp_path: Path) -> None:
    page = cw.plan("$1M").report(tmp_path / "p.html").read_text("utf-8")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    assert policy[1].startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy[1]
    assert "http" not in policy[1]
    for tag, attrs in Tags(page).found:
        assert "src" not in attrs, tag
        if "href" in attrs:
            assert tag == "a" or attrs["href"] == "data:,"


def test_every_figure_and_doubt_stands_in_every_form(tmp_path: Path) -> None:
    plan = cw.plan("$1M", chips=512, served_tokens="2T", token_price=0.1)
    page = " ".join(Tags(plan.report(tmp_path / "p.html").read_text("utf-8")).said)
    markdown = plan.report(tmp_path / "p.md").read_text("utf-8").replace("\\", "")
    for label, value in plan.rows():
        for text in (label.strip(), value):
            assert text in page
            assert text in markdown
    for status in plan.status:
        assert str(status) in page
        assert str(status) in markdown
    price = plan.scenario.accelerator.on_demand
    assert price is not None
    for text in (price.date, price.source, plan.scenario.law.about.source):
        assert text is not None
        assert text in markdown


def test_latex_needs_no_package(tmp_path: Path) -> None:
    text = cw.plan("$1M").to_latex()
    assert set(re.findall(r"\\begin\{(\w+)\}", text)) == {"tabular"}
    assert text.count("\\\\") == len(cw.plan("$1M").rows())
    assert r"\$1,000,000" in text
    assert "4.02~$\\times$~10$^{23}$" in text


@pytest.mark.parametrize(
    ("question", "varying"),
    [
        ({"budget": "$1M"}, 5),
        ({"target_loss": 2.05, "chips": 512}, 10),
        ({"budget": "$10M", "served_tokens": "2T", "token_price": 0.1}, 12),
    ],
)
@pytest.mark.parametrize("lang", ["en", "es"])
def test_text_reports_hold_the_intervals(
    question: dict[str, Any], varying: int, lang: str, tmp_path: Path
) -> None:
    plan = cw.plan(**question, lang=lang)
    markdown = plan.report(tmp_path / "p.md").read_text("utf-8").replace("\\", "")
    latex = plan.report(tmp_path / "p.tex").read_text("utf-8")
    level = show(0.8, "percent", lang)
    head = {"en": f"{level} interval", "es": f"Intervalo al {level}"}[lang]
    assert f" | {head} |\n| --- | ---: | ---: |\n" in markdown
    assert f"& {escape_latex(head)} \\\\" in latex
    shown = 0
    for name, kind in FIGURES.items():
        if plan.figure(name) is None:
            continue
        label = say(f"plans.{name}", lang).strip()
        row = next(line for line in markdown.splitlines() if line.startswith(f"| {label} |"))
        found = plan.interval(name)
        assert found
        unit = 86_400 if name == "days" else 1
        low, high = (show(end * unit, kind, lang) for end in found)
        cell = row.split("|")[3].strip()
        if low == high:
            assert cell == "", name  # it was asked for, or follows from that
            continue
        shown += 1
        first, last = cell.split("–")
        assert last == high, name
        assert low.startswith(first), name
        assert low.removeprefix(first) in ("", f"\u00a0{high[-1]}"), name
        assert escape_latex(cell) in latex, name
    assert shown == varying


@pytest.mark.parametrize("law", ["kaplan-2020", "slow"])
def test_text_reports_without_intervals_have_no_empty_column(law: str, tmp_path: Path) -> None:
    plan = cw.plan("$1M", law=slow_law() if law == "slow" else law)
    assert "| --- | ---: |\n" in plan.report(tmp_path / "p.md").read_text("utf-8")
    assert r"\begin{tabular}{lr}" in plan.report(tmp_path / "p.tex").read_text("utf-8")


def test_a_plan_shows_itself_in_a_notebook() -> None:
    plan = cw.plan("$1M", law=own_law("<b>mine</b>"))
    assert "<script" not in plan._repr_html_()
    assert plan._repr_html_().count("<tr>") == len(plan.rows())
    assert plan._repr_markdown_().count("\n| ") == len(plan.rows()) + 1
    assert plan._repr_latex_() == plan.to_latex()


@pytest.mark.parametrize("name", ["plan", "plan.doc", "plan.HTMLX", ".html"])
def test_an_unknown_extension_lists_the_known(name: str, tmp_path: Path) -> None:
    with pytest.raises(
        cw.ChinchillaError, match=re.escape(", ".join(each for each in FORMS if each.islower()))
    ):
        cw.plan("$1M").report(tmp_path / name)


FORMS = (".html", ".htm", ".md", ".markdown", ".json", ".tex", ".svg", ".png", ".HTML")


@pytest.mark.parametrize("form", FORMS)
def test_its_own_file_is_made_anew_and_no_other(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"plan{form}"
    plan = cw.plan("$1M")
    assert plan.report(path) == path
    first = path.read_bytes()
    cw.plan("$2M").report(path)
    assert path.read_bytes() != first
    path.write_text("somebody else's")
    with pytest.raises(cw.ChinchillaError, match="was not made by chinchilla_widget"):
        plan.report(path)
    assert path.read_text() == "somebody else's"
    plan.report(path, force=True)
    assert path.read_bytes()[:200] == first[:200]


def test_a_picture_beside_is_not_overwritten_either(tmp_path: Path) -> None:
    (tmp_path / "plan.png").write_text("a photograph")
    with pytest.raises(cw.ChinchillaError, match=r"plan\.png already exists"):
        cw.plan("$1M").report(tmp_path / "plan.md")
    assert not (tmp_path / "plan.md").exists()


def test_a_picture_of_another_plan_is_not_taken_for_the_texts_own(tmp_path: Path) -> None:
    picture = cw.plan("$2M").report(tmp_path / "plan.png")
    before = picture.read_bytes()
    refused = r"plan\.png already exists and was not made for plan\.md"
    with pytest.raises(cw.ChinchillaError, match=refused):
        cw.plan("$1M").report(tmp_path / "plan.md")
    assert picture.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["plan.png"]
    cw.plan("$1M").report(tmp_path / "plan.md", force=True)
    own = picture.read_bytes()
    cw.plan("$3M").report(tmp_path / "plan.md")  # its own by now
    assert picture.read_bytes() not in (before, own)


def test_text_and_picture_are_written_together_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cw.plan("$1M").report(tmp_path / "plan.md")
    before = {each.name: each.read_bytes() for each in tmp_path.iterdir()}
    assert set(before) == {"plan.md", "plan.png"}
    synced, really = [], os.fsync

    def full(handle: int) -> None:
        synced.append(handle)
        if len(synced) == 2:
            raise OSError(28, "No space left on device")
        really(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(cw.ChinchillaError, match="No space left"):
        cw.plan("$2M").report(tmp_path / "plan.md")
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == before


def test_what_is_locked_is_not_written_unasked(tmp_path: Path) -> None:
    path = cw.plan("$1M").report(tmp_path / "plan.json")
    path.chmod(0o444)
    with pytest.raises(cw.ChinchillaError, match="could not be written: Permission denied"):
        cw.plan("$2M").report(path)
    cw.plan("$2M").report(path, force=True)
    assert cw.Plan.from_json(path) == cw.plan("$2M")


def test_a_path_that_is_none_gets_a_sentence(tmp_path: Path) -> None:
    plan, link = cw.plan("$1M"), tmp_path / "loop.html"
    link.symlink_to(link)
    for path in (link, link / "plan.html", "a\0.html", "~nobody-of-that-name/p.html"):
        with pytest.raises(cw.ChinchillaError, match=r"could not be written|no folder|U\+0000"):
            plan.report(path)
    with pytest.raises(cw.ChinchillaError, match="could not be written"):
        export_widget(plan, link)
    with pytest.raises(cw.ChinchillaError, match="cannot be read"):
        cw.Plan.from_json(link)


def test_a_failure_leaves_the_old_file_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "plan.html"
    cw.plan("$1M").report(path)
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(cw.ChinchillaError, match="could not be written: No space left"):
        cw.plan("$2M").report(path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["plan.html"]


def test_a_place_that_cannot_be_written_gets_a_sentence(tmp_path: Path) -> None:
    plan = cw.plan("$1M")
    with pytest.raises(cw.ChinchillaError, match="no folder"):
        plan.report(tmp_path / "nowhere" / "plan.json")
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(cw.ChinchillaError, match="is not a file"):
        plan.report(tmp_path / "folder.json", force=True)


def test_links_and_permissions_stay(tmp_path: Path) -> None:
    plan = cw.plan("$1M")
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    plan.report(real)
    real.chmod(0o640)
    link.symlink_to(real)
    cw.plan("$2M").report(link)
    assert link.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert cw.Plan.from_json(real) == cw.plan("$2M")


def test_pictures_are_what_they_say(tmp_path: Path) -> None:
    plan = cw.plan("$1M", lang="es")
    svg = plan.report(tmp_path / "p.svg").read_text("utf-8")
    assert svg.startswith("<svg")
    assert "60,8" in svg
    png = plan.report(tmp_path / "p.png").read_bytes()
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = (int.from_bytes(png[at : at + 4], "big") for at in (16, 20))
    assert width > 2 * 900
    assert height > 2 * 250


def test_without_the_extra_pictures_say_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    plan = cw.plan("$1M")
    for form in (".svg", ".png"):
        with pytest.raises(cw.ChinchillaError, match=r'pip install "chinchilla_widget\[images\]"'):
            plan.report(tmp_path / f"p{form}")
    markdown = plan.report(tmp_path / "p.md").read_text("utf-8")
    assert "![" not in markdown
    assert "| Parameters |" in markdown
    assert not list(tmp_path.glob("*.png"))


def test_the_command_line_writes_reports(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "plan.html"
    told = ["$1M", "--report", str(path), "--title", "Ours", "--author", "Ada"]
    assert main(told) == 0
    assert f"Written: {path}" in capsys.readouterr().out
    page = path.read_text("utf-8")
    assert "<title>Ours</title>" in page
    assert "Ada · " in page
    text = tmp_path / "plan.md"
    assert main(["$1M", "--report", str(text)]) == 0
    out = capsys.readouterr().out
    assert f"Written: {text}\n" in out
    assert (f"Written: {text.with_suffix('.png')}\n" in out) == text.with_suffix(".png").exists()
    path.write_text("a letter")
    assert main(told) == 2
    assert "--force" in capsys.readouterr().err
    assert main([*told, "--force", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["version"] == 2


def test_a_planner_writes_what_it_shows(tmp_path: Path) -> None:
    planner = cw.Planner("$1M")
    try:
        planner.budget = "$3M"
        planner.report(tmp_path / "p.json")
        assert cw.Plan.from_json(tmp_path / "p.json") == cw.plan("$3M")
        planner.set_state({"budget": "1 FLOP"})
        assert planner.plan is None
        with pytest.raises(cw.ChinchillaError, match="There is no plan to write"):
            planner.report(tmp_path / "q.json")
    finally:
        planner.close()


def test_figures_are_read_with_their_law(tmp_path: Path) -> None:
    """A law whose id is a shipped one's, but whose constants are not, is a law of one's own."""
    shipped = cw.LAWS["besiroglu-2024"]
    law = replace(shipped, constants={**shipped.constants, "E": 1.5})
    plan = cw.plan("$1M", law=law)
    told = state(plan)
    assert told["law"] == "besiroglu-2024-2"
    assert [each["own"] for each in told["tables"]["laws"] if each["id"] == told["law"]] == [True]
    assert Contents(plan).command == ""
    assert math.isclose(cw.Plan.from_json(json.dumps(plan.to_dict())).loss or 0, plan.loss or 1)


def test_a_page_is_small(tmp_path: Path) -> None:
    for lang in ("en", "es"):
        path = cw.plan("$1M", lang=lang).report(tmp_path / f"{lang}.html")
        assert path.stat().st_size <= 260_000


def test_the_lines_of_a_law_of_ones_own_run_with_the_file_they_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    fit = cw.fit(Path(__file__).parents[2] / "notebooks" / "runs" / "sardana-47.csv")
    fit.bootstrap(20)
    fit.save("law.json")
    for law, file in ((fit, "law.json"), (with_draws(own_law()), "plan.json")):
        plan = cw.plan("$1M", law=law)
        plan.report("plan.json")
        contents = Contents(plan)
        assert file in contents.needed
        names: dict[str, Any] = {}
        *lines, last = contents.python.splitlines()
        exec("\n".join([*lines, f"again = {last}"]), names)
        assert {k: v for k, v in names["again"].to_dict().items() if k in FIGURES} == {
            k: v for k, v in plan.to_dict().items() if k in FIGURES
        }
        for form in ("html", "md"):
            told = plan.report(f"plan.{form}", force=True).read_text("utf-8")
            assert f"need {file}" in told.replace("\\", "")
    assert Contents(cw.plan("$1M")).needed == ""


def test_latex_keeps_what_was_typed(tmp_path: Path) -> None:
    path = cw.plan("$1M").report(tmp_path / "p.tex", title="`a` \"b\" -- ''c'' ---", author="A & B")
    text = path.read_text("utf-8")
    assert r"\`{}a\`{} \texttt{\char34}b\texttt{\char34} -{}- '{}'c'{}' -{}-{}-" in text
    assert "\\textit{A \\& B}\n" in text


def test_a_name_that_is_none_is_cut_everywhere(tmp_path: Path) -> None:
    plan = cw.plan("$1M", law=own_law("x" * 10_000))
    for form in ("html", "md", "tex"):
        told = plan.report(tmp_path / f"p.{form}").read_text("utf-8")
        assert "x" * 300 in told
        assert "x" * 301 not in told
    assert "x" * 301 not in str(state(plan))
    # The file of figures keeps it.
    assert cw.Plan.from_json(json.dumps(plan.to_dict())) == plan


class Cells(HTMLParser):
    """The texts of a page's table, or of its list, row by row."""

    def __init__(self, name: str, row: str, cell: tuple[str, ...]) -> None:
        super().__init__()
        self.name, self.row, self.cell = name, row, cell
        self.rows: list[list[str]] = []
        self.inside = self.reads = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if ("class", self.name) in attrs:
            self.inside = True
        elif self.inside and tag == self.row:
            self.rows.append([])
        elif self.inside and tag in self.cell:
            self.rows[-1].append("")
            self.reads = True

    def handle_endtag(self, tag: str) -> None:
        if tag in self.cell:
            self.reads = False
        if tag in ("table", "dl"):
            self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside and self.reads:
            self.rows[-1][-1] += data


def cells(page: str, name: str, row: str, *cell: str) -> list[tuple[str, ...]]:
    parser = Cells(name, row, cell)
    parser.feed(page)
    return [tuple(each) for each in parser.rows]


def flat(text: str) -> str:
    """A text without the marks of what is raised and lowered, which a page writes as such."""
    return re.sub(r"\^(?=[−-]?\w)|(?<=\b[A-Za-zα-ω])_(?=[A-Za-z0-9])", "", text)


@pytest.mark.parametrize(
    "words", [*QUESTIONS, *({"budget": "$1M", "law": each} for each in cw.LAWS)], ids=str
)
def test_a_page_holds_every_assumption_and_every_fact_of_its_law(
    words: dict[str, Any], tmp_path: Path
) -> None:
    plan = cw.plan(**words)
    page = plan.report(tmp_path / "plan.html").read_text(encoding="utf-8")
    head, *rows = cells(page, "rp-assumed", "tr", "th", "td")
    assert len(head) == 3
    assert rows == [(flat(name), value, origin) for name, value, origin in assumptions(plan)]
    assert [(name, flat(value)) for name, value in cells(page, "rp-facts", "div", "dt", "dd")] == [
        (name, flat(value)) for name, value in law_facts(plan)
    ]


@pytest.mark.parametrize("name", [n for n, law in cw.LAWS.items() if law.family == "frontier"])
def test_a_frontiers_constants_are_those_of_its_form(name: str) -> None:
    law = cw.LAWS[name]
    facts = dict(law_facts(cw.plan("1e22 FLOP", law=name)))
    printed = facts["Constants"].replace("\u00a0", " ")
    number = r"([\d.,]+)(?: × 10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?"
    raised = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    found = {
        letter: float(digits.replace(",", "")) * 10.0 ** int(power.translate(raised) or "0")
        for letter, digits, power in re.findall(rf"(\S+) = {number}", printed)
    }
    params, tokens = law.optimum(1e22)
    assert found["k"] * 1e22 ** found["a"] == pytest.approx(params, rel=0.3)
    assert found["k′"] * 1e22 ** found["b"] == pytest.approx(tokens, rel=0.3)
    if law.loss_by_flops is not None:
        loss = found["E"] + found["k″"] * 1e22 ** -found["c"]
        assert loss == pytest.approx(law.optimal_loss(1e22), rel=0.05)
    assert "alpha" not in printed
    assert "tokens_per_param" not in printed


def test_kaplans_constants_have_their_greek_and_their_subscripts(tmp_path: Path) -> None:
    page = cw.plan("1e22 FLOP", law="kaplan-2020").report(tmp_path / "p.html").read_text("utf-8")
    assert "α<sub>C</sub> = 0.05" in page
    assert "N<sub>e</sub> = " in page


def test_a_picture_bears_its_title_its_author_and_whole_labels(tmp_path: Path) -> None:
    plan = cw.plan("$1M", chips=512)
    svg = plan.report(tmp_path / "p.svg", title="Ours <b> & co", author="Ada").read_text("utf-8")
    assert "Ours &lt;b&gt; &amp; co" in svg
    assert ">Ada<" in svg
    fonts = set(re.findall(r'font-family="([^"]+)"', svg))
    assert len(fonts) == 1
    # One font draws every exponent: in two, 10¹⁸ and 10²¹ would look like different things.
    text = f'<text x="5" y="20" font-family="{fonts.pop()}">10⁰¹²³⁴⁵⁶⁷⁸⁹</text>'
    used = set()
    for part in ("¹²", "⁴⁸"):
        single = text.replace("⁰¹²³⁴⁵⁶⁷⁸⁹", part)
        drawn = vl_convert.svg_to_pdf(f'<svg xmlns="http://www.w3.org/2000/svg">{single}</svg>')
        used |= set(re.findall(rb"/BaseFont\s*/\w+\+([\w-]+)", drawn))
    assert len(used) == 1
    # And the panels' titles are level, but for the pixel that Vega rounds to.
    heights = panel_titles(svg)
    assert max(heights) - min(heights) <= 1.0


def panel_titles(svg: str) -> list[float]:
    """How high each panel's title stands: its own shift and those of the groups around it."""
    space = "{http://www.w3.org/2000/svg}"
    tree = ElementTree.fromstring(svg)
    around = {child: parent for parent in tree.iter() for child in parent}
    found = []
    for text in tree.iter(f"{space}text"):
        if text.text in ("IsoFLOP curve", "The frontier", "Loss to expect"):
            height, at = 0.0, text
            while at is not None:
                shift = re.match(r"translate\([^,]+,([-\d.]+)\)", at.get("transform", ""))
                height += float(shift[1]) if shift else 0.0
                at = around.get(at)
            found.append(height)
    assert len(found) == 3
    return found
