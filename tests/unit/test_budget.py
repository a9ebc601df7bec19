"""The budget grammar: what people write is read, and what has two readings is refused."""

from __future__ import annotations

import math
import re
import sys
import time
from datetime import date
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chinchilla_widget.messages import ChinchillaError
from chinchilla_widget.quantities import BudgetText, currencies, parse_budget, to_dollars

LANGS = ("en", "es")
MONEY: dict[str, Any] = {"kind": "money", "currency": "USD"}
FLOP: dict[str, Any] = {"kind": "flop"}
TIME: dict[str, Any] = {"kind": "chip_time"}


def said(budget: BudgetText) -> dict[str, Any]:
    """What the text said; an echo is looked at elsewhere."""
    given = {name: value for name, value in vars(budget).items() if value is not None}
    given.pop("note", None)
    if budget.kind != "money":
        given.pop("currency")
    return given


READ_ALIKE: list[tuple[str, dict[str, Any]]] = [
    # money
    ("$1M", MONEY | {"value": 1e6}),
    ("$ 1 M", MONEY | {"value": 1e6}),
    ("$1m", MONEY | {"value": 1e6}),
    ("$1,000,000", MONEY | {"value": 1e6}),
    ("1.000.000 US$", MONEY | {"value": 1e6}),
    ("1 000 000 USD", MONEY | {"value": 1e6}),
    ("1M USD", MONEY | {"value": 1e6}),
    ("1MUSD", MONEY | {"value": 1e6}),
    ("$1M USD", MONEY | {"value": 1e6}),
    ("US$ 2M", MONEY | {"value": 2e6}),
    ("1.5 million dollars", MONEY | {"value": 1.5e6}),
    ("$1.5 billion", MONEY | {"value": 1.5e9}),
    ("a million dollars", MONEY | {"value": 1e6}),
    ("half a million US dollars", MONEY | {"value": 5e5}),
    ("medio millón de dólares", MONEY | {"value": 5e5}),
    ("un millón y medio de dólares", MONEY | {"value": 1.5e6}),
    ("mil dólares", MONEY | {"value": 1e3}),
    ("mil millones de dólares", MONEY | {"value": 1e9}),
    ("2 billones de dólares", MONEY | {"value": 2e12}),
    ("1,5 billones de dólares", MONEY | {"value": 1.5e12}),
    ("$1e6", MONEY | {"value": 1e6}),
    ("$0.50", MONEY | {"value": 0.5}),
    ("0,125 US$", MONEY | {"value": 0.125}),
    ("€500k", MONEY | {"value": 5e5, "currency": "EUR"}),
    ("500 mil euros", MONEY | {"value": 5e5, "currency": "EUR"}),
    ("1,5 millones de euros", MONEY | {"value": 1.5e6, "currency": "EUR"}),
    ("2500 M€", MONEY | {"value": 2.5e9, "currency": "EUR"}),
    ("1.000,50 €", MONEY | {"value": 1000.5, "currency": "EUR"}),
    ("1,000.50 €", MONEY | {"value": 1000.5, "currency": "EUR"}),
    ("£2M", MONEY | {"value": 2e6, "currency": "GBP"}),
    ("MX$ 5M", MONEY | {"value": 5e6, "currency": "MXN"}),
    ("$5M MXN", MONEY | {"value": 5e6, "currency": "MXN"}),
    ("AR$5M", MONEY | {"value": 5e6, "currency": "ARS"}),
    ("5 millones de pesos mexicanos", MONEY | {"value": 5e6, "currency": "MXN"}),
    ("S/ 500k", MONEY | {"value": 5e5, "currency": "PEN"}),
    # compute
    ("2.5e23 FLOP", FLOP | {"value": 2.5e23}),
    ("2.5e23 FLOPs", FLOP | {"value": 2.5e23}),
    ("2.5E23FLOPS", FLOP | {"value": 2.5e23}),
    ("2,5e23 FLOP", FLOP | {"value": 2.5e23}),
    ("2.5 x 10^23 FLOP", FLOP | {"value": 2.5e23}),
    ("2.5*10**23 flop", FLOP | {"value": 2.5e23}),
    ("2,5·10²³ FLOP", FLOP | {"value": 2.5e23}),
    ("4.02 × 10²³ FLOP", FLOP | {"value": 4.02e23}),
    ("10^23 FLOP", FLOP | {"value": 1e23}),
    ("1 ZFLOP", FLOP | {"value": 1e21}),
    ("2.3 YFLOP", FLOP | {"value": 2.3e24}),
    ("100 exaFLOPs", FLOP | {"value": 1e20}),
    ("3640 petaflop/s-days", FLOP | {"value": 3640 * 8.64e19}),
    ("3640 PF-days", FLOP | {"value": 3640 * 8.64e19}),
    ("3640 PFLOP/s-días", FLOP | {"value": 3640 * 8.64e19}),
    ("1 EFLOP/s-hour", FLOP | {"value": 3.6e21}),
    # GPU time
    ("10k GPU-hours", TIME | {"value": 1e4}),
    ("10k gpu hours", TIME | {"value": 1e4}),
    ("10 mil horas de GPU", TIME | {"value": 1e4}),
    ("10k TPU-hours", TIME | {"value": 1e4, "accelerator": "TPU"}),
    ("10k H100-hours", TIME | {"value": 1e4, "accelerator": "H100"}),
    ("10 mil horas de H100", TIME | {"value": 1e4, "accelerator": "H100"}),
    ("1.46M H100 hours", TIME | {"value": 1.46e6, "accelerator": "H100"}),
    ("184,320 A100-h", TIME | {"value": 184_320, "accelerator": "A100"}),
    ("2.788M H800 GPU hours", TIME | {"value": 2_788_000, "accelerator": "H800"}),
    ("338,983 GPU-hours", TIME | {"value": 338_983}),
    ("338.983 horas de GPU", TIME | {"value": 338_983}),
    ("500 GPU-days", TIME | {"value": 12_000}),
    ("10k L40S-hours", TIME | {"value": 1e4, "accelerator": "L40S"}),
    ("1000 TPU v5p hours", TIME | {"value": 1e3, "accelerator": "TPU v5p"}),
    # clusters
    ("512 H100 for 28 days", TIME | {"value": 344_064, "accelerator": "H100", "chips": 512}),
    ("7,200 H100 for 2 seconds", TIME | {"value": 4, "accelerator": "H100", "chips": 7200}),
    ("7.200 H100 durante 1 segundo", TIME | {"value": 2, "accelerator": "H100", "chips": 7200}),
    ("512 H100 × 28 d", TIME | {"value": 344_064, "accelerator": "H100", "chips": 512}),
    ("512xH100x28d", TIME | {"value": 344_064, "accelerator": "H100", "chips": 512}),
    ("512 H100s for 28 days", TIME | {"value": 344_064, "accelerator": "H100", "chips": 512}),
    ("512 H100 durante 28 días", TIME | {"value": 344_064, "accelerator": "H100", "chips": 512}),
    ("28 days on 512 H100", TIME | {"value": 344_064, "accelerator": "H100", "chips": 512}),
    ("28 días de 512 H100", TIME | {"value": 344_064, "accelerator": "H100", "chips": 512}),
    ("1,024 H100 for 2 days", TIME | {"value": 49_152, "accelerator": "H100", "chips": 1024}),
    ("512 GPUs for 3 months", TIME | {"value": 512 * 3 * 730.5, "chips": 512}),
    ("512 GPU durante un mes", TIME | {"value": 512 * 730.5, "chips": 512}),
    ("8 x RTX 4090 for a week", TIME | {"value": 1344, "accelerator": "RTX 4090", "chips": 8}),
    (
        "512xH100 for 21 days @40% MFU",
        TIME | {"value": 512 * 504, "accelerator": "H100", "chips": 512, "mfu": 0.4},
    ),
    (
        "8x A100 80GB for 2 weeks at $1.50/h",
        TIME
        | {"value": 2688, "accelerator": "A100 80GB", "chips": 8}
        | {"price_per_hour": 1.5, "price_currency": "USD"},
    ),
    (
        "8 A100 por 2 semanas a 1,50 $/h",
        TIME
        | {"value": 2688, "accelerator": "A100", "chips": 8}
        | {"price_per_hour": 1.5, "price_currency": "USD"},
    ),
    # tails
    ("$1M on H100", MONEY | {"value": 1e6, "accelerator": "H100"}),
    ("$1M on H100 spot", MONEY | {"value": 1e6, "accelerator": "H100", "price_kind": "spot"}),
    ("$1M en H100", MONEY | {"value": 1e6, "accelerator": "H100"}),
    ("$1M on-demand", MONEY | {"value": 1e6, "price_kind": "on-demand"}),
    ("$1M bajo demanda", MONEY | {"value": 1e6, "price_kind": "on-demand"}),
    ("$1M at 40% MFU", MONEY | {"value": 1e6, "mfu": 0.4}),
    ("$1M con 40 % de MFU", MONEY | {"value": 1e6, "mfu": 0.4}),
    ("$1M @0,4 MFU", MONEY | {"value": 1e6, "mfu": 0.4}),
    ("$1M, MFU = 40%, spot", MONEY | {"value": 1e6, "mfu": 0.4, "price_kind": "spot"}),
    ("$1M on 512 H100", MONEY | {"value": 1e6, "accelerator": "H100", "chips": 512}),
    ("2.5e23 FLOP on H100", FLOP | {"value": 2.5e23, "accelerator": "H100"}),
    (
        "10k GPU-hours on H100 at 2 €/GPU-h",
        TIME
        | {"value": 1e4, "accelerator": "H100", "price_per_hour": 2.0, "price_currency": "EUR"},
    ),
    (
        "$1M a 2 dólares la hora",
        MONEY | {"value": 1e6, "price_per_hour": 2.0, "price_currency": "USD"},
    ),
]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("text", "meaning"), READ_ALIKE)
def test_read_alike_in_both_languages(text: str, meaning: dict[str, Any], lang: str) -> None:
    assert said(parse_budget(text, lang)) == meaning


