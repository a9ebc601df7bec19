"""Every word of a question: its default, its forms, its limits, and what contradicts it."""

import csv
import datetime
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import chinchilla_widget as cw
from chinchilla_widget.accelerators import ACCELERATORS
from chinchilla_widget.laws import FrontierLaw, ParametricLaw, Power
from chinchilla_widget.quantities import parse_budget
from chinchilla_widget.scenario import WORDS, Budget, read_word, reading
from chinchilla_widget.scenario.words import KINDS

H100 = 989e12
DAY = "2026-06-01"  # the catalogue's prices are fresh


@pytest.fixture(autouse=True)
def on_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    pin_today(monkeypatch, DAY)


def pin_today(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    class Pinned(datetime.date):
        @classmethod
        def today(cls) -> "Pinned":
            return cls.fromisoformat(day)

    monkeypatch.setattr(reading, "date", Pinned)


def asked(budget: Any = "$1M", **words: Any) -> cw.Scenario:
    return cw.Scenario.of(budget, **words)


def refusal(budget: Any = "$1M", **words: Any) -> tuple[str, str]:
    """The code and the sentence with which a question is refused."""
    with pytest.raises(cw.ChinchillaError) as caught:
        cw.plan(budget, **words)
    return caught.value.code, str(caught.value)


def codes(plan: cw.Plan) -> list[str]:
    return [status.code for status in plan.status]


def test_every_word_has_its_default() -> None:
    s = asked()
    assert s.budget == Budget("$1M", "money", 1e6)
    assert (s.accelerator.id, s.dtype, s.peak_flops) == ("h100-sxm", "bf16", H100)
    assert (s.price_kind, s.price_per_hour) == ("on-demand", 2.95)
    assert (s.mfu, s.goodput, s.chips, s.final_share) == (0.37, 0.90, None, 1.0)
    assert s.law is cw.LAWS["besiroglu-2024"]
    assert (s.token_price, s.unique_tokens, s.repeats) == (0.0, math.inf, True)
    assert (s.served_tokens, s.serving_mfu, s.serving_price_per_hour) == (0.0, 0.37, None)
    assert (s.params, s.tokens, s.target_loss) == (None, None, None)
    assert (s.pue, s.grid, s.lang) == (1.1, 400.0, "en")
    assert s.words == {"budget": "$1M"}
    assert set(WORDS) <= {*s.__dataclass_fields__, "fx"}


def test_none_is_the_same_as_not_asked() -> None:
    assert asked(**{word: None for word in WORDS if word != "budget"}) == asked()


# A word as a number and as people write it, with the rest of a question it makes sense in.
FORMS: list[tuple[str, Any, list[Any], dict[str, Any]]] = [
    ("peak_flops", 4e14, ["400 TFLOP/s", "4e14"], {}),
    ("price_per_hour", 1.5, ["$1.50", "1.5", "$1.50/h"], {}),
    ("mfu", 0.4, ["40%", "40 %", "0.4", ".4"], {}),
    ("goodput", 0.95, ["95%", "0.95"], {}),
    ("chips", 1024, ["1024", "1,024", 1024.0, np.int64(1024)], {}),
    ("final_share", 0.5, ["50%", "0.5"], {}),
    (
        "token_price",
        0.1,
        ["$0.10", "0.1", "$0.10 per million tokens", "$0.10/M", "$0.10 a million", "0.10 / 1M tok"],
        {},
    ),
    ("unique_tokens", 3e11, ["300B", "300 B", "3e11", "300B tokens"], {}),
    ("served_tokens", 2e12, ["2T", "2 T", "2e12"], {}),
    ("serving_mfu", 0.2, ["20%", "0.2"], {}),
    ("serving_price_per_hour", 3.0, ["$3", "3"], {}),
    ("params", 8e9, ["8B", "8 B", "8e9", "8 billion"], {}),
    ("tokens", 15e12, ["15T", "15 T", "15e12"], {}),
    ("target_loss", 2.0, ["2", "2.0", np.float32(2.0)], {"budget": None}),
    ("pue", 1.2, ["1.2"], {}),
    ("grid", 174.0, ["174"], {}),
]


@pytest.mark.parametrize(("word", "value", "texts", "rest"), FORMS, ids=[form[0] for form in FORMS])
def test_a_number_may_be_text(
    word: str, value: float, texts: list[Any], rest: dict[str, Any]
) -> None:
    rest = {"budget": "$1M", **rest}
    for form in (value, *texts, np.float64(value), np.array(value)):
        assert getattr(asked(**rest, **{word: form}), word) == value
        assert read_word(word, form) == value


def test_every_numeric_word_is_in_the_table() -> None:
    assert {form[0] for form in FORMS} == {*KINDS, "chips"} - {"fx"}


@pytest.mark.parametrize(
    ("word", "value", "code"),
    [
        *[(word, 0, "scenario.not_positive") for word in ("mfu", "goodput", "final_share")],
        *[(word, 0, "scenario.not_positive") for word in ("price_per_hour", "peak_flops", "fx")],
        *[(word, 0, "scenario.not_positive") for word in ("params", "tokens", "unique_tokens")],
        *[(word, -1, "scenario.negative") for word in ("token_price", "served_tokens", "grid")],
        *[(word, 1.01, "scenario.share") for word in ("mfu", "goodput", "final_share")],
        ("serving_mfu", 1.01, "scenario.share"),
        ("mfu", "40", "quantities.share"),
        ("mfu", "140%", "scenario.share"),
        ("params", 0.5, "scenario.below_one"),
        ("tokens", 1e-300, "scenario.below_one"),
        ("unique_tokens", "0.1", "scenario.below_one"),
        ("price_per_hour", 1e-30, "scenario.too_small"),
        ("params", 1e40, "scenario.too_large"),
        ("pue", 0.9, "scenario.pue"),
        ("chips", 0, "scenario.chips"),
        ("chips", 2.5, "scenario.chips"),
        ("chips", "2.5", "quantities.not_whole"),
        ("chips", -8, "scenario.chips"),
        ("chips", 1e30, "scenario.chips"),
        ("repeats", 1, "scenario.flag"),
        ("repeats", "yes", "scenario.flag"),
        ("price_kind", "reserved", "scenario.price_kind"),
        ("price_kind", ["spot"], "scenario.price_kind"),
        ("dtype", "fp4", "accelerators.no_dtype"),
        ("dtype", 16, "accelerators.no_dtype"),
        ("accelerator", "H1000", "accelerators.unknown_near"),
        ("accelerator", "", "accelerators.no_hardware"),
        ("law", "kaplan", "laws.unknown_near"),
        ("law", 3, "laws.not_a_law"),
        ("lang", "fr", "scenario.lang"),
        ("lang", ["en"], "scenario.lang"),
        ("peak_flops", 989, "accelerators.peak_too_small"),
        ("peak_flops", 1979e12, "accelerators.peak_misread_or_dtype"),
        ("peak_flops", 67e12, "accelerators.peak_misread"),
        ("mfu", 0.85, "accelerators.mfu_above_ceiling"),
        ("serving_mfu", 0.85, "accelerators.mfu_above_ceiling"),
    ],
)
def test_out_of_range_is_a_sentence(word: str, value: Any, code: str) -> None:
    assert refusal(**{word: value})[0] == code


@pytest.mark.parametrize("word", [*KINDS, "chips"])
@pytest.mark.parametrize("value", [True, [], (), {}, object(), b"1", 1j, np.bool_(True)])
def test_a_wrong_type_is_a_sentence(word: str, value: Any) -> None:
    code, text = refusal(**{word: value})
    assert (code, word in text) == ("scenario.not_a_number", True)


@pytest.mark.parametrize("word", list(KINDS))
@pytest.mark.parametrize("value", [math.nan, -math.inf, "NaN", "∞", "inf", 10**400])
def test_what_is_not_finite_is_a_sentence(word: str, value: Any) -> None:
    assert refusal(**{word: value})[0].startswith("quantities.")


def test_unlimited_tokens_are_the_one_infinity() -> None:
    assert asked(unique_tokens=math.inf) == asked()
    assert refusal(served_tokens=math.inf)[0] == "quantities.not_finite"


def test_a_sentence_names_the_word_and_what_was_given() -> None:
    _, text = refusal(mfu=1.4)
    assert text == "mfu must be a share of 1, such as 0.4 or 40%; this is 1.4."
    _, text = refusal(chips=2.5, lang="es")
    assert text == "chips debe ser un número entero de 1 a 10⁹; esto es 2.5."
    assert len(refusal(repeats="x" * 5000)[1]) < 200
    assert "this is (1, 2)" in refusal(repeats=(1, 2))[1]


def test_an_unknown_word_is_a_type_error_with_the_nearest() -> None:
    with pytest.raises(TypeError, match="'token_prize'; did you mean 'token_price'"):
        cw.plan("$1M", token_prize=1)
    with pytest.raises(TypeError, match="the words are budget, accelerator, "):
        cw.plan("$1M", xyzzy=1)


@pytest.mark.parametrize("budget", [1000000, 2.5e23, "1000000", "2.5e23", np.float64(1e6)])
def test_a_bare_number_is_no_budget(budget: Any) -> None:
    code, text = refusal(budget)
    assert code == "quantities.bare_number"
    assert "FLOP” for compute" in text
    assert "GPU-hours” for GPU time" in text


@pytest.mark.parametrize("budget", [True, [1], {}, b"$1M", np.array([1.0]), object()])
def test_a_budget_of_a_wrong_type_is_a_sentence(budget: Any) -> None:
    assert refusal(budget)[0] == "scenario.budget_type"


@pytest.mark.parametrize("budget", [10**400, -(10**400), math.inf, math.nan])
def test_a_budget_without_end_is_a_sentence(budget: Any) -> None:
    assert refusal(budget)[0].startswith("quantities.")


@pytest.mark.parametrize(
    ("budget", "word", "agrees", "differs"),
    [
        ("512 H100 for 28 days", "chips", 512, 1024),
        ("512 H100 for 28 days", "accelerator", "h100-sxm", "a100-80"),
        ("512 H100 for 28 days @40% MFU", "mfu", "40%", 0.41),
        ("8x A100 80GB for 2 weeks at $1.50/h", "price_per_hour", 1.5, "$1.51"),
        ("$1M on H100 spot", "price_kind", "spot", "on-demand"),
    ],
)
def test_text_and_keyword_must_agree(budget: str, word: str, agrees: Any, differs: Any) -> None:
    assert asked(budget, **{word: agrees}) == asked(budget)
    code, text = refusal(budget, **{word: differs})
    assert code == "scenario.disagree"
    assert f"{word}= says {differs}" in text


def test_a_price_of_another_currency_agrees_with_no_keyword() -> None:
    code, text = refusal("$500k at €2/h", fx=1.1, price_per_hour=2.2)
    assert (code, "The budget says 2 EUR" in text) == ("scenario.disagree", True)


def test_the_budget_text_fills_the_words() -> None:
    s = asked("8x A100 80GB for 2 weeks at $1.50/h")
    assert (s.accelerator.id, s.chips, s.price_per_hour) == ("a100-80", 8, 1.5)
    assert s.budget is not None
    assert (s.budget.kind, s.budget.amount) == ("chip_time", 8 * 14 * 24)


def test_one_rate_serves_one_currency() -> None:
    s = asked("€500k at €2/h", fx=1.1)
    assert s.budget is not None
    assert s.budget.amount == pytest.approx(5.5e5)
    assert s.price_per_hour == pytest.approx(2.2)
    code, text = refusal("€500k at £2/h", fx=1.1)
    assert (code, "EUR, GBP" in text) == ("scenario.one_rate", True)
    assert asked("$500k at €2/h", fx=1.1).price_per_hour == pytest.approx(2.2)


def test_a_rate_looked_up_says_its_day() -> None:
    plan = cw.plan("€500k")
    assert "scenario.echo" in codes(plan)
    assert any("European Central Bank" in str(status) for status in plan.status)
    assert "scenario.echo" not in codes(cw.plan("€500k", fx=1.1))


def test_a_rate_looked_up_for_a_price_says_its_day() -> None:
    said = [str(status) for status in cw.plan("512 H100 for 28 days at €2/h").status]
    assert any("European Central Bank" in each for each in said)


@pytest.mark.parametrize(
    ("budget", "words", "said"),
    [
        ("$1,500", {}, "Read as $1,500, not $1.50."),
        ("$1,500", {"lang": "es"}, "Leído como 1500 US$, no como 1,50 US$."),
        ("$1M", {"tokens": "1,500 B"}, "tokens read as 1.5e12, not 1.5e9."),
        ("$1M", {"params": "8,500 M", "lang": "es"}, "params se lee como 8,5e6, no como 8,5e9."),
    ],
)
def test_a_plan_echoes_what_has_two_readings(budget: str, words: dict[str, Any], said: str) -> None:
    found = [str(status).replace("\xa0", " ") for status in cw.plan(budget, **words).status]
    assert said in found


def test_money_without_a_price_asks_for_one() -> None:
    assert refusal(accelerator="mi250x")[0] == "scenario.no_price"
    assert cw.plan("$1M", accelerator="mi250x", price_per_hour=2).dollars == pytest.approx(1e6)


@pytest.mark.parametrize(
    "words",
    [{"token_price": 1}, {"serving_price_per_hour": 2, "served_tokens": "1T"}],
)
def test_compute_meets_dollars_only_at_a_price(words: dict[str, Any]) -> None:
    for budget in ("1e23 FLOP", "10k GPU-hours"):
        code, text = refusal(budget, accelerator="mi250x", **words)
        assert (code, next(iter(words)) in text) == ("scenario.no_price_for", True)
        assert cw.plan(budget, accelerator="mi250x", price_per_hour=2, **words).dollars is not None


def test_without_a_price_a_plan_has_no_dollars() -> None:
    plan = cw.plan("10k MI250X-hours")
    assert (plan.dollars, plan.dollars_by) == (None, None)
    assert plan.chip_hours == pytest.approx(1e4)


def test_spot_without_a_typical_price_is_the_geometric_mean_and_says_so() -> None:
    spot = ACCELERATORS["h100-sxm"].spot
    assert spot is not None
    assert spot.typical is None
    plan = cw.plan("$1M", price_kind="spot")
    assert plan.scenario.price_per_hour == pytest.approx(math.sqrt(spot.low * spot.high))
    assert "accelerators.geometric_mean" in codes(plan)
    assert "accelerators.geometric_mean" not in codes(cw.plan("$1M"))


def test_old_and_undated_prices_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [code for code in codes(cw.plan("$1M")) if "price" in code] == []
    pin_today(monkeypatch, "2027-06-01")
    old = cw.plan("$1M")
    assert "scenario.price_old" in codes(old)
    assert "scenario.price_old" not in codes(cw.plan("$1M", price_per_hour=2.95))


def test_a_spot_price_has_a_date_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    pin_today(monkeypatch, "2026-11-24")
    assert "scenario.price_old" not in codes(cw.plan("$1M", accelerator="a100-40"))
    assert "scenario.price_old" in codes(cw.plan("$1M on A100 40GB spot"))


def test_a_bare_year_dates_no_price() -> None:
    price = ACCELERATORS["h200-sxm"].on_demand
    assert price is not None
    assert price.date == "2026"
    assert "scenario.price_undated" in codes(cw.plan("$1M", accelerator="h200-sxm"))


def test_final_share_is_the_share_for_this_run() -> None:
    half = cw.plan("$1M", final_share="50%")
    assert half.dollars == pytest.approx(5e5)
    assert half.params == pytest.approx(cw.plan("$500k").params)


def test_a_peak_of_ones_own() -> None:
    assert asked(peak_flops="400 TFLOP/s").total_flops == pytest.approx(
        float(asked().total_flops or 0) * 4e14 / H100
    )
    assert "the peak with structured sparsity" in refusal(peak_flops="1979 TFLOP/s")[1]
    assert asked(peak_flops=1979e12, dtype="fp8").peak_flops == 1979e12


def test_a_high_mfu_warns() -> None:
    assert "accelerators.mfu_high" in codes(cw.plan("$1M", mfu=0.61))
    assert "accelerators.mfu_high" in codes(cw.plan("$1M", serving_mfu=0.61, served_tokens="1T"))
    assert "accelerators.mfu_high" not in codes(cw.plan("$1M", mfu=0.6))
    assert "795 of 989 TFLOP/s" in refusal(mfu=0.81)[1]


@pytest.mark.parametrize(
    ("chips", "goodput"), [(1, 0.98), (64, 0.98), (65, 0.95), (1000, 0.95), (1001, 0.9)]
)
def test_goodput_goes_by_the_number_of_chips(chips: int, goodput: float) -> None:
    plan = cw.plan("$1M", chips=chips)
    assert plan.scenario.goodput == goodput
    assert plan.days == pytest.approx(plan.chip_hours / chips / 24)
    assert cw.plan("$1M", chips=chips, goodput=0.7).scenario.goodput == 0.7


def test_days_need_chips() -> None:
    assert cw.plan("$1M").days is None
    assert cw.plan("512 H100 for 28 days").days == pytest.approx(28)


def test_a_tpu_hour_is_a_gpu_hour() -> None:
    assert cw.plan("10k GPU-hours", accelerator="tpu-v4").chip_hours == pytest.approx(1e4)


@pytest.mark.parametrize(
    ("word", "value"),
    [("token_price", 1), ("unique_tokens", "1T"), ("served_tokens", "1T"), ("params", "8B")],
)
def test_a_frontier_law_takes_no_word_that_needs_a_surface(word: str, value: Any) -> None:
    code, text = refusal(law="porian-2024", **{word: value})
    assert (code, word in text) == ("scenario.needs_surface", True)


def test_a_frontier_law_reaches_no_target() -> None:
    assert refusal(None, law="porian-2024", target_loss=2)[0] == "scenario.needs_surface"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"budget": "$1M", "target_loss": 2}, "scenario.budget_and"),
        ({"budget": "$1M", "params": "8B", "tokens": "1T"}, "scenario.budget_and"),
        ({"params": "8B", "tokens": "1T", "target_loss": 2}, "scenario.all_three"),
        ({}, "scenario.nothing"),
        ({"mfu": 0.4}, "scenario.nothing"),
        (
            {"params": "8B", "tokens": "1T", "unique_tokens": "1B", "repeats": False},
            "scenario.tokens_beyond",
        ),
    ],
)
def test_a_question_without_an_answer(words: dict[str, Any], code: str) -> None:
    assert refusal(**{"budget": None, **words})[0] == code


