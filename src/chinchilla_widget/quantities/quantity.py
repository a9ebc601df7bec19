"""One quantity from text: the value of a keyword, such as ``params="8B"`` or ``mfu="40%"``."""

from __future__ import annotations

import math
from numbers import Real
from typing import Final, Literal, NamedTuple, NoReturn

from chinchilla_widget.messages import ChinchillaError, say
from chinchilla_widget.quantities.currencies import code_of
from chinchilla_widget.quantities.grammar import parse_quantity_text, tidy
from chinchilla_widget.quantities.numerals import LARGEST, Context, Rule, read_number, typed
from chinchilla_widget.quantities.opening import LONGEST, opened, shortened
from chinchilla_widget.quantities.records import Number, Quantity
from chinchilla_widget.quantities.units import flop_in, language_of

Kind = Literal[
    "params", "tokens", "flops", "dollars", "share", "loss", "count", "price", "hours", "number"
]


class _Reading(NamedTuple):
    """How a kind is read: three digits after a mark, without and with a scale; units taken."""

    rule: Rule
    units: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()


_KINDS: Final[dict[str, _Reading]] = {
    "params": _Reading("language", ("NOUN",), ("par",)),
    "tokens": _Reading("language", ("NOUN",), ("tok",)),
    "flops": _Reading("language", ("FLOP", "FLOP_TIME", "SPEED")),
    "dollars": _Reading("thousands", ("CURRENCY",)),
    "share": _Reading("language", ("PERCENT",)),
    "loss": _Reading("decimal", ("NOUN",), ("nat",)),
    "count": _Reading("thousands", ("NOUN",), ("chip",)),
    "price": _Reading("price", ("CURRENCY", "PER")),
    "hours": _Reading("thousands", ("HOURS",)),
    "number": _Reading("language"),
}


def parse_quantity(value: str | float | int, kind: Kind, lang: str = "en") -> float:
    """The value of a quantity in its base unit: parameters, tokens, FLOP, dollars, a share, ...

    A number passes through, if it is finite. Text is read as people write it, in English and
    Spanish: "8B", "60,8 B", "15 billones", "989 TFLOP/s", "40 %", "$1.50/h". ``flops`` takes FLOP
    and FLOP/s alike; ``share`` takes a percentage or a share of one; ``count`` is whole.

    Raises ChinchillaError, with one sentence, for what is no such quantity or has two readings.
    """
    return quantity_and_other(value, kind, lang)[0]


def quantity_and_other(
    value: str | float | int, kind: Kind, lang: str = "en"
) -> tuple[float, float | None]:
    """As `parse_quantity`, with what else the text could have meant, None where nothing."""
    lang = "es" if lang == "es" else "en"
    if isinstance(value, Real) and not isinstance(value, bool):
        return _finite(value, lang), None
    if not isinstance(value, str) or len(value) > LONGEST or not tidy(value):
        _refuse(kind, shortened(str(value)), lang)
    plain, quoted = opened(value, lang)
    parsed = parse_quantity_text(plain)
    if parsed is None or not _fits(parsed, kind):
        _refuse(kind, quoted, lang)
    if parsed.negative and kind != "number":
        raise ChinchillaError("quantities.negative", lang, text=quoted)
    number, other = _read(parsed, kind, quoted, lang)
    return (-number if parsed.negative else number), other


def _finite(value: Real, lang: str) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ChinchillaError("quantities.not_finite", lang, text=str(number))
    return number


def _fits(parsed: Quantity, kind: Kind) -> bool:
    reading = _KINDS[kind]
    if parsed.unit is None:
        return True
    word = parsed.word.lower()
    return parsed.unit in reading.units and (
        parsed.unit != "NOUN" or word.startswith(reading.nouns)
    )


def _read(parsed: Quantity, kind: Kind, text: str, lang: str) -> tuple[float, float | None]:
    unit, tens = 1.0, 0
    if parsed.unit in ("FLOP", "FLOP_TIME", "SPEED"):
        unit, tens = flop_in(parsed.word, parsed.unit)
    for sign in (parsed.prefix, parsed.suffix):
        if sign is not None and code_of(sign) != "USD":
            raise ChinchillaError("quantities.dollars_only", lang, text=text)
    number = parsed.number
    if parsed.unit == "PERCENT":
        number = Number(number.digits, "%")
    rule: Rule = _KINDS[kind].rule
    if number.scale and rule in ("thousands", "price"):
        rule = "language"

    context = Context(text, lang, lambda v: typed(v * unit, lang), language_of(parsed.word))
    millions_after = parsed.suffix is not None and parsed.prefix is None
    number_read = read_number(number, rule, context, tens=tens, millions_after=millions_after)
    read = number_read.value * unit
    if read > LARGEST:
        raise ChinchillaError("quantities.too_large", lang, text=text)
    if kind == "count" and read != int(read):
        raise ChinchillaError("quantities.not_whole", lang, text=text)
    if kind == "share" and parsed.unit is None and read > 1:
        percent = typed(read, lang)
        raise ChinchillaError("quantities.share", lang, text=text, percent=percent)
    return read, None if number_read.other is None else number_read.other * unit


def _refuse(kind: Kind, text: str, lang: str) -> NoReturn:
    example = say(f"quantities.example_{kind}", lang)
    raise ChinchillaError("quantities.not_this", lang, text=text, example=example)
