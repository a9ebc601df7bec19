"""What a number's separators and scale words come to, and the refusals where they are ambiguous.

English and Spanish use the same two marks the other way round, and Spanish does not agree with
itself: a comma is the decimal mark in Madrid and Buenos Aires, and groups thousands in Mexico. One
separator with exactly three digits after it can be either. What is read there is decided by what
is counted (money has no tenths of cents), then by the language of the words beside it, then by
the language asked for; `Read.other` holds the other reading, so that both are echoed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Final, Literal, NamedTuple

from chinchilla_widget.messages import ChinchillaError
from chinchilla_widget.quantities.digits import exact, shortest
from chinchilla_widget.quantities.records import Number

LARGEST: Final = 1e36
"""Nothing here counts so far: the world's computers make some 1e30 FLOP a year."""

# Powers of ten, and the language that the word is of.
SCALES: Final[dict[str, tuple[int, str | None]]] = {
    "%": (-2, None),
    "k": (3, None),
    "m": (6, None),
    "mn": (6, None),
    "mln": (6, None),
    "b": (9, None),
    "bn": (9, None),
    "t": (12, None),
    "tn": (12, None),
    "mm": (6, None),
    "thousand": (3, "en"),
    "million": (6, "en"),
    "billion": (9, "en"),
    "trillion": (12, "en"),
    "mil": (3, "es"),
    "millon": (6, "es"),
    "mil millon": (9, "es"),
    "miles de millon": (9, "es"),
    "millardo": (9, "es"),
    "billon": (12, "es"),
    "trillon": (18, "es"),
}

# How one separator with three digits after it is read: always as thousands; always as a decimal
# mark; as the language says; as a decimal mark where the language says so and refused otherwise.
Rule = Literal["thousands", "decimal", "language", "price"]


class Context(NamedTuple):
    """What the refusals need: the whole text, and how to write a reading so that it is taken.

    ``words`` is the language of the words beside the number, where they are of one.
    """

    text: str
    lang: str
    offer: Callable[[float], str]
    words: str | None = None


class Read(NamedTuple):
    """A value, and what else its text could have meant."""

    value: float
    other: float | None = None


def typed(value: float, lang: str) -> str:
    """A number as one would type it, exactly, with the language's decimal mark."""
    text = exact(shortest(value))
    return text.replace(".", ",") if lang == "es" else text


def scale_of(scale: str | None) -> tuple[str, int, str | None]:
    """The scale's name, its power of ten and its language."""
    if scale is None:
        return "", 0, None
    name = re.sub(r" (?:de|of)$", "", " ".join(scale.lower().split()))
    if name not in SCALES:
        name = name.rstrip("s").removesuffix("e").replace("millarda", "millardo")
    return (name, *SCALES[name])


def read_number(
    number: Number, rule: Rule, context: Context, *, tens: int = 0, millions_after: bool = False
) -> Read:
    """The value of ``number``, times ten to ``tens`` for its unit.

    ``millions_after`` says that it is money as Spanish prints it: 12.500 M US$.

    Raises ChinchillaError for what has two readings a thousand or a million times apart, for
    separators that make no number, and for what is too large to mean anything.
    """
    scale, power, words = scale_of(number.scale)
    lang = words or context.words or context.lang
    mantissa, exponent = _split(number.digits)
    if mantissa is None:
        raise ChinchillaError("quantities.separators", context.lang, text=context.text)
    thousands, decimal = _readings(mantissa)
    if thousands is None and decimal is None:
        raise ChinchillaError("quantities.separators", context.lang, text=context.text)

    def value_of(digits: str, power: int) -> float:
        if number.and_half and "." not in digits:
            digits = f"{digits}.5"
        return float(f"{digits}e{power + exponent + tens}")

    other: float | None = None
    if thousands is not None and decimal is not None:
        mark = next(c for c in mantissa if c in ".,'")
        symbol = power > 0 and words is None
        as_decimal = _is_decimal(
            rule if scale in ("", "%") else "language", mark, lang, bool(exponent)
        )
        other_way = rule == "price" and not as_decimal
        if other_way or (symbol and lang == "es" and mark == "." and not millions_after):
            _refuse_both(
                "quantities.decimal_mark",
                context,
                value_of(decimal, power),
                value_of(thousands, power),
            )
        digits, second = (decimal, thousands) if as_decimal else (thousands, decimal)
        other = value_of(second, power)
    else:
        digits = str(thousands or decimal)

    if scale == "mm":
        _refuse_both("quantities.double_m", context, value_of(digits, 6), value_of(digits, 9))
    if scale in ("billon", "trillon"):
        short = 9 if scale == "billon" else 12
        other = value_of(digits, short)
        if "." in mantissa and "." in digits:  # a Spanish word beside a decimal mark of the US
            _refuse_both(
                "quantities.billon", context, value_of(digits, power), value_of(digits, short)
            )
    elif power >= 9 and words == "en" and context.lang == "es":
        other = value_of(digits, power + 3 if power == 9 else 18)
    value = value_of(digits, power)
    if value > LARGEST:
        raise ChinchillaError("quantities.too_large", context.lang, text=context.text)
    return Read(value, other)