@pytest.mark.parametrize("law", [*cw.LAWS, "own", "own frontier"])
@pytest.mark.parametrize("budget", [None, "$1M", "1e21 FLOP", "10k H100-hours"])
@pytest.mark.parametrize("params", [None, "8B"])
@pytest.mark.parametrize("tokens", [None, "1T"])
@pytest.mark.parametrize("target_loss", [None, 2.0, 1.0])
def test_every_combination_is_a_plan_or_a_sentence(
    law: Any, budget: str | None, params: Any, tokens: Any, target_loss: Any
) -> None:
    if law == "own":
        law = ParametricLaw({"E": 1.7, "A": 400.0, "B": 400.0, "alpha": 0.34, "beta": 0.3})
    elif law == "own frontier":
        law = FrontierLaw(params=Power(0.1, 0.5))
    words = {"params": params, "tokens": tokens, "target_loss": target_loss, "law": law}
    try:
        plan = cw.plan(budget, **words)
    except cw.ChinchillaError:
        return
    holds(plan)
    if params is not None:
        assert plan.params == pytest.approx(8e9)
    if tokens is not None:
        assert plan.tokens == pytest.approx(1e12)
    if target_loss is not None:
        assert plan.loss == pytest.approx(target_loss)


def holds(plan: cw.Plan) -> None:
    """What is true of every plan."""
    assert 1 <= plan.params < math.inf
    assert 1 <= plan.tokens < math.inf
    assert plan.tokens_per_param == pytest.approx(plan.tokens / plan.params)
    assert plan.loss is None or 0 < plan.loss < math.inf
    json.dumps(plan.to_dict(), allow_nan=False)
    assert str(plan)
    assert all(str(status) for status in plan.status)


