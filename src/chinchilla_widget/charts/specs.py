"""What the page draws from: the solver's program, and the panels that the build compiled."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from chinchilla_widget.charts.program import program

FOLDER = Path(__file__).parents[1] / "static"


@cache
def specs(lang: str) -> dict[str, dict[str, Any]]:
    """Solver and panels of every family: ``{family: {"solver": program, panel: Vega}}``."""
    text = (FOLDER / f"panels.{lang}.json").read_text(encoding="utf-8")
    return {
        family: {"solver": program(family), **panels} for family, panels in json.loads(text).items()
    }
