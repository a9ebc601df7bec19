"""A plan as plain JSON values, complete and versioned, and back."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any, Final

from chinchilla_widget.files import path_of, refuse_no_file
from chinchilla_widget.laws import plain_number
from chinchilla_widget.messages import ChinchillaError
from chinchilla_widget.quantities.opening import shortened
from chinchilla_widget.scenario import WORDS, Scenario
from chinchilla_widget.scenario.saved import plain_scenario, scenario_from_plain

if TYPE_CHECKING:
    from chinchilla_widget.plans.plan import Plan

# The extensions a report may have; what each is, the report knows.
FORMS: Final = (".html", ".htm", ".md", ".markdown", ".json", ".tex", ".svg", ".png")
# 2: the draws and the doubts of a law of one's own; a law of Kaplan's form. 1 is read as well.
VERSION: Final = 2
GENERATOR: Final = "chinchilla_widget"
_TEXT: Final = "{…}"
_PARTS: Final = ("training", "data", "serving")
# A list of numbers as json.dumps indents it, a line each.
_NUMBERS: Final = re.compile(r"\[\n\s+((?:[-\d.eE+]+|null)(?:,\n\s+(?:[-\d.eE+]+|null))*)\n\s+\]")
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
    # Some editors begin a file, and with it a text, with a mark of its encoding.
    text = source.removeprefix("\ufeff") if isinstance(source, str) else ""
    name = _TEXT
    if not text.lstrip().startswith("{"):
        path = path_of(source, "en")
        name = path.name or str(path)
        refuse_no_file(path, "en")
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, ValueError) as problem:
            reason = getattr(problem, "strerror", None) or str(problem)
            raise ChinchillaError("report.unreadable", name=name, reason=reason) from None
    try:
        told = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise ChinchillaError("report.no_json", name=name) from None
    if not isinstance(told, dict) or "version" not in told or told.get("generator") != GENERATOR:
        raise ChinchillaError("report.no_plan", name=name)
    version = told["version"]
    # Text and true are none, though true equals 1.
    if type(version) is not int or not 1 <= version <= VERSION:
        found = shortened(json.dumps(version, ensure_ascii=False))
        raise ChinchillaError("report.version", name=name, version=found, known=VERSION)
    try:
        return _fields(told)
    except ValueError as problem:
        raise ChinchillaError("report.field", name=name, field=shortened(str(problem))) from None


def written(told: Mapping[str, Any]) -> str:
    """JSON to be read by people too: indented, a list of numbers on one line."""
    text = json.dumps(told, ensure_ascii=False, indent=2, allow_nan=False)
    # A line break is never inside a text of JSON, so nothing but a list is found.
    return _NUMBERS.sub(lambda found: f"[{' '.join(found[1].split())}]", text)


def _fields(told: Mapping[str, Any]) -> dict[str, Any]:
    words = told.get("words")
    if not isinstance(words, Mapping) or not set(words) <= set(WORDS):
        raise ValueError("words")
    for word, value in words.items():
        if not _may_be_asked(word, value):
            raise ValueError(f"words.{word}")
    scenario: Scenario = scenario_from_plain(told.get("scenario"), words)
    if scenario.law.family == "parametric" and told.get("loss") is None:
        raise ValueError("loss")
    by = told.get("dollars_by")
    if by is not None and not (isinstance(by, Mapping) and set(by) == set(_PARTS)):
        raise ValueError("dollars_by")
    return {
        **{name: _positive(told, name) for name in _ALWAYS},
        **{name: None if told.get(name) is None else _positive(told, name) for name in _PERHAPS},
        "dollars_by": by and {part: _part(by, part) for part in _PARTS},
        "scenario": scenario,
    }


def _may_be_asked(word: str, value: Any) -> bool:
    """Whether a question may say this; what begins as an option does would be none of it."""
    if value is None or word == "repeats":
        return value is None or isinstance(value, bool)
    if isinstance(value, str):
        return value.strip() != "" and not value.lstrip().startswith("-")
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _positive(told: Mapping[str, Any], name: str) -> float:
    value = plain_number(told.get(name), name)
    # Where the grid burns nothing there is no CO2.
    if not (value > 0.0 or (value == 0.0 and name == "co2_kg")):
        raise ValueError(name)
    return value


def _part(by: Mapping[str, Any], part: str) -> float:
    value = plain_number(by[part], f"dollars_by.{part}")
    if value < 0.0:
        raise ValueError(f"dollars_by.{part}")
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
