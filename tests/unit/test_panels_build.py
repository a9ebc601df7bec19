"""The build of the panels: each is drawn with the page's own Vega, and none is drawn otherwise."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import altair as alt
import pytest

from chinchilla_widget.charts.panels import vega_lite

ROOT = Path(__file__).parents[2]
ROWS = {"values": [{"x": 1, "y": 2}, {"x": 3, "y": 5}]}


def built(described: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["node", str(ROOT / "scripts" / "panels.mjs")],
        input=json.dumps(described),
        capture_output=True,
        text=True,
    )


def test_what_is_shipped_is_what_the_build_draws() -> None:
    done = built({"en": vega_lite("en")})
    assert done.returncode == 0, done.stderr
    text = (ROOT / "src/chinchilla_widget/static/panels.en.json").read_text(encoding="utf-8")
    assert json.loads(done.stdout)["en"] == json.loads(text)


@pytest.fixture(scope="module")
def fine() -> dict[str, Any]:
    """A panel that is built."""
    plain = {"$schema": alt.SCHEMA_URL, "data": ROWS, "mark": "point"}
    panel = {**plain, "encoding": {"x": {"field": "x", "type": "quantitative"}}}
    done = built({"panel": panel})
    assert done.returncode == 0, done.stderr
    return panel


@pytest.mark.parametrize(
    "more",
    [
        {"transform": [{"density": "x"}]},
        {"encoding": {"x": {"field": "x", "type": "temporal", "timeUnit": "month"}}},
        {"params": [{"name": "s", "select": "interval"}], "encoding": {"x": {"field": "x"}}},
        {"mark": "geoshape"},
    ],
)
def test_a_panel_that_needs_more_fails_the_build(
    fine: dict[str, Any], more: dict[str, Any]
) -> None:
    done = built({"panel": {**fine, **more}})
    assert done.returncode != 0
    assert not done.stdout


def test_no_panel_copies_rows_in_every_frame() -> None:
    # Vega copies all rows of a table to derive one from it, unless it is only filtered first.
    text = (ROOT / "src/chinchilla_widget/static/panels.en.json").read_text(encoding="utf-8")
    derived = 0
    for family, specs in json.loads(text).items():
        for name, spec in specs.items():
            for table in spec.get("data", []) if name != "solver" else []:
                if "source" not in table:
                    continue
                derived += 1
                kinds = [each["type"] for each in table["transform"]]
                until = kinds.index("aggregate") if "aggregate" in kinds else len(kinds)
                assert set(kinds[:until]) <= {"filter"}, (family, name, table["name"])
    assert derived > 10


def test_a_build_is_stale_by_content_not_by_date(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = importlib.util.spec_from_file_location("hatch_build", root / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    hook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hook)
    source, output = tmp_path / "source.ts", tmp_path / hook.STATIC / "made.js"
    source.write_text("one")
    output.parent.mkdir(parents=True)
    monkeypatch.setattr(hook, "SOURCES", {"half": [Path("source.ts")]})
    monkeypatch.setattr(hook, "install_packages", lambda root: None)
    command = [sys.executable, "-c", f"open({str(output)!r}, 'a').write('x')"]

    def times_made() -> int:
        hook.make(tmp_path, "half", ("made.js",), command)
        return len(output.read_text())

    assert times_made() == 1
    os.utime(source, (1, 1))
    assert times_made() == 1, "a date says nothing"
    source.write_text("two")
    assert times_made() == 2
    output.unlink()
    assert times_made() == 1, "it was missing"