def _refuse_both(code: str, context: Context, first: float, second: float) -> None:
    if not (math.isfinite(first) and math.isfinite(second)):
        raise ChinchillaError("quantities.too_large", context.lang, text=context.text)
    raise ChinchillaError(
        code,
        context.lang,
        text=context.text,
        first=context.offer(first),
        second=context.offer(second),
    )


_POWER = re.compile(r"(?:e|\s*[x×]\s*10\s*\^\s*)([-+]?[0-9]+)$", re.IGNORECASE)


def _split(digits: str) -> tuple[str | None, int]:
    """Mantissa and exponent: ``2,5 × 10^23`` is ("2,5", 23), and ``10^23`` is ("1", 23)."""
    found = _POWER.search(digits)
    if found:
        return digits[: found.start()], int(found[1])
    base, raised, exponent = digits.partition("^")
    if raised:
        return ("1", int(exponent)) if base == "10" else (None, 0)
    return digits, 0


_GROUPS = re.compile(r"[0-9]{1,3}(?:[ _][0-9]{3})+(?![0-9])")


def _readings(mantissa: str) -> tuple[str | None, str | None]:
    """The digits read with the separator as thousands, and as the decimal mark, where possible."""
    if " " in mantissa or "_" in mantissa:
        # Spaces only group, and only the whole part.
        whole = _GROUPS.match(mantissa)
        rest = mantissa[whole.end() :] if whole else mantissa
        if not whole or not re.fullmatch(r"(?:[.,'][0-9]+)?", rest):
            return None, None
        return None, re.sub("[ _]", "", whole[0]) + (f".{rest[1:]}" if rest else "")
    marks = [c for c in mantissa if c in ".,'"]
    if not marks:
        return mantissa, None
    head, _, tail = mantissa.rpartition(marks[-1])
    if len(set(marks)) == 1:
        grouped = _grouped(mantissa, marks[0])
        if len(marks) > 1:
            return grouped, None
        return grouped, f"{head or '0'}.{tail}"
    if marks.count(marks[-1]) > 1 or len(set(marks[:-1])) > 1:
        return None, None
    whole_part = _grouped(head, marks[0])
    return None, f"{whole_part}.{tail}" if whole_part else None


def _grouped(text: str, mark: str) -> str | None:
    first, *others = text.split(mark)
    proper = 1 <= len(first) <= 3 and first[0] != "0" and all(len(o) == 3 for o in others)
    return first + "".join(others) if proper else None


def _is_decimal(rule: Rule, mark: str, lang: str, scientific: bool) -> bool:
    if scientific:  # nobody groups the thousands of a mantissa
        return True
    if rule in ("thousands", "decimal"):
        return rule == "decimal"
    return mark == ("," if lang == "es" else ".")