ABSURD = [
    *[1e-300, 1e300, 1e-9, 1e12, 1e30, 0, -1, 0.5, 1, 2, 7.0, 10**400],
    *[math.inf, -math.inf, math.nan, None, True, False, np.float64(0.4), np.int64(3)],
    *[np.bool_(False), np.array(2.0), np.array([1.0, 2.0]), [], {}, (1, 2), b"1", 1j],
    *["", " ", "∞", "NaN", "1e-320", "1e400", "½", "٣", "0x10", "1,5", "1.500", "\ud800", "{x}"],
    *["8B", "40%", "300B", "15T", "2.0", "$1.50", "h100", "mi250x", "spot", "fp8", "es"],
    *["kaplan-2020", "muennighoff-2023", "1" * 5000],
]
BUDGETS = [
    *["$1M", "1e21 FLOP", "512 H100 for 28 days", "10k H100-hours", "$1e-9", "1 FLOP", "$1e30"],
    *["1e35 FLOP", "1e-5 H100-hours", "8x MI250X for 3 days", "$1M spot", "1 M US$"],
]


@settings(max_examples=400, deadline=None)
@given(
    st.one_of(st.none(), st.sampled_from(BUDGETS), st.sampled_from(ABSURD), st.text(max_size=20)),
    st.dictionaries(
        st.sampled_from([word for word in WORDS if word != "budget"]),
        st.one_of(st.sampled_from(ABSURD), st.floats(), st.text(max_size=8)),
        max_size=6,
    ),
)
def test_nothing_but_a_plan_or_a_sentence_comes_back(budget: Any, words: dict[str, Any]) -> None:
    try:
        plan = cw.plan(budget, **words)
    except cw.ChinchillaError as error:
        said = str(error)
    else:
        holds(plan)
        said = "a plan"
    assert said.splitlines() == [said]


