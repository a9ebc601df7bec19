"""A plan in outputs, in other hosts, and checked against an older one."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from IPython.core.interactiveshell import InteractiveShell

import chinchilla_widget as cw
from chinchilla_widget import magic
from chinchilla_widget.__main__ import main
from chinchilla_widget.page import state
from chinchilla_widget.quantities import show
from chinchilla_widget.report import Embed, export_widget
from chinchilla_widget.report.check import asked_again, compare
from chinchilla_widget.report.sketch import HEIGHT, WIDTH, sketch

STATIC = Path(cw.__file__).with_name("static")
SVG = "{http://www.w3.org/2000/svg}"
QUESTIONS: list[dict[str, Any]] = [
    {"budget": "$1M"},
    {"budget": "1 M US$", "lang": "es", "params": "8B", "served_tokens": "2T"},
    {"budget": "2.5e23 FLOP", "law": "kaplan-2020"},
    {"budget": "$100", "unique_tokens": "1B", "repeats": False},
    {"budget": "$1M", "token_price": 1},
    {"budget": "1e12 FLOP"},
    {"budget": "1e35 FLOP"},
    {"target_loss": 2.0},
    {"params": "70B", "tokens": "15T"},
]


class Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("words", QUESTIONS, ids=str)
def test_a_sketch_lies_within_its_frame(words: dict[str, Any]) -> None:
    plan = cw.plan(**words)
    tree = ElementTree.fromstring(sketch(plan))
    dots = [(float(c.get("cx", "")), float(c.get("cy", ""))) for c in tree.iter(f"{SVG}circle")]
    assert len(dots) == (2 if words.get("law") == "kaplan-2020" else 3)
    texts = [(float(t.get("x", "")), float(t.get("y", ""))) for t in tree.iter(f"{SVG}text")]
    for x, y in [*dots, *texts]:
        assert 0 <= x <= WIDTH
        assert 0 <= y <= HEIGHT
    for path in tree.iter(f"{SVG}path"):
        assert "nan" not in path.get("d", "")


def test_a_sketch_draws_the_curve_that_the_solver_gives() -> None:
    plan = cw.plan("$1M")
    tree = ElementTree.fromstring(sketch(plan))
    curve = [p for p in tree.iter(f"{SVG}path") if p.get("stroke-width") == "2"][-1]
    points = [tuple(map(float, pair.split())) for pair in curve.get("d", "")[1:].split("L")]
    dot = [(float(c.get("cx", "")), float(c.get("cy", ""))) for c in tree.iter(f"{SVG}circle")][-1]
    # The best size is the floor of its curve: lowest on paper is the largest y.
    lowest = max(points, key=lambda point: point[1])
    assert abs(lowest[0] - dot[0]) <= 3
    assert abs(lowest[1] - dot[1]) <= 0.5


@pytest.mark.parametrize("chip", list(cw.ACCELERATORS))
def test_every_precision_has_its_sketch(chip: str) -> None:
    for dtype in cw.ACCELERATORS[chip].peak_flops:
        plan = cw.plan("4e23 FLOP", accelerator=chip, dtype=dtype)
        assert f">{show(plan.params, 'params')}</text>" in sketch(plan), dtype


def test_a_planner_shows_a_picture_and_a_table_beside_the_widget() -> None:
    planner = cw.Planner("$1M")
    try:
        data, _ = planner._repr_mimebundle_()
        assert "application/vnd.jupyter.widget-view+json" in data
        assert "image/svg+xml" not in data
        assert "application/javascript" not in data
        tags = Tags(data["text/html"]).found
        assert [tag for tag, _ in tags if tag in ("script", "style", "svg")] == []
        assert not [name for _, attrs in tags for name in attrs if name.startswith("on")]
        images = [attrs for tag, attrs in tags if tag == "img"]
        assert len(images) == 1
        assert str(images[0]["src"]).startswith("data:image/svg+xml;base64,")
        assert "60.8\u00a0B" in str(images[0]["alt"])
        assert sum(tag == "tr" for tag, _ in tags) == len(cw.plan("$1M").rows())
        assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
        assert data["text/plain"] == f"{planner!r}\n{cw.plan('$1M')}"
        assert repr(planner) == "Planner(budget='$1M')"
        # A notebook keeps it with every output.
        assert sum(len(str(each)) for each in data.values()) <= 80_000
    finally:
        planner.close()


def test_a_planner_without_a_plan_is_shown_all_the_same() -> None:
    planner = cw.Planner("$1M")
    try:
        planner.set_state({"budget": "1 FLOP"})
        data, _ = planner._repr_mimebundle_()
        assert set(data) == {"application/vnd.jupyter.widget-view+json", "text/plain"}
    finally:
        planner.close()


def test_without_the_extra_there_is_no_png(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    assert "image/png" not in cw.plan("$1M").embed()._repr_mimebundle_()


def test_an_embedded_plan_is_a_picture_until_it_starts() -> None:
    shown = cw.plan("$1M").embed()
    assert isinstance(shown, Embed)
    data = shown._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" not in data
    tags = Tags(data["text/html"]).found
    assert [tag for tag, _ in tags if tag in ("script", "style", "svg")] == []
    assert [tag for tag, attrs in tags for name in attrs if name.startswith("on")] == ["img"]
    assert len(data["text/html"]) <= 245_000
    assert "http" not in re.sub(r"http://www\.w3\.org|https://arxiv\.org", "", data["text/html"])


def test_the_magic_embeds_and_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shell = InteractiveShell.instance()
    shown = magic.chinchilla("$1M --chips 512 --embed", shell)
    assert isinstance(shown, Embed)
    assert shown.plan == cw.plan("$1M", chips=512)
    path = tmp_path / "plan.html"
    plan = magic.chinchilla(f"$2M --plan --report {path} --title 'Two millions'", shell)
    assert plan == cw.plan("$2M")
    assert f"Written: {path}" in capsys.readouterr().out
    assert "<title>Two millions</title>" in path.read_text("utf-8")
    path.write_text("mine")
    assert magic.chinchilla(f"$2M --plan --report {path}", shell) is None
    assert "was not made by chinchilla_widget" in capsys.readouterr().out


def test_the_exported_widget_is_a_module_and_its_values(tmp_path: Path) -> None:
    plan = cw.plan("$1M", chips=512)
    module, values = export_widget(plan, tmp_path / "new" / "folder")
    told = json.loads(values.read_text("utf-8"))
    assert told.pop("generator") == "chinchilla_widget"
    assert told == json.loads(json.dumps(state(plan)))
    done = subprocess.run(
        ["node", "--input-type=module", "-e", f"const m = await import({module.as_uri()!r});"
         "console.log(typeof m.default.render)"],
        capture_output=True,
        text=True,
    )  # fmt: skip
    assert done.stdout.strip() == "function", done.stderr
    export_widget(plan, module.parent)
    module.write_text("// my own\n")
    with pytest.raises(cw.ChinchillaError, match="was not made by"):
        export_widget(plan, module.parent)


def older(tmp_path: Path, **changed: Any) -> Path:
    """A plan saved when something was otherwise."""
    told = cw.plan("$1M").to_dict()
    figures = {k: v for k, v in changed.items() if k in told}
    told.update(figures)
    told["scenario"].update({k: v for k, v in changed.items() if k not in figures})
    path = tmp_path / "old.json"
    path.write_text(json.dumps(told), encoding="utf-8")
    return path


def test_a_plan_that_did_not_move(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = older(tmp_path)
    assert main(["--check", str(path)]) == 0
    assert capsys.readouterr().out.endswith("Within 5\u00a0% of the plan as saved.\n")


def test_a_plan_that_moved_says_what_and_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = older(tmp_path, params=50e9, tokens=1.12e12, price_per_hour=3.5)
    assert main(["--check", str(path), "--tolerance", "5%"]) == 1
    out = capsys.readouterr().out.replace("\u00a0", " ")
    assert "Parameters: 60.8 B, was 50.0 B (+21.7 %)" in out
    assert "Training tokens:" not in out  # by less than the tolerance
    assert "price_per_hour is $2.95, was $3.50" in out
    assert main(["--check", str(path), "--tolerance", "30%"]) == 0
    capsys.readouterr()
    assert main(["--check", str(path), "--json"]) == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["params"] == cw.plan("$1M").params
    assert "Parameters" in err


def test_a_check_of_another_question(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["$2M", "--check", str(older(tmp_path))]) == 1
    out = capsys.readouterr().out.replace("\u00a0", " ")
    assert "Cost: $2,000,000, was $1,000,000 (+100" in out
    assert "asked otherwise: budget is $2,000,000, was $1,000,000\n" in out
    assert "changed since" not in out


def test_a_check_says_what_was_asked_otherwise(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(older(tmp_path, price_per_hour=3.3))
    asked = ["$1M", "--chips", "512", "--no-repeats", "--accelerator", "h200", "--check", path]
    assert main(asked) == 1
    out = capsys.readouterr().out
    for line in (
        "asked otherwise: accelerator is H200 SXM, was H100 SXM\n",
        "asked otherwise: chips is 512, was –\n",
        "asked otherwise: repeats is no, was yes\n",
    ):
        assert line in out
    assert "changed since" not in out  # what another chip costs is no news
    # Though nothing moved, another question is another question.
    assert main(["$1.01M", "--check", str(older(tmp_path))]) == 0
    assert "asked otherwise: budget is $1,010,000" in capsys.readouterr().out


def test_a_check_with_a_word_asks_the_saved_question_otherwise(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = cw.plan("$3M", chips=512).report(tmp_path / "p.json")
    law = "hoffmann-2022-approach-3"
    assert main(["--law", law, "--check", str(path), "--tolerance", "500%"]) == 0
    out = capsys.readouterr().out
    assert "asked otherwise: law is Hoffmann 2022, approach 3, was Besiroglu 2024\n" in out
    assert str(cw.plan("$3M", chips=512, law=law)) in out
    assert main(["--law", law]) == 2
    assert "budget" in capsys.readouterr().err


def test_a_check_tells_another_law_from_a_law_that_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved = str(older(tmp_path))
    for tolerance, status in (("5%", 1), ("1000%", 0)):
        asked = ["$1M", "--law", "hoffmann-2022-approach-3", "--check", saved]
        assert main([*asked, "--tolerance", tolerance]) == status
        out = capsys.readouterr().out
        assert "asked otherwise: law is Hoffmann 2022, approach 3, was Besiroglu 2024\n" in out
        assert "changed since" not in out
    told = json.loads(Path(saved).read_text(encoding="utf-8"))
    told["scenario"]["law"]["about"]["name"] = "</script>\u202e\x1b[31mold"
    told["scenario"]["law"]["constants"]["E"] = 1.7
    told["params"] = 1e9
    odd = tmp_path / "odd.json"
    odd.write_text(json.dumps(told), encoding="utf-8")
    assert main(["--check", str(odd)]) == 1
    out = capsys.readouterr().out
    assert "changed since: law is Besiroglu 2024, was </script>" in out
    assert not set("\u202e\x1b") & set(out)


@pytest.mark.parametrize("option", ["--check", "--law", "--fit"])
def test_a_pipe_is_not_waited_for(
    option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)
    for odd in (str(pipe), "/dev/zero" if option != "--law" else str(pipe.parent) + "/pipe.json"):
        assert main(["$1M", option, odd]) == 2
        assert "is a folder, a pipe or a device" in capsys.readouterr().err


def test_a_check_speaks_the_plans_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = cw.plan("$1M", lang="es").report(tmp_path / "p.json")
    assert main(["--check", str(path)]) == 0
    out = capsys.readouterr().out
    assert out.endswith("El plan no ha cambiado en más del 5\u00a0% desde que se guardó.\n")
    assert main(["--check", str(path), "--report", str(tmp_path / "q.json")]) == 0
    assert "Escrito: " in capsys.readouterr().out


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_a_plan_that_moved_says_so_into_a_closed_pipe(tmp_path: Path, flags: list[str]) -> None:
    """As in ``chinchilla-widget --check old.json | true``: what counts there is the status."""
    path = older(tmp_path, params=50e9)
    command = [sys.executable, "-m", "chinchilla_widget", "--check", str(path), *flags]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait() == 1


def test_a_check_of_what_is_no_plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check", str(tmp_path / "gone.json")]) == 2
    assert "cannot be read" in capsys.readouterr().err
    path = tmp_path / "odd.json"
    path.write_text(json.dumps({**cw.plan("$1M").to_dict(), "words": {"colour": "red"}}))
    assert main(["--check", str(path)]) == 2
    assert "words" in capsys.readouterr().err


def test_a_figure_that_came_or_went_has_moved() -> None:
    without, with_chips = cw.plan("$1M"), cw.plan("$1M", chips=512)
    moved = compare(without, with_chips, 0.5).moved
    assert [line.split(":")[0].strip() for line in moved] == ["Wall-clock"]
    assert compare(with_chips, with_chips).moved == []
    assert asked_again(with_chips) == with_chips
