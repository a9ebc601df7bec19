"""What functions are called with: numbers, or text read as a quantity."""

from __future__ import annotations

import math
import re
from numbers import Real
from typing import Any

from chinchilla_widget.messages import ChinchillaError
from chinchilla_widget.quantities.opening import shortened
from chinchilla_widget.quantities.quantity import Kind, parse_quantity


def quoted(value: Any) -> str:
    """What was given, fit to stand in a sentence."""
    try:
        return shortened(str(value))
    except ValueError:  # a whole number of thousands of digits
        return type(value).__name__


def number(value: Any, kind: Kind, lang: str) -> float:
    """A number, or text read as a quantity of a kind; NaN for what is neither."""
    if getattr(value, "ndim", None) == 0:
        value = value.item()  # NumPy's
    if isinstance(value, str):
        # "a" alone would read as one, as in "a million".
        return parse_quantity(value, kind, lang) if re.search(r"\d", value) else math.nan
    if isinstance(value, bool) or not isinstance(value, Real):
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.inf


def read_level(value: Any, lang: str) -> float:
    """A probability between 0 and 1, or "90%"."""
    found = number(value, "share", lang)
    if not 0.0 < found < 1.0:
        raise ChinchillaError("fitting.level", lang, value=quoted(value))
    return found