@pytest.mark.parametrize("words", [{}, {"params": "8B"}, {"tokens": "1T"}, {"unique_tokens": "1B"}])
@pytest.mark.parametrize("budget", ["$1e-18", "1 FLOP", "1e-18 H100-hours"])
@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_budget_too_small_for_one_token_is_a_sentence(
    budget: str, words: dict[str, Any], lang: str
) -> None:
    assert refusal(budget, lang=lang, **words)[0].startswith("solver.")


# What published runs say of themselves.


def test_chip_hours_at_a_price_are_the_published_cost() -> None:
    deepseek_v3 = cw.plan("2.788M H800-hours", price_per_hour=2)
    assert deepseek_v3.dollars == pytest.approx(5.576e6)
    mpt_7b = cw.plan("440 A100 40GB for 9.5 days", price_per_hour=1.99)
    assert mpt_7b.chip_hours == pytest.approx(100320)
    assert mpt_7b.dollars == pytest.approx(2e5, rel=0.01)
    nanochat = cw.plan("8 H100 for 3.04 hours at $3/h")
    assert nanochat.dollars == pytest.approx(73, rel=0.01)


def test_the_classroom_question() -> None:
    # Stanford CS336: 70 B on 15 T tokens, 1,024 H100 at half their peak.
    plan = cw.plan(params="70B", tokens="15T", chips=1024, mfu="50%", goodput=1)
    assert plan.days == pytest.approx(144, rel=0.01)