@pytest.mark.parametrize(("text", "meaning"), READ_ALIKE)
def test_spaces_and_case_do_not_matter(text: str, meaning: dict[str, Any]) -> None:
    meaning = dict(meaning)
    if "accelerator" in meaning:
        meaning["accelerator"] = meaning["accelerator"].upper()
    loose = "\u2009" + text.upper().replace(" ", "\u00a0 ").replace("-", "\u2011") + "\n"
    if not re.search(r"(?<=\d) \d{3}(?!\d)|\bGPUS|H100S", text.upper()):
        assert said(parse_budget(loose)) == meaning


@pytest.mark.parametrize(
    ("text", "lang", "note"),
    [
        ("$1,500", "en", "read as $1,500"),
        ("1.500 €", "en", "read as €1,500"),
        ("1.500 €", "es", "leído como 1500 €"),
        ("1,500 GPU-hours", "en", "read as 1,500 GPU-hours"),
        ("1,500 horas de GPU", "es", "leído como 1500 horas de GPU"),
        ("$5.576M", "en", "read as $5,576,000"),
        ("2,788M horas de H800", "es", "leído como 2.788.000 horas de H800"),
        ("4,021e23 FLOP", "en", "read as 4.021e23 FLOP"),
        ("3,640 petaflop/s-days", "en", "read as 3.14496e23 FLOP"),
        ("2 billones de dólares", "en", "read as $2,000,000 M"),
        ("2 billones de dólares", "es", "leído como 2.000.000 M US$"),
        ("$1M", "es", "leído como 1.000.000 US$"),  # not pesos
        ("1,5 B USD", "es", "leído como 1500 M US$"),  # not a billón
        ("$1M", "en", None),
        ("1M US$", "es", None),
        ("10k GPU-hours", "en", None),
    ],
)
def test_a_reading_that_was_decided_is_echoed(text: str, lang: str, note: str | None) -> None:
    echo = (parse_budget(text, lang).note or "").replace("\u00a0", " ")
    # Where the digits have another reading it is named too.
    reading, _, other = echo.partition(", no como " if lang == "es" else ", not ")
    assert reading == (note or "")
    two = any(mark in text for mark in ("1,500", "1.500", "5.576", "2,788", "4,021", "3,640"))
    assert bool(other) == (two or "billones" in text)


