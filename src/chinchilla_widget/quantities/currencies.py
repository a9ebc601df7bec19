"""Currencies: how people name them, their signs, and what they are in dollars."""

from __future__ import annotations

import math
from functools import cache
from typing import Any, Final

from chinchilla_widget.messages import ChinchillaError, say
from chinchilla_widget.quantities.digits import shortest, significant

_CODES = """
    USD EUR GBP JPY CNY CHF CAD AUD NZD INR KRW BRL MXN ARS CLP COP PEN UYU SEK NOK DKK PLN CZK
    HUF RON ILS TRY ZAR SGD HKD TWD THB IDR MYR PHP
"""
CODES: Final = frozenset(_CODES.split())

# Tidied names (no accents, lower case, one space) to codes. None: more than one currency.
NAMES: Final[dict[str, str | None]] = {
    "$": "USD",
    "us$": "USD",
    "us $": "USD",
    "u$s": "USD",
    "u$d": "USD",
    "usd$": "USD",
    "usd $": "USD",
    "$us": "USD",
    "$ us": "USD",
    "$usd": "USD",
    "$ usd": "USD",
    "€": "EUR",
    "£": "GBP",
    "₹": "INR",
    "₩": "KRW",
    "jp¥": "JPY",
    "cn¥": "CNY",
    "¥": None,
    "rmb": "CNY",
    "mx$": "MXN",
    "ar$": "ARS",
    "cl$": "CLP",
    "clp$": "CLP",
    "co$": "COP",
    "col$": "COP",
    "r$": "BRL",
    "c$": "CAD",
    "ca$": "CAD",
    "a$": "AUD",
    "au$": "AUD",
    "nz$": "NZD",
    "hk$": "HKD",
    "s$": "SGD",
    "sg$": "SGD",
    "s/": "PEN",
    "s/.": "PEN",
    "dollar": "USD",
    "us dollar": "USD",
    "dolar": "USD",
    "dolar estadounidense": "USD",
    "dolar americano": "USD",
    "euro": "EUR",
    "pound": "GBP",
    "pound sterling": "GBP",
    "libra": "GBP",
    "libra esterlina": "GBP",
    "peso": None,
    "peso mexicano": "MXN",
    "peso argentino": "ARS",
    "peso chileno": "CLP",
    "peso colombiano": "COP",
    "peso uruguayo": "UYU",
    "mexican peso": "MXN",
    "argentine peso": "ARS",
    "chilean peso": "CLP",
    "colombian peso": "COP",
    "uruguayan peso": "UYU",
    "sol": "PEN",
    "real": "BRL",
    "yen": "JPY",
    "yuan": "CNY",
    "franco suizo": "CHF",
    "swiss franc": "CHF",
    "rupee": "INR",
    "rupia": "INR",
}
CHOICES: Final = {"peso": ("MXN", "ARS", "CLP", "COP", "UYU"), "yen": ("JPY", "CNY")}
_PLURALS: Final = {
    "dolares": "dolar",
    "soles": "sol",
    "reales": "real",
    "reais": "real",
    "yenes": "yen",
    "yuanes": "yuan",
}
_SIGNS: Final = {"USD": "$", "EUR": "€", "GBP": "£", "MXN": "MX$", "BRL": "R$", "INR": "₹"}
_SIGNS_ES: Final = {"USD": "US$", "EUR": "€", "GBP": "£"}


def code_of(name: str) -> str | None:
    """The ISO code of a currency as the grammar matched it; None where it names several."""
    key = " ".join(name.lower().split())
    if key.upper() in CODES:
        return key.upper()
    if key in NAMES:
        return NAMES[key]
    words = [_PLURALS.get(word, word.rstrip("s")) for word in key.split()]
    if words[0] == "u":  # "us dollars"
        words[0] = "us"
    return NAMES[" ".join(words)]


def sign_of(code: str, lang: str) -> str:
    """The sign a currency is printed with, one that reads back: $, US$ in Spanish, €, ARS."""
    return (_SIGNS_ES if lang == "es" else _SIGNS).get(code, code)


def to_dollars(
    value: float, currency: str, fx: float | None = None, lang: str = "en"
) -> tuple[float, str | None]:
    """``value`` of ``currency`` (an ISO code) in US dollars, and a note where a rate was looked up.

    ``fx`` is dollars per unit of the currency. Without it the European Central Bank's last rate
    is taken from the optional package currencyconverter, and the note says which and of what day.
    Raises ChinchillaError where ``fx`` is no rate, or where there is none and none can be found.
    """
    if fx is not None and not (math.isfinite(fx) and fx > 0):
        raise ChinchillaError("quantities.fx_not_a_rate", lang, currency=currency, fx=fx)
    if currency == "USD":
        return value, None
    if fx is not None:
        return value * fx, None
    rate, day = bank_rate(currency, lang)
    shown = show_rate(rate, lang)
    return value * rate, say("quantities.fx_note", lang, currency=currency, rate=shown, date=day)


def bank_rate(currency: str, lang: str = "en") -> tuple[float, str]:
    """The European Central Bank's last rate in dollars, and its day.

    Raises ChinchillaError where the optional package currencyconverter, or the rate, is missing.
    """
    try:
        rates = _central_bank()
    except ImportError:
        raise ChinchillaError("quantities.fx_missing", lang, currency=currency) from None
    if currency not in rates.currencies:
        raise ChinchillaError("quantities.fx_unknown", lang, currency=currency)
    return float(rates.convert(1, currency, "USD")), rates.bounds[currency].last_date.isoformat()


def show_rate(rate: float, lang: str = "en") -> str:
    """A rate as people write it: at most four digits, 1.117."""
    return significant(shortest(rate), 4, lang, trim=0)


@cache
def _central_bank() -> Any:
    from currency_converter import CurrencyConverter

    return CurrencyConverter()
