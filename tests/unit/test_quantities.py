"""Printing numbers and reading them back, in English and Spanish."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chinchilla_widget.messages import ChinchillaError
from chinchilla_widget.quantities import (
    Kind,
    ShowKind,
    parse_budget,
    parse_quantity,
    show,
    show_ends,
    show_money,
    words,
)

LANGS = ("en", "es")
NBSP = "\u00a0"
CORPUS = Path(__file__).parents[1] / "corpus"


def plain(text: str) -> str:
    """With plain spaces, to be readable here."""
    return text.replace(NBSP, " ")


def corpus_generator(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, CORPUS / f"make_{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["quantities", "budgets"])
def test_the_corpus_is_what_is_printed_today(name: str) -> None:
    generator = corpus_generator(name)
    kept = (CORPUS / f"{name}.json").read_text(encoding="utf-8")
    assert kept == generator.text(), f"stale: run tests/corpus/make_{name}.py"


@pytest.mark.parametrize(
    ("value", "kind", "english", "spanish"),
    [
        (60.8e9, "params", "60.8 B", "60,8 B"),
        (1.1e12, "tokens", "1.10 T", "1,10 T"),
        (350e6, "params", "350 M", "350 M"),
        (999.6e9, "params", "1.00 T", "1,00 T"),  # never 1000 B
        (4.02e23, "flops", "4.02 × 10²³", "4,02 × 10²³"),
        (1e6, "money", "$1,000,000", "1.000.000 US$"),
        (1500, "money", "$1,500", "1500 US$"),
        (0.3, "money", "$0.30", "0,30 US$"),
        (2.95, "money", "$2.95", "2,95 US$"),
        (9_999_999.7, "money", "$10 M", "10 M US$"),
        (25e6, "money", "$25 M", "25 M US$"),
        (2.5e9, "money", "$2,500 M", "2500 M US$"),  # never B
        (12.5e9, "money", "$12,500 M", "12.500 M US$"),
        (3e18, "money", "$3.00 × 10¹⁸", "3,00 × 10¹⁸ US$"),
        (-250, "money", "−$250", "−250 US$"),
        (2, "price", "$2.00", "2,00 US$"),
        (0.37, "percent", "37 %", "37 %"),
        (0.391, "percent", "39.1 %", "39,1 %"),
        (18.1, "ratio", "18.1", "18,1"),
        (1.98, "loss", "1.98", "1,98"),
        (338_983, "hours", "338,983", "338.983"),
        (28 * 86400, "duration", "28 days", "28 días"),
        (10_800, "duration", "3.0 hours", "3,0 horas"),
        (767 * 86400, "duration", "2.1 years", "2,1 años"),
        (261_000, "energy", "261 MWh", "261 MWh"),
        (104_000, "mass", "104 t", "104 t"),
        (8.93e6, "mass", "8,930 t", "8930 t"),
        (512, "count", "512", "512"),
        (7e10, "plain", "7e10", "7e10"),
        (1.005, "money", "$1.01", "1,01 US$"),  # half up on the digits a person sees
    ],
)
def test_show(value: float, kind: ShowKind, english: str, spanish: str) -> None:
    assert plain(show(value, kind)) == english
    assert plain(show(value, kind, "es")) == spanish


def test_a_number_and_its_symbol_do_not_part() -> None:
    for kind in get_args(ShowKind):
        for lang in LANGS:
            assert " " not in show(4.02e23, kind, lang)


def test_what_is_no_number_prints_all_the_same() -> None:
    assert show(float("nan"), "params") == "–"
    assert show(float("-inf"), "money", "es") == "−∞"
    assert show(float("inf"), "plain") == "inf"
    assert words(float("nan"), "tokens") == "–"
    with pytest.raises(KeyError):
        show(1, "parsecs")  # type: ignore[arg-type]


def test_other_currencies() -> None:
    assert show_money(1500, "EUR") == "€1,500"
    assert plain(show_money(25e6, "ARS", "es")) == "25 M ARS"
    assert plain(show_money(25e6, "CHF")) == "CHF 25 M"


@pytest.mark.parametrize(
    ("value", "kind", "english", "spanish"),
    [
        (60.8e9, "params", "60.8 billion parameters", "60.800 millones de parámetros"),
        (1.1e12, "tokens", "1.1 trillion tokens", "1,1 billones de tokens"),
        (1e12, "tokens", "1 trillion tokens", "1 billón de tokens"),
        (7e9, "params", "7 billion parameters", "7000 millones de parámetros"),
        (123_456, "params", "123,000 parameters", "123.000 parámetros"),
        (
            4.02e23,
            "flops",
            "4.02 times 10 to the power of 23 FLOP",
            "4,02 por 10 elevado a 23 FLOP",
        ),
        (1e6, "money", "1 million dollars", "1 millón de dólares"),
        (1, "money", "1 dollar", "1 dólar"),
        (0.37, "percent", "37 percent", "37 por ciento"),
        (1.98, "loss", "1.98 nats per token", "1,98 nats por token"),
        (261_000, "energy", "261 megawatt-hours", "261 megavatios hora"),
        (104_000, "mass", "104 tonnes", "104 toneladas"),
        (10_800, "duration", "3.0 hours", "3,0 horas"),
    ],
)
def test_words(value: float, kind: ShowKind, english: str, spanish: str) -> None:
    assert words(value, kind) == english
    assert words(value, kind, "es") == spanish


@pytest.mark.parametrize("value", [60.8e9, 1e12, 7e9, 1.5e6, 15e12, 123_456])
@pytest.mark.parametrize("lang", LANGS)
def test_words_read_back_too(value: float, lang: str) -> None:
    said = words(value, "params", lang)
    assert parse_quantity(said, "params", lang) == pytest.approx(value, rel=5e-3)


# Every kind that people type, with what reads it, and how far its last printed digit is.
READABLE: dict[str, Kind] = {
    "params": "params",
    "tokens": "tokens",
    "flops": "flops",
    "money": "dollars",
    "price": "price",
    "percent": "share",
    "ratio": "number",
    "loss": "loss",
    "hours": "hours",
    "count": "count",
}
magnitudes = st.floats(-3, 30).map(lambda power: 10.0**power)


def within_digits(read: float, value: float, kind: str) -> bool:
    if kind == "count":
        return abs(read - value) <= max(0.5, 0.00501 * value)
    if kind in ("money", "price"):
        cent = 0.00501 if value >= 0.1 else 0.0501 * value
        return abs(read - value) <= max(cent, 0.00501 * value)
    return abs(read - value) <= 0.00501 * value


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("kind", list(READABLE))
@given(value=magnitudes)
def test_what_is_printed_reads_back(value: float, kind: ShowKind, lang: str) -> None:
    printed = show(value, kind, lang)
    read = parse_quantity(printed, READABLE[kind], lang)
    assert within_digits(read, value, kind)
    assert show(read, kind, lang) == printed


@pytest.mark.parametrize("lang", LANGS)
@given(value=magnitudes)
def test_what_is_printed_reads_back_as_a_budget(value: float, lang: str) -> None:
    money = parse_budget(show(value, "money", lang), lang)
    assert (money.kind, money.currency) == ("money", "USD")
    assert within_digits(money.value, value, "money")
    flop = parse_budget(f"{show(value, 'flops', lang)} FLOP", lang)
    assert flop.kind == "flop"
    assert within_digits(flop.value, value, "flops")
    unit = "horas de GPU" if lang == "es" else "GPU-hours"
    time = parse_budget(f"{show(value, 'hours', lang)} {unit}", lang)
    assert time.kind == "chip_time"
    assert within_digits(time.value, value, "hours")


@given(value=magnitudes, currency=st.sampled_from(["USD", "EUR", "GBP", "MXN", "ARS", "CHF"]))
@pytest.mark.parametrize("lang", LANGS)
def test_every_currency_reads_back(value: float, currency: str, lang: str) -> None:
    read = parse_budget(show_money(value, currency, lang), lang)
    assert read.currency == currency
    assert within_digits(read.value, value, "money")


@given(value=st.floats(allow_nan=False, allow_infinity=False))
def test_plain_is_exact(value: float) -> None:
    assert float(show(value, "plain")) == value


@given(value=st.floats(), kind=st.sampled_from(get_args(ShowKind)), lang=st.sampled_from(LANGS))
def test_every_float_prints_and_is_said(value: float, kind: ShowKind, lang: str) -> None:
    assert show(value, kind, lang)
    assert words(value, kind, lang)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("8B", "params", 8e9),
        ("8b", "params", 8e9),
        ("60,8 B", "params", 60.8e9),
        ("350 M", "params", 350e6),
        ("7e9", "params", 7e9),
        ("70B parameters", "params", 70e9),
        ("15 trillion tokens", "tokens", 15e12),
        ("15 billones de tokens", "tokens", 15e12),
        ("60.800 millones de parámetros", "params", 60.8e9),
        ("mil millones", "tokens", 1e9),
        ("989 TFLOP/s", "flops", 989e12),
        ("2.3 ZFLOP", "flops", 2.3e21),
        ("2.5e23", "flops", 2.5e23),
        ("10²³", "flops", 1e23),
        ("$1M", "dollars", 1e6),
        ("1.000.000 US$", "dollars", 1e6),
        ("40%", "share", 0.4),
        ("40 %", "share", 0.4),
        (".4", "share", 0.4),
        ("0,4", "share", 0.4),
        ("$1.50/h", "price", 1.5),
        ("1,50 $/h", "price", 1.5),
        ("2.5", "price", 2.5),
        ("1,98", "loss", 1.98),
        ("1.980", "loss", 1.98),
        ("1,980", "loss", 1.98),
        ("512", "count", 512),
        ("1,024", "count", 1024),
        ("1.024", "count", 1024),
        ("-3.5", "number", -3.5),
        ("0", "tokens", 0),
    ],
)
@pytest.mark.parametrize("lang", LANGS)
def test_quantities_read_alike_in_both_languages(
    text: str, kind: Kind, value: float, lang: str
) -> None:
    assert parse_quantity(text, kind, lang) == value


@pytest.mark.parametrize(
    ("text", "kind", "lang", "value"),
    [
        ("1.075 B", "params", "en", 1.075e9),
        ("1,075 B", "params", "es", 1.075e9),
        ("1,075 B", "params", "en", 1075e9),
        ("3.673", "price", "en", 3.673),
        ("3,673", "price", "es", 3.673),
        ("12.345", "number", "en", 12.345),
        ("12.345", "number", "es", 12345),
    ],
)
def test_the_language_settles_a_mark(text: str, kind: Kind, lang: str, value: float) -> None:
    assert parse_quantity(text, kind, lang) == value


@pytest.mark.parametrize(
    ("text", "kind", "lang", "code"),
    [
        ("1.075 B", "params", "es", "quantities.decimal_mark"),
        ("3,673", "price", "en", "quantities.decimal_mark"),
        ("1.5MM", "params", "en", "quantities.double_m"),
        ("1.5 billones", "tokens", "es", "quantities.billon"),
        ("40", "share", "en", "quantities.share"),
        ("12.5", "count", "en", "quantities.not_whole"),
        ("-5", "params", "en", "quantities.negative"),
        ("nan", "loss", "en", "quantities.not_finite"),
        ("1e40", "flops", "en", "quantities.too_large"),
        ("€5", "dollars", "en", "quantities.dollars_only"),
        ("70B tokens", "params", "en", "quantities.not_this"),
        ("40%", "loss", "en", "quantities.not_this"),
        ("", "params", "es", "quantities.not_this"),
        ("hola", "share", "es", "quantities.not_this"),
        ("1" * 300, "params", "en", "quantities.not_this"),
    ],
)
def test_quantities_refused(text: str, kind: Kind, lang: str, code: str) -> None:
    with pytest.raises(ChinchillaError) as refused:
        parse_quantity(text, kind, lang)
    assert refused.value.code == code


def test_numbers_pass_if_they_are_finite() -> None:
    assert parse_quantity(7, "params") == 7.0
    assert parse_quantity(0.4, "share") == 0.4
    for value in (float("nan"), float("inf"), 10**400):
        with pytest.raises(ChinchillaError) as refused:
            parse_quantity(value, "params")
        assert refused.value.code == "quantities.not_finite"
    for odd in (True, None, [1]):
        with pytest.raises(ChinchillaError):
            parse_quantity(odd, "params")  # type: ignore[arg-type]


@given(
    text=st.one_of(
        st.text(),
        st.text("0123456789.,'eE-+×xX^ KMBTkmbt%$€/hFLOP⁰¹²³ “miles de tokens billones"),
    ),
    kind=st.sampled_from(get_args(Kind)),
    lang=st.sampled_from(LANGS),
)
def test_any_text_is_a_quantity_or_one_sentence(text: str, kind: Kind, lang: str) -> None:
    sentence = ""
    try:
        assert abs(parse_quantity(text, kind, lang)) <= 1e36
    except ChinchillaError as refused:
        sentence = str(refused)
    assert "\n" not in sentence
    sentence.encode("utf-8")


@pytest.mark.parametrize(
    ("low", "high", "kind", "lang", "ends"),
    [
        (35.1e9, 69.8e9, "params", "en", ("35.1", "69.8 B")),
        (608e9, 1.92e12, "tokens", "en", ("608 B", "1.92 T")),
        (5.52, 54.8, "ratio", "es", ("5,52", "54,8")),
        (1e6, 2.5e6, "money", "es", ("1.000.000 US$", "2.500.000 US$")),
        (12e6, 30e6, "money", "en", ("$12 M", "$30 M")),
        (60.81e9, 60.84e9, "params", "en", None),
    ],
)
def test_the_ends_of_a_range_share_a_symbol(
    low: float, high: float, kind: ShowKind, lang: str, ends: tuple[str, str] | None
) -> None:
    found = show_ends(low, high, kind, lang)
    assert (found and tuple(map(plain, found))) == ends


def test_the_grammar_waits_until_something_is_read() -> None:
    code = (
        "import sys, chinchilla_widget.quantities as q; q.show(1e9, 'params');"
        "assert 'lark' not in sys.modules; q.parse_budget('$1M'); assert 'lark' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
