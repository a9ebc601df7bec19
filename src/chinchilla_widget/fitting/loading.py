"""A law from its file, read with suspicion: whatever a plan rests on is in a plausible range."""

from __future__ import annotations

import json
import string
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, get_args

import numpy as np

from chinchilla_widget.files import path_of
from chinchilla_widget.fitting.arguments import known_words
from chinchilla_widget.fitting.families import SURFACES, law_of
from chinchilla_widget.fitting.reading import clipped
from chinchilla_widget.fitting.saving import ID, KIND, LETTERS, PLAUSIBLE, RANGES, TEXTS, VERSION
from chinchilla_widget.laws import COUNTS, About, Draws
from chinchilla_widget.messages import ChinchillaError, catalogue, say
from chinchilla_widget.quantities import ShowKind
from chinchilla_widget.quantities.opening import shortened

Array = Any
Range = tuple[float, float]
LARGEST_FILE: Final = 10_000_000
DOMAIN: Final[Mapping[str, Range]] = {
    "params": (1.0, 1e20),
    "tokens": (1.0, 1e24),
    "flops": (1.0, 1e40),
    "tokens_per_param": (1e-12, 1e18),
}
# What a law says of the middle of its own runs: nats per token, and params and tokens.
LOSS: Final = (1e-6, 1e4)
OPTIMUM: Final = (1e-9, 1e45)
WIDEST: Final = 10.0  # sd a decade: a factor of 20,000
# The doubts a law may carry, by the beginning of their codes, and how many at most.
DOUBTS: Final = (
    *("not_identified", "why_", "help_", "bias_", "beside", "uncalibrated"),
    *("starts_apart", "scale_open", "far_off"),
    *("columns", "rows_", "lines_", "duplicates", "bits", "loss_scale", "flops_"),
)
MOST_DOUBTS: Final = 30
LONGEST: Final = 1000


class _Wrong(Exception):
    """Which part of the file is not what it must be."""


@known_words
def load_law(path: str | Path, lang: str = "en") -> Any:
    """The law that ``fit.save`` wrote, with its ranges, doubts and draws.

    Raises:
        ChinchillaError: the file is not there, broken, foreign, or of a later version.
    """
    file = path_of(path, lang)
    name = clipped(shortened(str(file)), 120)
    try:
        there, size = file.is_file(), file.stat().st_size
    except (OSError, ValueError):  # not there, too long a name, a null byte
        there, size = False, 0
    if not there:
        raise ChinchillaError("fitting.no_file", lang, path=name)
    if size > LARGEST_FILE:
        raise ChinchillaError("fitting.no_law", lang, path=name, what=say("fitting.its_size", lang))
    try:
        # An editor may have put a byte order mark before it.
        found = json.loads(file.read_text(encoding="utf-8-sig"), parse_constant=_no_number)
    except (OSError, ValueError, RecursionError):
        raise ChinchillaError("fitting.no_json", lang, path=name) from None
    if not isinstance(found, dict) or found.get("kind") != KIND:
        raise ChinchillaError("fitting.foreign", lang, path=name)
    version = found.get("version")
    if type(version) is int and version > VERSION:
        words = {"version": shortened(str(version)), "known": VERSION}
        raise ChinchillaError("fitting.version", lang, path=name, **words)
    try:
        if type(version) is not int or version < 1:
            raise _Wrong("version")
        return _law(found)
    except _Wrong as wrong:
        what = shortened(str(wrong))
        raise ChinchillaError("fitting.no_law", lang, path=name, what=what) from None


def _no_number(text: str) -> float:
    raise ValueError(text)


def _law(found: Mapping[str, Any]) -> Any:
    family = found.get("family")
    if not isinstance(family, str) or family not in SURFACES:
        raise _Wrong("family")
    told = found.get("constants")
    if not isinstance(told, dict) or set(told) != set(LETTERS[family]):
        raise _Wrong("constants")
    constants = {name: _constant(told[name], name) for name in LETTERS[family]}
    if family == "tied" and constants["alpha"] != constants["beta"]:
        raise _Wrong("constants.beta")
    about = _about(found.get("about"))
    law = law_of(family, constants, about)
    _answers(law, about.domain)
    draws = _draws(found.get("draws"), family)
    if draws is not None:
        _spread(draws, family, about.domain)
    return law_of(family, constants, about, draws)


def _constant(value: Any, name: str) -> float:
    """A constant of a law; in draws alone an exponent may be below 0."""
    low, high = PLAUSIBLE[name]
    return _number(value, f"constants.{name}", (max(low, 1e-200), high))


def _number(value: Any, what: str, within: Range) -> float:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not number or not within[0] <= value <= within[1]:
        raise _Wrong(what)
    return float(value)


