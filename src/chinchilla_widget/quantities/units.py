"""Units as the grammar matched them, in hours and in FLOP."""

from __future__ import annotations

import re
from typing import Final

MONTH: Final = 730.5
"""Hours in a month: a twelfth of 365.25 days."""

# By how the word begins; longer beginnings first.
_HOURS: Final = (
    ("sec", 1 / 3600),
    ("seg", 1 / 3600),
    ("min", 1 / 60),
    ("h", 1.0),
    ("d", 24.0),
    ("w", 168.0),
    ("sem", 168.0),
    ("m", MONTH),
    ("y", 12 * MONTH),
    ("a", 12 * MONTH),
)
_PREFIXES: Final = {
    "kilo": 3,
    "mega": 6,
    "giga": 9,
    "tera": 12,
    "peta": 15,
    "exa": 18,
    "zetta": 21,
    "zeta": 21,
    "yotta": 24,
    "yota": 24,
    "ronna": 27,
    "quetta": 30,
}
_PREFIX = re.compile(rf"({'|'.join(_PREFIXES)}|[a-z](?=[ -]?f))", re.IGNORECASE)
_SYMBOLS: Final = {name[0]: power for name, power in _PREFIXES.items()}
_LAST_WORD = re.compile(r"([a-z]+)\Z", re.IGNORECASE)


def hours_in(unit: str) -> float:
    """Hours in one of a unit of time."""
    word = unit.lower()
    return next(hours for start, hours in _HOURS if word.startswith(start))


def flop_in(unit: str, terminal: str) -> tuple[float, int]:
    """FLOP in one ZFLOP or petaflop/s-day, FLOP/s in one TFLOP/s: a factor, a power of ten."""
    found = _PREFIX.match(unit)
    prefix = found[1].lower() if found else ""
    power = _PREFIXES.get(prefix, _SYMBOLS.get(prefix, 0))
    if terminal != "FLOP_TIME":
        return 1.0, power
    last = _LAST_WORD.search(unit)
    return 3600 * hours_in(last[1] if last else "h"), power


_ENGLISH = re.compile(
    r"hours?$|days?$|weeks?$|months?$|years?$|dollars?$|parameters?$", re.IGNORECASE
)
_SPANISH = re.compile(
    r"horas?$|dias?$|semanas?$|mes(?:es)?$|anos?$|dolar(?:es)?$|parametros?$", re.IGNORECASE
)


def language_of(unit: str | None) -> str | None:
    """The language a unit is a word of, whose decimal mark then is the likelier one."""
    if not unit:
        return None
    return "en" if _ENGLISH.search(unit) else "es" if _SPANISH.search(unit) else None
