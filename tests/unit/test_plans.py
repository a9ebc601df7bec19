"""A plan: its figures, and its sentences of doubt, each exactly where it is due."""

import copy
import datetime
import json
import pickle
from dataclasses import FrozenInstanceError, fields
from typing import Any

import pytest

import chinchilla_widget as cw
from chinchilla_widget.laws import FrontierLaw, ParametricLaw, Power
from chinchilla_widget.plans import FIGURES, spread
from chinchilla_widget.scenario import reading


@pytest.fixture(autouse=True)
def on_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """A day on which the catalogue's prices are fresh, so that they say nothing of their age."""

    class Pinned(datetime.date):
        @classmethod
        def today(cls) -> "Pinned":
            return cls.fromisoformat("2026-06-01")

    monkeypatch.setattr(reading, "date", Pinned)


def codes(budget: str | None = None, **words: Any) -> list[str]:
    return [status.code for status in cw.plan(budget, **words).status]


# Each question, and all the sentences its plan says.
PRINTED = "besiroglu-2024-printed"  # not compared, so its doubt names no range
SAID: list[tuple[dict[str, Any], list[str]]] = [
    ({"budget": "1e21 FLOP"}, []),
    ({"budget": "1.94e22 FLOP"}, []),
    ({"budget": "1.96e22 FLOP"}, ["extrapolates_spread"]),
    ({"budget": "1e24 FLOP", "law": PRINTED}, ["extrapolates"]),
    ({"budget": "1e24 FLOP", "params": "60B"}, ["extrapolates"]),
    ({"budget": "9.4e17 FLOP"}, []),
    ({"budget": "9.3e17 FLOP"}, ["below_domain"]),
    ({"budget": "1e24 FLOP", "law": "kaplan-2020"}, ["larger_than_fitted", "counts_non_embedding"]),
    ({"budget": "1e19 FLOP", "law": "kaplan-2020"}, ["counts_non_embedding"]),
    ({"budget": "1e19 FLOP", "law": "porian-2024"}, ["counts_excluding_input_embedding"]),
    ({"budget": "1e20 FLOP", "law": "deepseek-2024"}, ["counts_flop_per_token"]),
    ({"budget": "1e21 FLOP", "law": "gemstones-2025-approach-1"}, ["not_6nd"]),
    ({"budget": "1e21 FLOP", "law": "chinchilla-20-to-1"}, []),
    ({"params": "1B", "tokens": "20B", "unique_tokens": "20B"}, []),
    ({"params": "1B", "tokens": "20B", "unique_tokens": "10B"}, ["borrowed_repeats"]),
    ({"params": "1B", "tokens": "40B", "unique_tokens": "10B"}, ["borrowed_repeats"]),
    (
        {"params": "1B", "tokens": "41B", "unique_tokens": "10B"},
        ["epochs_many", "borrowed_repeats"],
    ),
    (
        {"params": "1B", "tokens": "160B", "unique_tokens": "10B"},
        ["epochs_many", "borrowed_repeats"],
    ),
    (
        {"params": "1B", "tokens": "161B", "unique_tokens": "10B"},
        ["epochs_spent", "borrowed_repeats"],
    ),
    (
        {"params": "1B", "tokens": "41B", "unique_tokens": "10B", "law": "muennighoff-2023"},
        ["epochs_many"],
    ),
    ({"params": "1B", "tokens": "18.5T", "law": PRINTED}, ["extrapolates", "ratio_outside"]),
    (
        {"params": "1B", "tokens": "18.6T", "law": PRINTED},
        ["extrapolates", "ratio_outside", "beyond_corpus"],
    ),
    (
        {"params": "1B", "tokens": "301T", "law": PRINTED},
        ["extrapolates", "ratio_outside", "beyond_public_text"],
    ),
    (
        {"params": "1B", "tokens": "301T", "unique_tokens": "1T", "law": PRINTED},
        ["extrapolates", "ratio_outside", "epochs_spent", "borrowed_repeats"],
    ),
    ({"params": "1B", "tokens": "511B"}, []),
    ({"params": "1B", "tokens": "512B"}, ["ratio_outside"]),
    # Where the size is free the money left over goes into it.
    ({"budget": "1e21 FLOP", "unique_tokens": "1B", "repeats": False}, ["ratio_outside"]),
    (
        {"budget": "1e21 FLOP", "unique_tokens": "1B", "repeats": False, "params": "1B"},
        ["money_left"],
    ),
    ({"budget": "1e21 FLOP", "unique_tokens": "1T", "repeats": False}, []),
    # The laws' own optima are no range of a size that the end of the data decides.
    (
        {"budget": "1e24 FLOP", "unique_tokens": "100B", "repeats": False},
        ["extrapolates", "ratio_outside"],
    ),
    ({"budget": "1e24 FLOP", "unique_tokens": "10T", "repeats": False}, ["extrapolates_spread"]),
    ({"budget": "1e21 FLOP", "unique_tokens": "20B"}, ["borrowed_repeats"]),
    ({"budget": "1e21 FLOP", "served_tokens": "1T"}, []),
    ({"budget": "1e21 FLOP", "token_price": 0.01, "repeats": False}, []),
    ({"budget": "1e21 FLOP", "token_price": 1, "repeats": False}, ["ratio_outside"]),
]