def _answers(law: Any, domain: Mapping[str, Range]) -> None:
    """Every constant may be plausible, and the law still be none: it must answer its own runs."""
    with np.errstate(all="ignore"):
        try:
            params, tokens = law.optimum(_middle(domain["flops"]))
            loss = law.loss(_middle(domain["params"]), _middle(domain["tokens"]))
        except (ArithmeticError, ValueError):
            raise _Wrong("constants") from None
    for value, (low, high) in ((params, OPTIMUM), (tokens, OPTIMUM), (loss, LOSS)):
        if not low < value < high:
            raise _Wrong("constants")


def _middle(ends: Range) -> float:
    return float(np.sqrt(ends[0] * ends[1]))


def _about(found: Any) -> About:
    if not isinstance(found, dict):
        raise _Wrong("about")
    texts = {name: found.get(name, "") for name in TEXTS}
    for name, text in texts.items():
        if not isinstance(text, str) or len(text) > LONGEST:
            raise _Wrong(f"about.{name}")
    # A law from a file is one's own: it cannot pass for one of LAWS, nor take its draws.
    if texts["id"] != ID:
        raise _Wrong("about.id")
    if texts["counts"] not in COUNTS:
        raise _Wrong("about.counts")
    told = found.get("domain")
    if not isinstance(told, dict) or set(told) != set(RANGES):
        raise _Wrong("about.domain")
    domain = {name: _range(told[name], name) for name in RANGES}
    doubts = found.get("doubts", [])
    if not isinstance(doubts, list) or len(doubts) > MOST_DOUBTS:
        raise _Wrong("about.doubts")
    return About(**texts, domain=domain, doubts=tuple(_doubt(each) for each in doubts))


def _range(pair: Any, name: str) -> Range:
    what = f"about.domain.{name}"
    if not isinstance(pair, list) or len(pair) != 2:
        raise _Wrong(what)
    low, high = (_number(end, what, DOMAIN[name]) for end in pair)
    if low > high:
        raise _Wrong(what)
    return low, high


def _doubt(found: Any) -> tuple[str, dict[str, Any]]:
    """A sentence of this room by its code, with the values that its template takes."""
    if not isinstance(found, list) or len(found) != 2 or not isinstance(found[1], dict):
        raise _Wrong("about.doubts")
    code, values = found
    if not isinstance(code, str) or not code.removeprefix("fitting.").startswith(DOUBTS):
        raise _Wrong("about.doubts")
    template = catalogue("en").get(code)
    if template is None or not code.startswith("fitting."):
        raise _Wrong("about.doubts")
    if set(values) != {name for _, name, _, _ in string.Formatter().parse(template) if name}:
        raise _Wrong("about.doubts")
    return code, {name: _value(value) for name, value in values.items()}


def _value(value: Any) -> Any:
    what, most = "about.doubts", 1e300
    if isinstance(value, str):
        return clipped(shortened(value), 200)
    if not isinstance(value, list):
        number = _number(value, what, (-most, most))
        return value if isinstance(value, int) else number  # a count has no decimals
    if len(value) != 2 or value[0] not in get_args(ShowKind):
        raise _Wrong(what)
    return value[0], _number(value[1], what, (-most, most))


def _draws(found: Any, family: str) -> Draws | None:
    if found is None:
        return None
    columns = found.get("constants") if isinstance(found, dict) else None
    if not isinstance(columns, dict) or set(columns) != set(LETTERS[family]):
        raise _Wrong("draws.constants")
    arrays = {name: _column(columns[name], name) for name in LETTERS[family]}
    if len({each.size for each in arrays.values()}) != 1:
        raise _Wrong("draws.constants")
    widening = found.get("widening", {})
    if not isinstance(widening, dict) or not set(widening) <= {"loss", "params"}:
        raise _Wrong("draws.widening")
    wider = {
        name: _number(each, f"draws.widening.{name}", (0.0, WIDEST))
        for name, each in widening.items()
    }
    return Draws(arrays, wider, _number(found.get("flops"), "draws.flops", DOMAIN["flops"]))


def _column(column: Any, name: str) -> Array:
    what = f"draws.constants.{name}"
    if not isinstance(column, list) or not column:
        raise _Wrong(what)
    return np.array([_number(each, what, PLAUSIBLE[name]) for each in column])


def _spread(draws: Draws, family: str, domain: Mapping[str, Range]) -> None:
    """Draws of one law agree about the middle of its runs, however little they do elsewhere."""
    law = law_of(family, dict(draws.constants))
    with np.errstate(all="ignore"):
        loss = law.loss(_middle(domain["params"]), _middle(domain["tokens"]))
    if not np.all((loss > LOSS[0]) & (loss < LOSS[1])):
        raise _Wrong("draws.constants")
