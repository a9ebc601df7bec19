"""Sources as tables write them, in English, told in another language."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

# An amount of money: no version ("0.18.3"), no date ("2025.12").
_AMOUNT = re.compile(r"(?<![\w.])(\d{1,3})\.(\d\d)(?![\w.]?\d)")


@cache
def _phrases(lang: str) -> tuple[tuple[str, str], ...]:
    text = files(__package__).joinpath("sources.toml").read_text(encoding="utf-8")
    known: dict[str, str] = tomllib.loads(text).get(lang, {})
    return tuple(sorted(known.items(), key=lambda each: -len(each[0])))


def sourced(text: str, lang: str) -> str:
    """A source's text in ``lang``: names, numbers of papers and addresses stay."""
    for phrase, told in _phrases(lang):
        text = text.replace(phrase, told)
    return _AMOUNT.sub(r"\1,\2", text) if lang == "es" else text
