"""Every sentence a person reads, in English and Spanish, and the one exception that carries it."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

LANGUAGES: Final = ("en", "es")
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@cache
def catalogue(lang: str) -> dict[str, str]:
    """All sentences of a language, ``{"room.name": template}``.

    A language that is not there reads as English: a wrong ``lang`` must not hide the sentence
    that says so.
    """
    name = f"{lang if lang in LANGUAGES else 'en'}.toml"
    tables = tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))
    return {
        f"{room}.{name}": text for room, table in tables.items() for name, text in table.items()
    }


def say(code: str, lang: str = "en", **values: Any) -> str:
    """The sentence named ``code`` with ``values`` put in.

    Raises KeyError for a code that no language has: a fault of the program, not of its user.
    """
    return filled(catalogue(lang)[code], values)


def filled(template: str, values: Mapping[str, Any]) -> str:
    """The sentence of a template: each ``{name}`` is its value's."""
    return template.format(**{name: _on_one_line(value) for name, value in values.items()})


def _on_one_line(value: Any) -> Any:
    """What was typed, without the line breaks and control characters that may be in it."""
    return _CONTROLS.sub(" ", value) if isinstance(value, str) else value


class ChinchillaError(ValueError):
    """Something asked for cannot be: the text is a sentence for the person who asked.

    ``code`` is the sentence's name in ``messages``; it does not change with the language.
    ``lang`` and ``values``, as printed, are what it was made with.
    """

    def __init__(self, code: str, lang: str = "en", **values: Any) -> None:
        super().__init__(say(code, lang, **values))
        self.code, self.lang, self.values = code, lang, values


def refuse_unknown(words: Iterable[str], known: Iterable[str]) -> None:
    """A TypeError for a keyword that is not known, naming the nearest that is."""
    known = list(known)
    for word in words:
        if word not in known:
            near = difflib.get_close_matches(word, known, n=1)
            if near:
                raise TypeError(f"unknown keyword {word!r}; did you mean {near[0]!r}?")
            raise TypeError(f"unknown keyword {word!r}; the words are {', '.join(known)}")


class UnknownNameError(ChinchillaError, KeyError):
    """A mapping has no such key: a KeyError for programs, a sentence for people."""

    __str__ = Exception.__str__  # KeyError's own would print the sentence as a quoted string
