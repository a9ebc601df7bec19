"""A law as a file: plain JSON with a version, written whole or not at all, read with suspicion."""

from __future__ import annotations

import json
import math
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from chinchilla_widget.fitting.families import SURFACES, law_of
from chinchilla_widget.fitting.reading import clipped
from chinchilla_widget.laws import COUNTS, About, Draws
from chinchilla_widget.messages import ChinchillaError, catalogue, say
from chinchilla_widget.quantities.opening import shortened

if TYPE_CHECKING:
    from chinchilla_widget.fitting.fitted import Fit

KIND: Final = "chinchilla_widget law"
VERSION: Final = 1
# A saved law holds this many of the draws: enough for an interval, small enough to send.
KEPT_DRAWS: Final = 400
LARGEST_FILE: Final = 10_000_000
LETTERS: Final[Mapping[str, tuple[str, ...]]] = {
    "parametric": ("E", "A", "B", "alpha", "beta"),
    "kaplan": ("N_c", "D_c", "alpha_N", "alpha_D"),
}
RANGES: Final = ("params", "tokens", "flops", "tokens_per_param")
TEXTS: Final = ("id", "name", "counts", "scale", "data", "source")


def save(fit: Fit, path: str | Path) -> None:
    """Write the law of a fit; what stood at ``path`` stays until the new file is complete."""
    target = Path(path)
    text = json.dumps(as_json(fit), ensure_ascii=False, indent=1, allow_nan=False)
    folder = target.parent
    if not folder.is_dir():
        raise ChinchillaError("fitting.no_folder", fit.lang, path=clipped(str(folder), 120))
    handle, name = tempfile.mkstemp(dir=folder, prefix=f".{target.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def as_json(fit: Fit) -> dict[str, Any]:
    """A fit's law as plain values."""
    law, draws = fit.law, fit.draws
    about = law.about
    step = max(1, len(draws) // KEPT_DRAWS)
    return {
        "kind": KIND,
        "version": VERSION,
        "family": fit.family,
        "constants": dict(fit.constants),
        "about": {
            **{name: getattr(about, name) for name in TEXTS},
            "domain": {name: list(about.domain[name]) for name in about.domain},
            "doubts": [[code, _plain(values)] for code, values in about.doubts],
        },
        "fit": {
            "rows": len(fit.runs),
            "objective": fit.objective,
            "starts": list(fit.starts),
            "delta": None if math.isinf(fit.price.delta) else fit.price.delta,
            "seed": fit.seed,
        },
        "draws": {
            "constants": {
                name: [float(value) for value in each[::step][:KEPT_DRAWS]]
                for name, each in draws.constants.items()
            },
            "widening": dict(draws.widening),
            "flops": draws.flops,
        },
    }


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in values.items()
    }


def load_law(path: str | Path, lang: str = "en") -> Any:
    """The law that ``fit.save`` wrote, with its ranges, doubts and draws.

    Raises:
        ChinchillaError: the file is not there, broken, foreign, or of a later version.
    """
    file = Path(path)
    name = clipped(str(file), 120)
    if not file.is_file():
        raise ChinchillaError("fitting.no_file", lang, path=name)
    if file.stat().st_size > LARGEST_FILE:
        raise ChinchillaError("fitting.no_law", lang, path=name, what=say("fitting.its_size", lang))
    try:
        found = json.loads(file.read_text(encoding="utf-8"), parse_constant=_no_number)
    except (OSError, ValueError, RecursionError):
        raise ChinchillaError("fitting.no_json", lang, path=name) from None
    if not isinstance(found, dict) or found.get("kind") != KIND:
        raise ChinchillaError("fitting.foreign", lang, path=name)
    if found.get("version") != VERSION:
        version = shortened(str(found.get("version")))
        raise ChinchillaError("fitting.version", lang, path=name, version=version, known=VERSION)
    try:
        return _law(found)
    except _Wrong as wrong:
        raise ChinchillaError("fitting.no_law", lang, path=name, what=str(wrong)) from None


class _Wrong(Exception):
    """Which part of the file is not what it must be."""


def _no_number(text: str) -> float:
    raise ValueError(text)


def _law(found: Mapping[str, Any]) -> Any:
    family = found.get("family")
    if not isinstance(family, str) or family not in SURFACES:
        raise _Wrong("family")
    needed = LETTERS["kaplan" if family == "kaplan" else "parametric"]
    constants = _numbers(found.get("constants"), "constants")
    if not set(needed) <= set(constants) or set(constants) - {*needed, "R_D", "R_N"}:
        raise _Wrong("constants")
    return law_of(
        family, constants, _about(found.get("about")), _draws(found.get("draws"), constants)
    )


def _numbers(found: Any, what: str) -> dict[str, float]:
    """Finite positive numbers by name: all constants of all families are."""
    if not isinstance(found, dict):
        raise _Wrong(what)
    for value in found.values():
        if not _number(value) or not 0.0 < value < 1e60:
            raise _Wrong(what)
    return {name: float(value) for name, value in found.items()}


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e300


def _about(found: Any) -> About:
    if not isinstance(found, dict):
        raise _Wrong("about")
    texts = {name: found.get(name, "") for name in TEXTS}
    if not all(isinstance(text, str) and len(text) < 1000 for text in texts.values()):
        raise _Wrong("about")
    if texts["counts"] not in COUNTS:
        raise _Wrong("counts")
    domain = found.get("domain")
    if not isinstance(domain, dict) or not set(domain) <= set(RANGES):
        raise _Wrong("domain")
    for pair in domain.values():
        if not isinstance(pair, list) or len(pair) != 2 or not all(map(_number, pair)):
            raise _Wrong("domain")
    doubts = found.get("doubts", [])
    if not isinstance(doubts, list):
        raise _Wrong("doubts")
    return About(
        **texts,
        domain={name: (float(low), float(high)) for name, (low, high) in domain.items()},
        doubts=tuple(_doubt(each) for each in doubts),
    )


def _doubt(found: Any) -> tuple[str, dict[str, Any]]:
    """A sentence of this room by its code, with values that its template can take."""
    if not isinstance(found, list) or len(found) != 2 or not isinstance(found[1], dict):
        raise _Wrong("doubts")
    code, values = found
    if not isinstance(code, str) or not code.startswith("fitting.") or code not in catalogue("en"):
        raise _Wrong("doubts")
    made: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, list):
            if len(value) != 2 or value[0] not in ("params", "tokens", "flops", "loss", "ratio"):
                raise _Wrong("doubts")
            if not _number(value[1]):
                raise _Wrong("doubts")
            made[name] = (value[0], float(value[1]))
        elif isinstance(value, str) or _number(value):
            made[name] = value if not isinstance(value, str) else value[:200]
        else:
            raise _Wrong("doubts")
    try:
        catalogue("en")[code].format(**dict.fromkeys(made, ""))
    except (KeyError, IndexError, ValueError):
        raise _Wrong("doubts") from None
    return code, made


def _draws(found: Any, constants: Mapping[str, float]) -> Draws | None:
    if found is None:
        return None
    if not isinstance(found, dict) or not isinstance(found.get("constants"), dict):
        raise _Wrong("draws")
    columns = found["constants"]
    if set(columns) != set(constants):
        raise _Wrong("draws")
    arrays = {}
    for name, column in columns.items():
        if not isinstance(column, list) or not column or not all(map(_number, column)):
            raise _Wrong("draws")
        arrays[name] = np.array(column, dtype=float)
    if len({each.size for each in arrays.values()}) != 1:
        raise _Wrong("draws")
    widening, flops = found.get("widening", {}), found.get("flops")
    if not isinstance(widening, dict) or not set(widening) <= {"loss", "params"}:
        raise _Wrong("widening")
    if not all(_number(each) and each >= 0.0 for each in widening.values()):
        raise _Wrong("widening")
    if flops is None or not _number(flops) or not flops > 0.0:
        raise _Wrong("draws")
    return Draws(arrays, {name: float(each) for name, each in widening.items()}, float(flops))
