"""A law from its file, read with suspicion: whatever a plan rests on is in a plausible range."""

from __future__ import annotations

import json
import string
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, get_args

import numpy as np

from chinchilla_widget.files import path_of, refuse_no_file
from chinchilla_widget.fitting.arguments import known_words
from chinchilla_widget.fitting.families import SURFACES, law_of
from chinchilla_widget.fitting.reading import clipped
from chinchilla_widget.fitting.saving import KIND, LETTERS, PLAUSIBLE, VERSION
from chinchilla_widget.laws import FITTED, About, Draws, law_from_plain
from chinchilla_widget.messages import ChinchillaError, catalogue, say
from chinchilla_widget.quantities import ShowKind
from chinchilla_widget.quantities.opening import shortened

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
    refuse_no_file(file, lang)
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
    """A law as a plan reads it, and besides: of a fit, and within what a fit can be."""
    family = found.get("family")
    if not isinstance(family, str) or family not in SURFACES:
        raise _Wrong("family")
    _few_doubts(found.get("about"))
    try:
        law = law_from_plain({**found, "family": "kaplan" if family == "kaplan" else "parametric"})
    except ValueError as wrong:
        raise _Wrong(str(wrong)) from None
    _plausible(law, family)
    _identity(law.about)
    _answers(law)
    if law.sample is not None:
        _spread(law.sample, family, law.about.domain)
    return law


def _few_doubts(about: Any) -> None:
    """So many sentences would take long to read, and nobody would."""
    doubts = about.get("doubts") if isinstance(about, dict) else None
    if isinstance(doubts, list) and len(doubts) > MOST_DOUBTS:
        raise _Wrong("about.doubts")


def _plausible(law: Any, family: str) -> None:
    if set(law.constants) != set(LETTERS[family]):
        raise _Wrong("constants")
    for name, value in law.constants.items():
        low, high = PLAUSIBLE[name]
        # In draws alone an exponent may be below 0.
        if not max(low, 1e-200) <= value <= high:
            raise _Wrong(f"constants.{name}")
    if family == "tied" and law.constants["alpha"] != law.constants["beta"]:
        raise _Wrong("constants.beta")


def _identity(about: About) -> None:
    # A law from a file is one's own: it cannot pass for one of LAWS, nor take its draws.
    if about.id != FITTED:
        raise _Wrong("about.id")
    for name, text in (*asdict(about).items(), *about.spanish.items()):
        if isinstance(text, str) and len(text) > LONGEST:
            raise _Wrong(f"about.{name}")
    if set(about.domain) != set(DOMAIN):
        raise _Wrong("about.domain")
    for name, ends in about.domain.items():
        if not all(DOMAIN[name][0] <= end <= DOMAIN[name][1] for end in ends):
            raise _Wrong(f"about.domain.{name}")
    for code, values in about.doubts:
        template = catalogue("en")[code]
        takes = {name for _, name, _, _ in string.Formatter().parse(template) if name}
        room, _, name = code.partition(".")
        kinds = [value[0] for value in values.values() if isinstance(value, tuple)]
        if (
            room != "fitting"
            or not name.startswith(DOUBTS)
            or set(values) != takes
            or not set(kinds) <= set(get_args(ShowKind))
        ):
            raise _Wrong("about.doubts")


def _answers(law: Any) -> None:
    """Every constant may be plausible, and the law still be none: it must answer its own runs."""
    domain = law.about.domain
    with np.errstate(all="ignore"):
        try:
            params, tokens = law.optimum(_middle(domain["flops"]))
            loss = law.loss(_middle(domain["params"]), _middle(domain["tokens"]))
        except (ArithmeticError, ValueError):
            raise _Wrong("constants") from None
    for value, (low, high) in ((params, OPTIMUM), (tokens, OPTIMUM), (loss, LOSS)):
        if not low < value < high:
            raise _Wrong("constants")


def _spread(draws: Draws, family: str, domain: Mapping[str, Range]) -> None:
    """Draws are within reason, and agree in the middle of the runs, whatever they do elsewhere."""
    for name, each in draws.constants.items():
        low, high = PLAUSIBLE[name]
        if not np.all((low <= each) & (each <= high)):
            raise _Wrong(f"draws.constants.{name}")
    if max(draws.widening.values(), default=0.0) > WIDEST:
        raise _Wrong("draws.widening")
    if not DOMAIN["flops"][0] <= draws.flops <= DOMAIN["flops"][1]:
        raise _Wrong("draws.flops")
    law = law_of(family, dict(draws.constants))
    with np.errstate(all="ignore"):
        loss = law.loss(_middle(domain["params"]), _middle(domain["tokens"]))
    if not np.all((loss > LOSS[0]) & (loss < LOSS[1])):
        raise _Wrong("draws.constants")


def _middle(ends: Range) -> float:
    return float(np.sqrt(ends[0] * ends[1]))