def test_gpt_3_in_petaflop_s_days() -> None:
    assert parse_budget("3640 PF-days").value == pytest.approx(3.14e23, rel=0.01)


def test_llama_emissions() -> None:
    llama_3_1_405b = cw.plan("30.84M H100-hours", pue=1, grid=414)
    assert llama_3_1_405b.co2_kg == pytest.approx(8930e3, rel=2e-3)
    llama_2_7b = cw.plan("184,320 A100 80GB-hours", pue=1, grid=423)
    assert llama_2_7b.co2_kg == pytest.approx(31.2e3, rel=2e-3)


def test_energy_carries_the_building() -> None:
    plan = cw.plan("10k H100-hours")
    assert plan.energy_kwh == pytest.approx(1e4 * 0.7 * 1.1)
    assert plan.co2_kg == pytest.approx(1e4 * 0.7 * 1.1 * 0.4)
    assert cw.plan("10k H100-hours", grid=0).co2_kg == 0
    silent = cw.plan("10k GPU-hours", accelerator="tpu-v5p")
    assert (silent.energy_kwh, silent.co2_kg) == (None, None)


with Path(__file__).with_name("real_runs.csv").open(encoding="utf-8", newline="") as lines:
    REAL_RUNS = list(csv.DictReader(lines))


@pytest.mark.parametrize("run", REAL_RUNS, ids=lambda run: str(run["model"]))
def test_hours_of_a_real_run(run: dict[str, str]) -> None:
    params, tokens, chip = float(run["params"]), float(run["tokens"]), run["accelerator"]
    plan = cw.plan(params=params, tokens=tokens, accelerator=chip, mfu=0.4, goodput=1)
    hours = float(run["chip_hours"])
    assert 0.4 * plan.chip_hours / hours == pytest.approx(float(run["mfu"]), abs=0.6e-3)
    plain = 0.7 <= hours / plan.chip_hours <= 1.6
    assert plain == (run["outlier"] == "")