@pytest.mark.parametrize(
    ("text", "lang", "value"),
    [
        ("$5.576M", "en", 5.576e6),
        ("5,576 M US$", "es", 5.576e6),
        ("$5,576M", "en", 5576e6),
        ("5.576 M US$", "es", 5576e6),  # as it prints them
        ("2.500 millones de euros", "en", 2.5e9),  # the words are Spanish
        ("2,500 million euros", "es", 2.5e9),
        ("2.500 million euros", "es", 2.5e6),
        ("3,640 PF-d", "en", 3640 * 8.64e19),
        ("3,640 PF-d", "es", 3.64 * 8.64e19),
        ("3,640 PF-days", "es", 3640 * 8.64e19),
    ],
)
def test_words_and_then_the_language_settle_a_mark(text: str, lang: str, value: float) -> None:
    budget = parse_budget(text, lang)
    assert math.isclose(budget.value, value, rel_tol=1e-15)
    assert budget.note


@pytest.mark.parametrize(
    ("text", "lang", "offers"),
    [
        ("2M", "en", ("2M FLOP", "$2M", "2M GPU-hours")),
        ("half a million", "en", ("0.5 million FLOP", "$0.5 million", "0.5 million GPU-hours")),
        ("1 millon", "en", ("1e6 FLOP", "$1e6", "1e6 GPU-hours")),
        ("1.5 million", "es", ("1,5e6 FLOP", "1,5e6 US$", "1,5e6 horas de GPU")),
        ("un millón", "es", ("1 millón de FLOP", "1 millón de US$")),
        ("medio millón", "es", ("0,5 millones de FLOP", "0,5 millones de US$")),
        ("un millón y medio", "es", ("1,5 millones de horas de GPU",)),
        ("10 mil", "es", ("10 mil FLOP", "10 mil US$", "10 mil horas de GPU")),
    ],
)
def test_a_bare_number_is_offered_with_units_that_are_read(
    text: str, lang: str, offers: tuple[str, ...]
) -> None:
    with pytest.raises(ChinchillaError) as refused:
        parse_budget(text, lang)
    values = set()
    for offer in offers:
        assert f"“{offer}”" in str(refused.value) or f"«{offer}»" in str(refused.value)
        values.add(parse_budget(offer, lang).value)
    assert len(values) == 1