def phrase(words: dict[str, Any]) -> str:
    return " ".join(str(value) for value in words.values())


@pytest.mark.parametrize(("words", "said"), SAID, ids=[phrase(words) for words, _ in SAID])
def test_a_sentence_stands_exactly_where_it_is_due(words: dict[str, Any], said: list[str]) -> None:
    assert codes(**words) == [f"plans.{name}" for name in said]


def test_every_sentence_is_due_somewhere() -> None:
    from chinchilla_widget.messages import catalogue

    sentences = {
        code.partition(".")[2]
        for code, text in catalogue("en").items()
        if code.startswith("plans.") and text.endswith(".")
    }
    assert sentences == {name for _, said in SAID for name in said}


def test_a_sentence_is_a_sentence_in_both_languages() -> None:
    for words, said in SAID:
        for lang in ("en", "es"):
            status = cw.plan(**words, lang=lang).status
            assert [each.code for each in status] == [f"plans.{name}" for name in said]
            for each in status:
                text = str(each)
                assert text[:1] == text[:1].upper()
                assert text.endswith(".")
                assert "{" not in text
                assert each.code in repr(each)


def test_extrapolation_names_how_far_and_how_much_the_laws_differ() -> None:
    (status,) = cw.plan("4e23 FLOP").status
    least, most = spread(4e23)["params"]
    assert str(status).replace("\xa0", " ") == (
        "30.8× beyond the largest run this law was fitted on (1.30 × 10²² FLOP): the published "
        f"laws disagree here, from {least / 1e9:.1f} B to {most / 1e9:.1f} B."
    )
    compared = [law.optimum(4e23)[0] for law in cw.LAWS.values() if law.about.compare]
    assert (least, most) == (min(compared), max(compared))
    assert least <= cw.plan("4e23 FLOP").params <= most


def test_a_law_without_a_range_claims_none() -> None:
    own = ParametricLaw({"E": 1.7, "A": 400.0, "B": 400.0, "alpha": 0.34, "beta": 0.3})
    assert codes("1e24 FLOP", law=own) == []
    assert codes("1e24 FLOP", law=FrontierLaw(params=Power(0.1, 0.5))) == []


def test_money_left_is_the_share_not_spent() -> None:
    plan = cw.plan("$1M", params="8B", unique_tokens="100B", repeats=False)
    assert plan.dollars is not None
    (share,) = [s.values["share"][1] for s in plan.status if s.code == "plans.money_left"]
    assert share == pytest.approx(1 - plan.dollars / 1e6)


def test_what_bought_something_is_never_all_left() -> None:
    plan = cw.plan("$1M", params="10k", unique_tokens="10M", repeats=False)
    (told,) = [str(s) for s in plan.status if s.code == "plans.money_left"]
    assert told.startswith("99.9\u00a0% of the budget")


