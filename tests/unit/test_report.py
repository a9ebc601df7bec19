"""Reports: complete, escaped, atomic, and never over what somebody else wrote."""

from __future__ import annotations

import base64
import gzip
import json
import math
import os
import re
import shlex
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import chinchilla_widget as cw
from chinchilla_widget.__main__ import main
from chinchilla_widget.laws import About, ParametricLaw
from chinchilla_widget.page import state, trait_words
from chinchilla_widget.plans.forms import clean
from chinchilla_widget.report.contents import Contents

STATIC = Path(cw.__file__).with_name("static")
pytestmark = pytest.mark.skipif(
    not (STATIC / "report.js.gz").exists(), reason="the front end is not built"
)

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
    found: dict[str, Any] = json.loads(gzip.decompress(zipped))
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
        "no mfu": changed("scenario", "mfu", to=0),
    }


@pytest.mark.parametrize("what", list(broken()))
def test_what_is_no_plan_gets_a_sentence(what: str) -> None:
    with pytest.raises(cw.ChinchillaError) as refused:
        cw.Plan.from_json(broken()[what])
    assert "\n" not in str(refused.value)


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


def test_a_plan_shows_itself_in_a_notebook() -> None:
    plan = cw.plan("$1M", law=own_law("<b>mine</b>"))
    assert "<script" not in plan._repr_html_()
    assert plan._repr_html_().count("<tr>") == len(plan.rows())
    assert plan._repr_markdown_().count("\n| ") == len(plan.rows()) + 1
    assert plan._repr_latex_() == plan.to_latex()


@pytest.mark.parametrize("name", ["plan", "plan.doc", "plan.HTMLX", ".html"])
def test_an_unknown_extension_lists_the_known(name: str, tmp_path: Path) -> None:
    with pytest.raises(cw.ChinchillaError, match=r"\.html, \.md, \.json, \.tex, \.svg, \.png"):
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
    with pytest.raises(cw.ChinchillaError, match=r"plan\.png is there"):
        cw.plan("$1M").report(tmp_path / "plan.md")
    assert not (tmp_path / "plan.md").exists()


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
    with pytest.raises(cw.ChinchillaError, match="could not be written"):
        plan.report(tmp_path / "nowhere" / "plan.json")
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(cw.ChinchillaError, match="is no file"):
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
    pytest.importorskip("vl_convert")
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
    path.write_text("a letter")
    assert main(told) == 2
    assert "--force" in capsys.readouterr().err
    assert main([*told, "--force", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["version"] == 1


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
