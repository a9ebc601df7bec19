"""Quantities in words, for hovering and for screen readers. `js/format.ts` has the same words."""

from __future__ import annotations

import math
import re
from typing import Final

from chinchilla_widget.quantities.digits import MINUS, shortest, significant
from chinchilla_widget.quantities.printing import SPACE, ShowKind, show

# A power of ten, the word for one of it and for several. Spanish counts thousands of millions.
_LARGE: Final = {
    "en": ((12, "trillion", "trillion"), (9, "billion", "billion"), (6, "million", "million")),
    "es": ((12, "billón", "billones"), (6, "millón", "millones")),
}
_NOUNS: Final = {
    "en": {
        "params": ("parameter", "parameters"),
        "tokens": ("token", "tokens"),
        "flops": ("FLOP", "FLOP"),
        "money": ("dollar", "dollars"),
        "price": ("dollar", "dollars"),
        "percent": ("percent", "percent"),
        "loss": ("nats per token", "nats per token"),
        "hours": ("hour", "hours"),
    },
    "es": {
        "params": ("parámetro", "parámetros"),
        "tokens": ("token", "tokens"),
        "flops": ("FLOP", "FLOP"),
        "money": ("dólar", "dólares"),
        "price": ("dólar", "dólares"),
        "percent": ("por ciento", "por ciento"),
        "loss": ("nats por token", "nats por token"),
        "hours": ("hora", "horas"),
    },
}
_UNIT_WORDS: Final = {
    "en": {
        "Wh": ("watt-hour", "watt-hours"),
        "kWh": ("kilowatt-hour", "kilowatt-hours"),
        "MWh": ("megawatt-hour", "megawatt-hours"),
        "GWh": ("gigawatt-hour", "gigawatt-hours"),
        "TWh": ("terawatt-hour", "terawatt-hours"),
        "kg": ("kilogram", "kilograms"),
        "t": ("tonne", "tonnes"),
        "Mt": ("million tonnes", "million tonnes"),
    },
    "es": {
        "Wh": ("vatio hora", "vatios hora"),
        "kWh": ("kilovatio hora", "kilovatios hora"),
        "MWh": ("megavatio hora", "megavatios hora"),
        "GWh": ("gigavatio hora", "gigavatios hora"),
        "TWh": ("teravatio hora", "teravatios hora"),
        "kg": ("kilogramo", "kilogramos"),
        "t": ("tonelada", "toneladas"),
        "Mt": ("millones de toneladas", "millones de toneladas"),
    },
}
_SUPERSCRIPTS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", f"0123456789{MINUS}")
_POWER = re.compile(rf"{SPACE}×{SPACE}10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)")
_TIMES_TEN: Final = {"en": "times 10 to the power of", "es": "por 10 elevado a"}


def words(value: float, kind: ShowKind, lang: str = "en") -> str:
    """What `show` prints, in words and to the same three digits, for hover and screen readers.

    >>> words(60.8e9, "params"), words(60.8e9, "params", "es")
    ('60.8 billion parameters', '60.800 millones de parámetros')

    A billón is 10¹² in Spanish, and 10⁹ is a thousand millions.
    """
    lang = "es" if lang == "es" else "en"
    text = show(value, kind, lang)
    if kind in ("plain", "ratio", "count", "constant", "brief") or not math.isfinite(value):
        return _spoken(text, lang)
    if kind in ("params", "tokens", "money") and 1e6 <= abs(value) < 1e15:
        large = _large(abs(value), lang)
        if large:
            of = " de" if lang == "es" else ""
            return f"{MINUS if value < 0 else ''}{large}{of} {_NOUNS[lang][kind][1]}"
    if kind == "duration":
        return _spoken(text, lang)
    if kind in ("energy", "mass"):
        amount, _, unit = text.rpartition(SPACE)
        one, many = _UNIT_WORDS[lang][unit]
    else:
        amount = _bare(text)
        one, many = _NOUNS[lang][kind]
        if kind in ("params", "tokens") and SPACE in amount and "×" not in amount:  # 350 K
            amount = significant(shortest(abs(value)).rounded(3), 3, lang, trim=0)
            amount = f"{MINUS if value < 0 else ''}{amount}"
    return f"{_spoken(amount, lang)} {one if amount == '1' else many}"


def _large(value: float, lang: str) -> str | None:
    """``60.8 billion``: three digits and the largest word that fits, or None below a million."""
    number = shortest(value).rounded(3)
    for power, one, many in _LARGE[lang]:
        if number.exponent >= power:
            amount = significant(number.scaled(-power), 3, lang, trim=0)
            return f"{amount} {one if amount == '1' else many}"
    return None


def _bare(text: str) -> str:
    """A printed amount without its sign of money or percent."""
    return text.replace("US$", "").replace("$", "").replace("%", "").strip(SPACE)


def _spoken(text: str, lang: str) -> str:
    def power(found: re.Match[str]) -> str:
        return f" {_TIMES_TEN[lang]} {found[1].translate(_SUPERSCRIPTS)}"

    return _POWER.sub(power, text).replace(SPACE, " ")