QUESTIONS: list[dict[str, Any]] = [
    {"budget": "$1M"},
    {"budget": "$1M", "token_price": 1},
    {"budget": "$1M", "token_price": 1, "unique_tokens": "50B"},
    {"budget": "$1M", "served_tokens": "2T"},
    {"budget": "$1M", "served_tokens": "2T", "serving_mfu": 0.1, "serving_price_per_hour": 1},
    {"budget": "$1M", "token_price": 0.5, "served_tokens": "1T", "params": "10B"},
    {"budget": "$1M", "token_price": 0.5, "served_tokens": "1T", "tokens": "100B"},
    {"budget": "$1M", "token_price": 1, "repeats": False},
    {"budget": "$1M", "unique_tokens": "30B", "law": "muennighoff-2023"},
    {"budget": "$1M", "law": "gemstones-2025-approach-1"},
    {"budget": "500 mil dólares", "lang": "es"},
]


@pytest.mark.parametrize("words", QUESTIONS, ids=phrase)
def test_the_parts_of_the_money_are_the_budget(words: dict[str, Any]) -> None:
    plan = cw.plan(**words)
    assert plan.dollars_by is not None
    assert set(plan.dollars_by) == {"training", "data", "serving"}
    assert plan.dollars == pytest.approx(sum(plan.dollars_by.values()))
    budget = plan.scenario.budget
    assert budget is not None
    assert plan.dollars == pytest.approx(budget.amount, rel=1e-9)


def test_figures_hang_together() -> None:
    plan = cw.plan("$1M", token_price=1, chips=512)
    s = plan.scenario
    assert plan.flops == pytest.approx(6 * plan.params * plan.tokens)
    assert plan.tokens_per_param == plan.tokens / plan.params
    assert plan.epochs == pytest.approx(plan.tokens / plan.unique_tokens_used)
    assert plan.chip_hours == pytest.approx(plan.flops / (3600 * s.peak_flops * s.mfu * s.goodput))
    assert plan.days == pytest.approx(plan.chip_hours / 24 / 512)
    assert plan.dollars_by is not None
    assert plan.dollars_by["data"] == pytest.approx(plan.unique_tokens_used / 1e6)
    assert plan.dollars_by["training"] == pytest.approx(plan.chip_hours * 2.95)


@pytest.mark.parametrize("words", [*QUESTIONS, *(words for words, _ in SAID)], ids=phrase)
def test_a_plan_is_plain_json(words: dict[str, Any]) -> None:
    plan = cw.plan(**words)
    found = json.loads(json.dumps(plan.to_dict(), allow_nan=False))
    assert found["version"] == 2
    assert found["params"] == plan.params
    assert found["dollars_by"] == plan.dollars_by
    assert found["assumptions"]["law"] == plan.scenario.law.about.id
    assert [each["text"] for each in found["status"]] == [str(each) for each in plan.status]
    # The words are the question: asked again they give the same plan.
    again = cw.plan(**found["words"])
    assert again == plan


def test_words_that_json_cannot_hold_are_named() -> None:
    import numpy as np

    plan = cw.plan(
        "$1M",
        law=cw.LAWS["sardana-2024"],
        accelerator=cw.ACCELERATORS["a100-80"],
        unique_tokens=float("inf"),
        mfu=np.float32(0.5),
        chips=np.int64(8),
    )
    words = json.loads(json.dumps(plan.to_dict(), allow_nan=False))["words"]
    assert words == {
        "budget": "$1M",
        "law": "sardana-2024",
        "accelerator": "a100-80",
        "unique_tokens": None,
        "mfu": 0.5,
        "chips": 8,
    }


def test_a_plan_reads_as_a_table() -> None:
    text = str(cw.plan("$500", chips=8)).replace("\xa0", " ")
    assert text.splitlines() == [
        "Parameters                  1.28 B",
        "Training tokens             28.5 B",
        "Tokens per parameter        22.3",
        "Expected loss (nats/token)  2.46",
        "Training compute (FLOP)     2.19 × 10²⁰",
        "Cost                        $500",
        "Unique tokens               28.5 B",
        "Epochs                      1.00",
        "Chip-hours                  169",
        "Wall-clock                  21 hours",
        "Energy                      131 kWh",
        "CO₂                         52.2 kg",
    ]


