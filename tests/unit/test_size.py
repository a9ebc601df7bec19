"""What travels with every planner, and stays in every notebook that saves one, has limits."""

from __future__ import annotations

import base64
import gzip
import json
import re
from pathlib import Path

import pytest

import chinchilla_widget as cw

STATIC = Path(cw.__file__).with_name("static")
KB = 1000


def size(text: str) -> int:
    return len(text.encode())


def saved(*planners: cw.Planner) -> int:
    """Bytes of "Save widget state" with these planners alone, whatever else is open."""
    mine = {each.model_id: each._get_embed_state(drop_defaults=False) for each in planners}
    return size(json.dumps(mine, separators=(",", ":"), ensure_ascii=False))


def test_the_bundle() -> None:
    plain = (STATIC / "widget.js").read_bytes()
    # Half of Vega, Vega-Lite and vega-embed together, minified (840 KB), would be 420.
    assert len(plain) <= 342 * KB
    assert len(gzip.compress(plain, 9)) <= 123 * KB
    assert (STATIC / "widget.packed.js").stat().st_size <= 161 * KB
    assert (STATIC / "widget.css").stat().st_size <= 16 * KB


def test_the_script_of_a_report() -> None:
    assert (STATIC / "report.js.gz").stat().st_size <= 125 * KB
    assert (STATIC / "report.css").stat().st_size <= 6 * KB


def test_what_a_notebook_is_given_is_the_bundle() -> None:
    packed = (STATIC / "widget.packed.js").read_text(encoding="utf-8")
    found = re.search(r'const packed = "([A-Za-z0-9+/=]+)"', packed)
    assert found
    plain = gzip.decompress(base64.b64decode(found[1]))
    assert plain == (STATIC / "widget.js").read_bytes()


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_panels(lang: str) -> None:
    assert (STATIC / f"panels.{lang}.json").stat().st_size <= 100 * KB


def test_one_saved_planner_and_ten() -> None:
    planners = [cw.Planner("$1M") for _ in range(10)]
    try:
        assert saved(planners[0]) <= 355 * KB
        assert saved(*planners) <= 3550 * KB
    finally:
        for planner in planners:
            planner.close()


def test_a_movement_says_little() -> None:
    """What Python sends back: the words that changed and the answer, not what the page has."""
    planner = cw.Planner("$1M")
    sent: list[dict[str, object]] = []
    try:
        planner.set_state({"budget": "$1,020,000"})  # as a slider writes it from its first move on
        planner.comm.send = lambda data=None, **_: sent.append(data)  # type: ignore[union-attr]
        planner.set_state({"budget": "$1,040,000"})
    finally:
        planner.close()
    states = [message["state"] for message in sent if message and "state" in message]
    assert {name for state in states for name in state} == {"budget", "turn"}
    assert sum(size(json.dumps(state)) for state in states) <= 60
