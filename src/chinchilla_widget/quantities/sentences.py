"""Sentences with quantities: a value given as ``(kind, number)`` prints as people write it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chinchilla_widget.messages import ChinchillaError, say
from chinchilla_widget.quantities.printing import show


def sentence(code: str, lang: str = "en", **values: Any) -> str:
    """The sentence ``code`` with its quantities printed in ``lang``."""
    return say(code, lang, **printed(values, lang))


def error(code: str, lang: str = "en", **values: Any) -> ChinchillaError:
    """The error whose text is that sentence, to be raised."""
    return ChinchillaError(code, lang, **printed(values, lang))


def printed(values: Mapping[str, Any], lang: str = "en") -> dict[str, Any]:
    """Values as a sentence holds them."""
    return {
        name: show(value[1], value[0], lang) if isinstance(value, tuple) else value
        for name, value in values.items()
    }