def test_a_plan_reads_as_a_table_in_spanish() -> None:
    text = str(cw.plan("$500", chips=8, token_price=1, lang="es")).replace("\xa0", " ")
    assert text.splitlines()[:8] == [
        "Parámetros                       2,05 B",
        "Tokens de entrenamiento          7,26 B",
        "Tokens por parámetro             3,55",
        "Pérdida esperada (nats/token)    2,74",
        "Cómputo de entrenamiento (FLOP)  8,92 × 10¹⁹",
        "Coste                            500 US$",
        "  en datos                       296 US$",
        "Tokens únicos                    296 M",
    ]


def test_a_repr_holds_the_table() -> None:
    plan = cw.plan("$1M")
    assert repr(plan) == f"<Plan\n{plan}\n>"


def test_figures_that_are_none_are_left_out() -> None:
    labels = [label for label, _ in cw.plan("10k TPUv5p-hours", law="porian-2024").rows()]
    assert [
        name for name in ("Expected loss (nats/token)", "Energy", "CO₂") if name in labels
    ] == []


def test_every_figure_is_a_field_or_a_part() -> None:
    names = {field.name for field in fields(cw.Plan)}
    assert {name for name in FIGURES if name not in names} == {"dollars_data", "dollars_serving"}


def test_a_plan_does_not_change() -> None:
    plan = cw.plan("$1M")
    with pytest.raises(FrozenInstanceError):
        plan.params = 1.0  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        plan.scenario.mfu = 1.0  # type: ignore[misc]


def test_plans_compare_by_what_they_say() -> None:
    assert cw.plan("$1M") == cw.plan("$1M")
    assert cw.plan("$1M") != cw.plan("$2M")
    assert cw.plan("$1M") != cw.plan("$1M", grid=100)
    assert cw.plan("$1M") != cw.plan("$1M", lang="es")


def test_a_plan_can_be_copied_and_sent() -> None:
    plan = cw.plan("$1M", token_price=1)
    for other in (pickle.loads(pickle.dumps(plan)), copy.deepcopy(plan), copy.copy(plan)):
        assert other == plan
        assert str(other) == str(plan)


# The examples of the public names.
EXAMPLES: list[dict[str, Any]] = [
    {"budget": "$1M"},
    {"budget": "2.5e23 FLOP", "law": "hoffmann-2022-approach-3"},
    {
        "budget": "512 H100 for 28 days",
        "mfu": 0.4,
        "served_tokens": "2T",
        "unique_tokens": "300B",
        "token_price": 0.10,
    },
    {"target_loss": 2.0},
    {"budget": "$1M", "params": "8B"},
    {"params": "70B", "tokens": "15T", "chips": 1024, "mfu": 0.5},
]


@pytest.mark.parametrize("words", EXAMPLES, ids=phrase)
@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_examples_run(words: dict[str, Any], lang: str) -> None:
    plan = cw.plan(**words, lang=lang)
    assert plan.loss is not None
    assert plan.loss > 1.8
    for word in ("params", "tokens", "target_loss"):
        if word in words:
            field = "loss" if word == "target_loss" else word
            assert getattr(plan, field) == pytest.approx(getattr(plan.scenario, word))


def test_the_first_example_is_the_one_every_page_shows() -> None:
    plan = cw.plan("$1M")
    assert plan.params == pytest.approx(60.8e9, rel=1e-3)
    assert plan.tokens == pytest.approx(1.10e12, rel=2e-3)
    assert plan.loss == pytest.approx(1.98430, abs=1e-5)


def test_a_size_of_ones_own_costs_loss() -> None:
    best, own = cw.plan("$1M"), cw.plan("$1M", params="8B")
    assert best.loss is not None
    assert own.loss is not None
    assert own.loss > best.loss
    assert own.dollars == pytest.approx(1e6)


def test_the_cheapest_way_to_a_loss() -> None:
    plan = cw.plan(target_loss=2.0)
    assert plan.dollars is not None
    assert cw.plan(f"${plan.dollars!r}").loss == pytest.approx(2.0, abs=1e-9)
