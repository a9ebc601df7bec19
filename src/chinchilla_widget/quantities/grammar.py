"""From text to records: tidying, then one LALR grammar for both languages (`budget.lark`).

Whatever depends on the language, or is allowed in one place and not in another, is decided in
`reading`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any, Final

from chinchilla_widget.quantities.records import Budget, Quantity

_SPACES = "\u00a0\u1680\u202f\u205f\u3000\t\n\r\v\f\x85\u2028\u2029" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u0301\u0303"
_PLAIN: Final[dict[int, Any]] = (
    {0xFF01 + i: chr(0x21 + i) for i in range(94)}  # full-width forms
    | dict.fromkeys(map(ord, _SPACES), " ")
    | dict.fromkeys(map(ord, _INVISIBLE), None)  # among them accents that stand alone
    | dict.fromkeys(map(ord, "−–—‐‑‒﹣"), "-")
    | dict.fromkeys(map(ord, "×✕✖⨯·⋅∙•*"), "×")
    | dict.fromkeys(map(ord, "’‘ʼ′´`"), "'")
    | {ord("￥"): "¥", ord("％"): "%"}
    | str.maketrans("áéíóúüñÁÉÍÓÚÜÑ", "aeiouunAEIOUUN")
)
_SUPERSCRIPTS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+")
_LIST_COMMA = re.compile(r"[,;](?=\s|$)")


def tidy(text: str) -> str:
    """``text`` in the plain characters the grammar knows; letters keep their case."""
    if not text.isascii():
        text = _RAISED.sub(lambda raised: "^" + raised[0].translate(_SUPERSCRIPTS), text)
    text = text.replace("**", "^").translate(_PLAIN)
    return _LIST_COMMA.sub(" ", text).strip(" '\"“”«»")


def parse_budget_text(text: str) -> Budget | None:
    """What ``text`` (tidied) says as a budget; None where the grammar cannot read it."""
    said: Budget | None = _parsed(text, "budget")
    return said


def parse_quantity_text(text: str) -> Quantity | None:
    """What ``text`` (tidied) says as one quantity; None where the grammar cannot read it."""
    said: Quantity | None = _parsed(text, "quantity")
    return said


def _parsed(text: str, start: str) -> Any:
    parse, unreadable = _parser()
    try:
        return parse(text, start)
    except unreadable:
        return None


@cache
def _parser() -> tuple[Callable[[str, str], Any], type[Exception]]:
    """The parser, built once and only when something is read, and what it raises.

    lark stays out of the import: a program that prints numbers and reads none never pays for it.
    """
    from lark import Lark
    from lark.exceptions import LarkError

    from chinchilla_widget.quantities.transform import Records

    lark = Lark(
        files(__package__).joinpath("budget.lark").read_text(encoding="utf-8"),
        parser="lalr",
        start=["budget", "quantity"],
        transformer=Records(),
        # ASCII only: "ſ" and the Kelvin sign must not pass for letters of a unit.
        g_regex_flags=re.IGNORECASE | re.ASCII,
    )
    return lark.parse, LarkError
