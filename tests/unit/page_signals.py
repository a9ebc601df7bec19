"""What a page makes of a question, with the page's own code, under node."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import chinchilla_widget as cw
from chinchilla_widget import page
from chinchilla_widget.scenario import read_word
from chinchilla_widget.widget import _DEFAULTS

ROOT = Path(__file__).parents[2]


def page_tables() -> dict[str, Any]:
    """What every planner tells its page."""
    return page.tables({}, None, _DEFAULTS, "en")


def question_of(plan: cw.Plan) -> dict[str, Any]:
    """The traits of the planner that has this plan, as the page has them."""
    scenario = plan.scenario
    given = {word: read_word(word, value) for word, value in scenario.words.items()}
    budget = scenario.budget
    return {
        "family": scenario.law.family,
        "words": {**_DEFAULTS, **given, "budget": None, "lang": "en"},
        "pin": page._pin(plan),
        "budget": {
            "kind": budget.kind if budget else "flop",
            "value": budget.amount if budget else None,
        },
    }


def evaluate(folder: Path, task: dict[str, Any]) -> dict[str, Any]:
    """What node makes of programs, settings and panels, with the page's own code."""
    bundle = folder / "evaluate.mjs"
    subprocess.run(
        [
            str(ROOT / "node_modules/.bin/esbuild"),
            str(ROOT / "tests/js/evaluate.ts"),
            "--bundle",
            "--format=esm",
            "--platform=node",
            "--target=node20",
            "--log-level=error",
            f"--outfile={bundle}",
        ],
        check=True,
    )
    done = subprocess.run(
        ["node", str(bundle)],
        input=json.dumps(task, allow_nan=False),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