REFUSED = [
    ("1.5MM USD", "double_m"),
    ("USD 1.5 MM", "double_m"),
    ("1.5 billones de dólares", "billon"),
    ("2,5e23", "bare_number"),
    ("1000000", "bare_number"),
    ("1.5 million", "bare_number"),
    ("70B", "model_size"),
    ("15T", "model_size"),
    ("70B params", "model_size"),
    ("M", "shell_ate"),
    ("00", "shell_ate"),
    (",000", "shell_ate"),
    (",000,000", "shell_ate"),
    ("00k", "shell_ate"),
    (".5M", "shell_ate"),
    ("M on H100", "shell_ate"),
    (" million dollars", "shell_ate"),
    ("", "empty"),
    (" \u200b\n", "empty"),
    ("hello", "unreadable"),
    ("$", "unreadable"),
    ("$1M blah", "unreadable"),
    ("$1M 40%", "unreadable"),
    ("{0} %s \\", "unreadable"),
    ("x" * 5000, "too_long"),
    ("-$5", "negative"),
    ("$-5", "negative"),
    ("−5e23 FLOP", "negative"),
    ("$0", "zero"),
    ("0 FLOP", "zero"),
    ("512 H100 for 0 days", "zero"),
    ("1e-400 FLOP", "zero"),
    ("nan FLOP", "not_finite"),
    ("$inf", "not_finite"),
    ("∞ FLOP", "not_finite"),
    ("$1e300", "too_large"),
    ("1e999999999 FLOP", "too_large"),
    ("1e36 ZFLOP", "too_large"),
    ("1,2,3 USD", "separators"),
    ("$1.000.00", "separators"),
    ("2 PFLOP/s", "speed"),
    ("512 H100", "no_time"),
    ("512 GPUs", "no_time"),
    ("512 for 28 days", "no_hardware"),
    ("512 durante 28 días", "no_hardware"),
    ("512 × for 28 days", "no_hardware"),
    ("1 BTC", "unknown_unit"),
    ("1M XYZ", "unknown_unit"),
    ("28 days", "time_alone"),
    ("1000 hours", "time_alone"),
    ("512.5 H100 for 28 days", "chips"),
    ("0 H100 for 28 days", "chips"),
    ("$1M at 140% MFU", "mfu"),
    ("$1M at 40 MFU", "mfu"),
    ("$1M at $0/h", "price_zero"),
    ("$1M on H100 on A100", "said_twice"),
    ("$1M at 40% MFU at 50% MFU", "said_twice"),
    ("$1M spot on-demand", "said_twice"),
    ("€5 USD", "two_currencies"),
    ("500 pesos", "which_currency"),
    ("¥500M", "which_currency"),
]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("text", "code"), REFUSED)
def test_refused_with_one_sentence(text: str, code: str, lang: str) -> None:
    with pytest.raises(ChinchillaError) as refused:
        parse_budget(text, lang)
    sentence = str(refused.value)
    assert refused.value.code == f"quantities.{code}"
    assert sentence.endswith(".")
    assert len(sentence) < 400
    if code not in ("empty", "too_long"):
        assert text.strip() in sentence


