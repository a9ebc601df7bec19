"""A plan as plain JSON values, complete and versioned, and back."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from chinchilla_widget.messages import ChinchillaError
from chinchilla_widget.scenario import WORDS, Scenario
from chinchilla_widget.scenario.saved import plain_scenario, scenario_from_plain

if TYPE_CHECKING:
    from chinchilla_widget.plans.plan import Plan

# The extensions a report may have; what each is, the report knows.
FORMS: Final = (".html", ".md", ".json", ".tex", ".svg", ".png")
VERSION: Final = 1
GENERATOR: Final = "chinchilla_widget"
_TEXT: Final = "{…}"
_ALWAYS: Final = (
    "params", "tokens", "flops", "tokens_per_param", "unique_tokens_used", "epochs", "chip_hours",
)  # fmt: skip
_PERHAPS: Final = ("loss", "dollars", "days", "energy_kwh", "co2_kg")


def plain_plan(plan: Plan) -> dict[str, Any]:
    """Everything as plain JSON values: the figures, the question, all assumed, the sentences."""
    scenario = plan.scenario
    return {
        "generator": GENERATOR,
        "version": VERSION,
        **{name: getattr(plan, name) for name in (*_ALWAYS, *_PERHAPS)},
        "dollars_by": None if plan.dollars_by is None else dict(plan.dollars_by),
        "words": {word: _plain(value) for word, value in scenario.words.items()},
        "assumptions": {
            "accelerator": scenario.accelerator.id,
            "dtype": scenario.dtype,
            "peak_flops": scenario.peak_flops,
            "price_kind": scenario.price_kind,
            "price_per_hour": scenario.price_per_hour,
            "mfu": scenario.mfu,
            "goodput": scenario.goodput,
            "chips": scenario.chips,
            "final_share": scenario.final_share,
            "law": scenario.law.about.id,
            "pue": scenario.pue,
            "grid": scenario.grid,
        },
        "status": [{"code": status.code, "text": str(status)} for status in plan.status],
        "scenario": plain_scenario(scenario),
    }


def read_plan(source: str | PathLike[str]) -> dict[str, Any]:
    """The fields of a ``Plan`` from JSON text, or from the file of that name.

    Raises:
        ChinchillaError: there is no such file, or it holds no plan of this version.
    """
    text = source if isinstance(source, str) else ""
    name = _TEXT if text.lstrip().startswith("{") else Path(source).name
    if name != _TEXT:
        try:
            text = Path(source).read_text(encoding="utf-8")
        except (OSError, ValueError) as problem:
            reason = getattr(problem, "strerror", None) or str(problem)
            raise ChinchillaError("report.unreadable", name=name, reason=reason) from None
    try:
        told = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise ChinchillaError("report.no_json", name=name) from None
    if not isinstance(told, dict) or "version" not in told:
        raise ChinchillaError("report.no_plan", name=name)
    if told["version"] != VERSION:
        version = str(told["version"])
        raise ChinchillaError("report.version", name=name, version=version, known=VERSION)
    try:
        return _fields(told)
    except (ValueError, OverflowError) as problem:
        raise ChinchillaError("report.field", name=name, field=str(problem)) from None


def _fields(told: Mapping[str, Any]) -> dict[str, Any]:
    words = told.get("words")
    if not isinstance(words, Mapping) or not set(words) <= set(WORDS):
        raise ValueError("words")
    scenario: Scenario = scenario_from_plain(told.get("scenario"), words)
    by = told.get("dollars_by")
    if by is not None and not isinstance(by, Mapping):
        raise ValueError("dollars_by")
    return {
        **{name: _number(told.get(name), name) for name in _ALWAYS},
        **{
            name: None if told.get(name) is None else _number(told[name], name) for name in _PERHAPS
        },
        "dollars_by": by and {part: _number(value, "dollars_by") for part, value in by.items()},
        "scenario": scenario,
    }


def _number(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(name)
    return value


def _no_number(name: str) -> float:
    raise ValueError(name)  # NaN and Infinity are no JSON


def _plain(value: Any) -> Any:
    """A word as JSON: what JSON cannot hold is named by its id."""
    if getattr(value, "ndim", None) == 0:
        value = value.item()  # NumPy's
    if value == math.inf:
        return None  # unlimited, which is what not asking means
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    about = getattr(getattr(value, "law", value), "about", None)
    return about.id if about is not None else getattr(value, "id", str(value))
