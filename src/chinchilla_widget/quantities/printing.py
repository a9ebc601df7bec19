"""The printer: every number a person sees leaves through `show`.

`js/format.ts` prints the same strings; `tests/corpus/quantities.json` holds the two equal.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Final, Literal

from chinchilla_widget.quantities.currencies import sign_of
from chinchilla_widget.quantities.digits import (
    MINUS,
    Decimal10,
    exact,
    positional,
    power_of_ten,
    shortest,
    significant,
)

ShowKind = Literal[
    "params",
    "tokens",
    "flops",
    "money",
    "brief",
    "price",
    "percent",
    "ratio",
    "loss",
    "hours",
    "duration",
    "energy",
    "mass",
    "count",
    "constant",
    "plain",
]

SPACE: Final = "\u00a0"  # a number and its symbol stay on one line
CONSTANT_DIGITS: Final = 4  # as papers print the constants of a law
COUNTED_BELOW: Final = 6  # and what is no amount of anything, such as a ratio, sooner
GROUPED_BELOW: Final = 15  # from 10¹⁵ on groups of digits are no longer read, only counted
SMALLEST: Final = -4  # 0.000123 is still counted; 0.0000123 is not
SYMBOLS: Final = ("", "K", "M", "B", "T")
ENERGIES: Final = ("Wh", "kWh", "MWh", "GWh", "TWh")
DURATIONS: Final = (  # seconds in one, and how many of it make people say the next
    (1.0, 60.0, {"en": "seconds", "es": "segundos"}),
    (60.0, 60.0, {"en": "minutes", "es": "minutos"}),
    (3600.0, 48.0, {"en": "hours", "es": "horas"}),
    (86_400.0, 730.0, {"en": "days", "es": "días"}),
    (31_557_600.0, math.inf, {"en": "years", "es": "años"}),
)


def show(value: float, kind: ShowKind, lang: str = "en") -> str:
    """``value`` as printed for a person: the field's symbols, the language's decimal mark.

    ========== =================== ==========================================
    kind       unit of ``value``   English
    ========== =================== ==========================================
    params     parameters          60.8 B (K, M, B, T; three digits)
    tokens     tokens              1.10 T
    flops      FLOP                4.02 × 10²³ (without the unit)
    money      US dollars          $2.95, $1,000,000, $25 M, $2,500 M; no B
    brief      US dollars          $1.49 M, $148,000: three digits, where room is short
    price      US dollars          $2.95 (two decimals at least)
    percent    a share             37 %
    ratio      anything            18.1, 1,234, from a million 2.04 × 10⁶
    loss       nats per token      1.98
    hours      hours, chip-hours   338,983 (without the unit)
    duration   seconds             28 days, 3.0 hours, 2.1 years
    energy     kWh                 261 MWh
    mass       kg                  104 t
    count      things              512
    constant   anything            0.3473: four digits, for constants and their terms
    plain      anything            7e10: exact, in no language, for exports
    ========== =================== ==========================================

    What is printed reads back through `parse_quantity` or `parse_budget` to ``value`` within the
    printed digits (brief sums, durations, energies, masses and constants are only printed).
    Spaces are no-break spaces. NaN prints as a dash, an infinity as ∞. Raises KeyError for a kind
    that does not exist.
    """
    value, lang = float(value), "es" if lang == "es" else "en"
    printer = _PRINTERS[kind]
    if not math.isfinite(value):
        return repr(value) if kind == "plain" else _unbounded(value)
    text = printer(shortest(abs(value)), lang)
    if value >= 0 or not any("1" <= digit <= "9" for digit in text):
        return text
    return f"{'-' if kind == 'plain' else MINUS}{text}"


def show_apart(
    values: Sequence[float], kind: Literal["params", "tokens", "loss"], lang: str = "en"
) -> list[str]:
    """As `show`, with as many digits, up to five, as tell different values apart."""
    lang = "es" if lang == "es" else "en"
    if not all(0.0 < value < math.inf for value in values):
        return [show(value, kind, lang) for value in values]
    printer = _loss if kind == "loss" else _symbols
    for digits in (3, 4, 5):
        texts = [printer(shortest(float(value)), lang, digits) for value in values]
        if len(set(texts)) == len(set(values)):
            break
    return texts


def show_ends(low: float, high: float, kind: ShowKind, lang: str = "en") -> tuple[str, str] | None:
    """Both ends of a range as `show` prints them, a symbol they share on the second alone.

    ("35.1", "69.8 B"); None where both print alike. A sum of money keeps its own: "$12–$30 M"
    would begin at twelve dollars.
    """
    first, second = show(low, kind, lang), show(high, kind, lang)
    if first == second:
        return None
    symbol = None if kind == "money" else re.search(rf"{SPACE}[A-Z]$", second)
    return (first.removesuffix(symbol[0]) if symbol else first), second


def show_money(value: float, currency: str = "USD", lang: str = "en") -> str:
    """Money of any currency as `show` prints dollars: €1,500, MXN 2,500 M; es 1500 €."""
    lang = "es" if lang == "es" else "en"
    if not math.isfinite(value):
        return _unbounded(value)
    text = _with_sign(_sum_of_money(shortest(abs(value)), lang), currency, lang)
    return MINUS + text if value < 0 else text


def _unbounded(value: float) -> str:
    return "–" if math.isnan(value) else "∞" if value > 0 else f"{MINUS}∞"


def _symbols(number: Decimal10, lang: str, digits: int = 3) -> str:
    """Three digits and K, M, B or T; a carry climbs to the next symbol (999.6 M is 1.00 B)."""
    step = number.rounded(digits).exponent // 3
    if step < 0:
        return _plain_digits(number, lang, digits)
    if step == 0:
        return significant(number, digits, lang, trim=0)
    if step >= len(SYMBOLS):
        return power_of_ten(number, lang)
    return f"{significant(number.scaled(-3 * step), digits, lang)}{SPACE}{SYMBOLS[step]}"


def _plain_digits(number: Decimal10, lang: str, digits: int = 3) -> str:
    """Three digits without symbols, as long as they can be read so."""
    plain = _in_digits(number, COUNTED_BELOW)
    return significant(number, digits, lang) if plain else power_of_ten(number, lang)


def _in_digits(number: Decimal10, below: int = GROUPED_BELOW) -> bool:
    """Whether digits are read at a glance; asked of what will be printed, after its carry."""
    return SMALLEST <= number.rounded(3).exponent < below


def _flops(number: Decimal10, lang: str) -> str:
    return "0" if number.digits == "0" else power_of_ten(number, lang)


def _sum_of_money(number: Decimal10, lang: str) -> str:
    """Full digits below ten million, millions above; cents below a hundred."""
    if number.rounded(3).exponent >= GROUPED_BELOW:
        return power_of_ten(number, lang)
    if number.to_decimals(0).exponent >= 7:
        millions = significant(number.scaled(-6), 3, lang, trim=0)
        return f"{millions}{SPACE}M"
    if number.to_decimals(0).exponent >= 2:
        return positional(number, 0, lang)
    whole = positional(number, 0, lang)
    text = _cents(number, lang)
    return whole if text.rstrip("0").rstrip(".,") == whole else text


def _brief(number: Decimal10, lang: str) -> str:
    """Three digits: millions from one million up."""
    short = number.rounded(3)
    if not 6 <= short.exponent < GROUPED_BELOW:
        return _sum_of_money(short, lang)
    return f"{significant(short.scaled(-6), 3, lang, trim=0)}{SPACE}M"


def _cents(number: Decimal10, lang: str) -> str:
    """Two decimals, and below ten cents as many as two digits need: 0.30, 0.015."""
    if number.rounded(2).exponent < -6:
        return power_of_ten(number, lang)
    return positional(number, max(2, 1 - number.exponent), lang, trim=2)


def _price(number: Decimal10, lang: str) -> str:
    if number.rounded(3).exponent >= GROUPED_BELOW:
        return power_of_ten(number, lang)
    return _cents(number, lang) if number.digits != "0" else positional(number, 2, lang)


def _with_sign(amount: str, currency: str, lang: str) -> str:
    sign = sign_of(currency, lang)
    if lang == "es":
        return f"{amount}{SPACE}{sign}"
    return f"{sign}{SPACE}{amount}" if sign.isalpha() else f"{sign}{amount}"


def _percent(number: Decimal10, lang: str) -> str:
    hundredths = number.scaled(2)
    return f"{_trimmed(hundredths, lang)}{SPACE}%"


def _loss(number: Decimal10, lang: str, digits: int = 3) -> str:
    # A loss has no thousands: "1,980" is a 1.98 whichever mark it was typed with.
    small = number.rounded(3).exponent < 3
    return _plain_digits(number, lang, digits) if small else _flops(number, lang)


def _trimmed(number: Decimal10, lang: str) -> str:
    return significant(number, 3, lang, trim=0) if _in_digits(number) else _flops(number, lang)


def _count(number: Decimal10, lang: str) -> str:
    if number.rounded(3).exponent >= GROUPED_BELOW:
        return power_of_ten(number, lang)
    return positional(number, 0, lang)


def _constant(number: Decimal10, lang: str) -> str:
    if not SMALLEST <= number.rounded(CONSTANT_DIGITS).exponent < 6:
        return _flops(number, lang)
    return significant(number, CONSTANT_DIGITS, lang, trim=0)


def _energy(number: Decimal10, lang: str) -> str:
    hours = number.scaled(3)
    step = min(max(hours.rounded(3).exponent // 3, 0), len(ENERGIES) - 1)
    return f"{_plain_digits(hours.scaled(-3 * step), lang)}{SPACE}{ENERGIES[step]}"


def _mass(number: Decimal10, lang: str) -> str:
    exponent = number.rounded(3).exponent
    power, unit = (9, "Mt") if exponent >= 9 else (3, "t") if exponent >= 3 else (0, "kg")
    return f"{_plain_digits(number.scaled(-power), lang)}{SPACE}{unit}"


def _duration(number: Decimal10, lang: str) -> str:
    """Two digits in the unit one would say: seconds, minutes, hours, days from 48 h, years."""
    seconds = number_value(number)
    for size, limit, names in DURATIONS:
        amount = shortest(seconds / size)
        # What is compared is what would be printed: never "60 minutes", never "48 hours".
        if number_value(amount.to_decimals(max(0, 1 - amount.exponent))) < limit:
            return f"{_two_digits(amount, lang)}{SPACE}{names[lang]}"
    raise AssertionError("the last unit has no limit")


def _two_digits(number: Decimal10, lang: str) -> str:
    if number.exponent >= 6 or number.exponent < -4:
        return _flops(number, lang)
    return significant(number, 2, lang)


def number_value(number: Decimal10) -> float:
    """The float those digits are."""
    return float(f"{number.digits}e{number.exponent - len(number.digits) + 1}")


_PRINTERS: Final[dict[str, Callable[[Decimal10, str], str]]] = {
    "params": _symbols,
    "tokens": _symbols,
    "flops": _flops,
    "money": lambda number, lang: _with_sign(_sum_of_money(number, lang), "USD", lang),
    "brief": lambda number, lang: _with_sign(_brief(number, lang), "USD", lang),
    "price": lambda number, lang: _with_sign(_price(number, lang), "USD", lang),
    "percent": _percent,
    "ratio": _plain_digits,
    "loss": _loss,
    "hours": _trimmed,
    "duration": _duration,
    "energy": _energy,
    "mass": _mass,
    "count": _count,
    "constant": _constant,
    "plain": lambda number, lang: exact(number),
}