@pytest.mark.parametrize(
    ("text", "lang", "values"),
    [
        ("1.5MM USD", "en", [1.5e6, 1.5e9]),
        ("1,5MM USD", "es", [1.5e6, 1.5e9]),
        ("1.5 billones de dólares", "es", [1.5e12, 1.5e9]),
        ("1.5 billones de FLOP", "en", [1.5e12, 1.5e9]),
        ("$5.576M", "es", [5.576e6, 5.576e9]),
        ("2.788M H800-h", "es", [2.788e6, 2.788e9]),
        ("2,5e23", "en", [2.5e23, 2.5e23, 2.5e23]),
        ("1.5 millones", "es", [1.5e6, 1.5e6, 1.5e6]),
        ("1000000", "es", [1e6, 1e6, 1e6]),
    ],
)
def test_the_readings_offered_are_readings(text: str, lang: str, values: list[float]) -> None:
    with pytest.raises(ChinchillaError) as refused:
        parse_budget(text, lang)
    quoted = re.findall("“(.*?)”" if lang == "en" else "«(.*?)»", str(refused.value))
    offered = [parse_budget(reading, lang).value for reading in quoted[1:]]
    assert offered == pytest.approx(values)


_WORDS = """$ € £ US$ MX$ M MM k B T 1 1.5 2,5e23 1,500 1.500.000 10 512 28 0 -5 − nan × x 10²³ %
    million millones billones mil medio un a half de of dollars dólares euros pesos FLOP ZFLOP
    petaflop/s-days PF FLOP/s GPU H100 A100 80GB RTX TPU v5p - hours horas h days días d weeks
    semanas months mes for durante por on en at a @ 40% MFU = spot on-demand bajo demanda /h
    per hour la hora params tokens , . ; ( ) { } " ' ¥ y medio 1e400 ½ ٣ ſ K"""


@settings(max_examples=400)
@given(
    text=st.one_of(
        st.text(),
        st.lists(st.sampled_from(_WORDS.split()), max_size=8).map(" ".join),
        st.lists(st.sampled_from(_WORDS.split()), max_size=6).map("".join),
        st.text(st.characters(exclude_categories=())),
    ),
    lang=st.sampled_from([*LANGS, "fr", ""]),
)
def test_any_text_is_a_budget_or_one_sentence(text: str, lang: str) -> None:
    try:
        budget = parse_budget(text, lang)
    except ChinchillaError as refused:
        sentence = str(refused)
        budget = None
        sentence.encode("utf-8")  # it can be printed
    if budget is None:
        assert "\n" not in sentence
    else:
        assert 0 < budget.value <= 1e36
        assert budget.mfu is None or 0 < budget.mfu <= 1


def test_reading_is_quick() -> None:
    text = "8x A100 80GB for 2 weeks at $1.50/h"
    parse_budget(text)
    took = []
    for _ in range(50):
        start = time.perf_counter()
        parse_budget(text)
        took.append(time.perf_counter() - start)
    assert min(took) < 1e-3  # some 0.2 ms here; ten times slower would be another parser


# Other currencies.


def test_dollars_are_dollars() -> None:
    assert to_dollars(1e6, "USD", None) == (1e6, None)
    assert to_dollars(1e6, "ARS", 0.001) == (1000.0, None)


@pytest.mark.parametrize("fx", [0.0, -1.0, math.nan, math.inf])
def test_a_rate_must_be_one(fx: float) -> None:
    with pytest.raises(ChinchillaError) as refused:
        to_dollars(1e6, "EUR", fx)
    assert refused.value.code == "quantities.fx_not_a_rate"


@pytest.fixture
def central_bank(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Puts a module, or its absence, in the place of currencyconverter."""

    def put(module: ModuleType | None) -> None:
        monkeypatch.setitem(sys.modules, "currency_converter", module)
        currencies._central_bank.cache_clear()

    yield put
    currencies._central_bank.cache_clear()


class _Rates:
    currencies = frozenset({"EUR", "USD", "JPY"})

    def __init__(self) -> None:
        self.bounds = {code: SimpleNamespace(last_date=date(2026, 10, 30)) for code in ("EUR",)}

    def convert(self, amount: float, currency: str, new_currency: str) -> float:
        return amount * 1.1172


def test_the_central_banks_rate_is_named_with_its_day(central_bank: Any) -> None:
    module = ModuleType("currency_converter")
    module.CurrencyConverter = _Rates  # type: ignore[attr-defined]
    central_bank(module)
    dollars, note = to_dollars(500_000, "EUR", None)
    assert dollars == pytest.approx(558_600)
    assert note is not None
    assert "1.117" in note
    assert "2026-10-30" in note
    assert "1,117" in str(to_dollars(1, "EUR", None, "es")[1])
    with pytest.raises(ChinchillaError) as refused:
        to_dollars(1e6, "ARS", None)
    assert refused.value.code == "quantities.fx_unknown"
    assert "fx=" in str(refused.value)


@pytest.mark.parametrize("lang", LANGS)
def test_without_the_extra_a_sentence_says_how(central_bank: Any, lang: str) -> None:
    central_bank(None)
    with pytest.raises(ChinchillaError) as refused:
        to_dollars(1e6, "EUR", None, lang)
    assert refused.value.code == "quantities.fx_missing"
    assert 'pip install "chinchilla_widget[fx]"' in str(refused.value)
    assert "fx=" in str(refused.value)


def test_every_currency_of_the_grammar_is_known() -> None:
    from chinchilla_widget.quantities.grammar import parse_budget_text, tidy

    names = [*currencies.CODES, *currencies.NAMES]
    for name in names:
        forms = [f"5 {name}", f"{name} 5"] if name.isalpha() else [f"5 {name}", f"{name}5"]
        parsed = [parse_budget_text(tidy(form)) for form in forms]
        assert any(b and hasattr(b.what, "prefix") for b in parsed), name
        for budget in parsed:
            if budget:
                money = budget.what
                currencies.code_of(money.prefix or money.suffix)  # type: ignore[union-attr,arg-type]
