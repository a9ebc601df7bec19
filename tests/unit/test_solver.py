"""The solver against an exact one, against itself, and against published numbers."""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random
from typing import Any

import mpmath
import numpy as np
import pytest

import chinchilla_widget as cw
from chinchilla_widget import costs
from chinchilla_widget.costs import Terms
from chinchilla_widget.laws import ParametricLaw
from chinchilla_widget.optimum import ENDLESS
from chinchilla_widget.solver.points import Point, best, best_with, cheapest, lowest_loss
from chinchilla_widget.solver.roots import rising_root

from .exact import Problem, minimum, nowhere_better

CLOSE = 1e-9
# Past this many e-folds of worthlessness the loss is at its floor in any precision that matters.
SPENT = 300.0
KINDS = (
    *("plain", "serving", "priced", "priced, fresh only", "limited", "limited, fresh only"),
    *("effective params", "together", "together, fresh only"),
)


def some_law(random: Random, effective: bool) -> ParametricLaw:
    k = {"E": random.uniform(0.5, 2.5), "A": 10 ** random.uniform(1, 4)}
    k |= {"B": 10 ** random.uniform(1, 5)}
    k |= {"alpha": random.uniform(0.1, 0.8), "beta": random.uniform(0.1, 0.8)}
    if effective:
        k["R_N"] = 10 ** random.uniform(0, 1.5)
    if random.random() < 0.5:
        k["R_D"] = 10 ** random.uniform(0, 1.7)
    return ParametricLaw(k)


def some_scenario(random: Random, kind: str) -> tuple[ParametricLaw, Terms, float]:
    """A law, the draws on a budget and a budget, of one kind and any size."""
    together = "together" in kind
    law = some_law(random, kind == "effective params" or (together and random.random() < 0.5))
    flops = 10 ** random.uniform(15, 30)
    params, tokens = law.optimum(flops)
    serving = price = 0.0
    limit = math.inf
    if kind == "serving" or together:
        serving = flops / params * 10 ** random.uniform(-4, 6)
    if "priced" in kind or together:
        price = 6.0 * params * 10 ** random.uniform(-6, 6)
    if "limited" in kind or "effective" in kind or together:
        limit = max(1e3, tokens * 10 ** random.uniform(-4, 1))
    terms = Terms(
        data_price=price,
        serving=serving,
        unique_tokens=limit,
        stock=limit,
        repeats="fresh only" not in kind,
        repeat_scale=law.repeat_scale,
        priced=price > 0,
        limited=limit < math.inf,
    )
    return law, terms, flops


def problem_of(law: ParametricLaw, terms: Terms, flops: float, **fixed: float) -> Problem:
    stock = terms.stock if terms.limited else None
    return Problem(
        law.constants,
        flops,
        terms.data_price,
        terms.serving,
        stock,
        terms.repeats,
        terms.repeat_scale,
        **fixed,
    )


def assert_exact(law: ParametricLaw, terms: Terms, point: Point, **fixed: float) -> None:
    """The point is the minimum, to 1e-9 in size and tokens."""
    flops = float(point.total_flops)
    if not fixed and float(point.repeats) / terms.repeat_scale > SPENT:
        # Data read until another reading is worth e^-300, beside a law whose size saturates too:
        # neither counts any more, and the loss alone can be right.
        assert "R_N" in law.constants
        assert point.loss == pytest.approx(lowest_loss(law, terms), rel=1e-15)
        assert spent(terms, point) == pytest.approx(flops, rel=1e-12)
        return
    problem = problem_of(law, terms, flops, **fixed)
    exact = minimum(problem, float(point.params), float(point.unique_tokens), float(point.tokens))
    assert abs(point.params / exact.params - 1) < CLOSE, problem
    assert abs(point.tokens / exact.tokens - 1) < CLOSE, problem
    assert abs(point.reducible / exact.reducible - 1) < 1e-12, problem
    nowhere_better(problem, exact, Random(0), tries=4)


def spent(terms: Terms, point: Point) -> float:
    """Training FLOP of training, serving and data."""
    data = terms.data_price * point.unique_tokens
    return float((6.0 * point.tokens + terms.serving) * point.params + data)


def scenarios(kind: str, count: int) -> list[tuple[Random, ParametricLaw, Terms, float]]:
    randoms = [Random(f"{kind} {i}") for i in range(count)]
    return [(random, *some_scenario(random, kind)) for random in randoms]


@pytest.fixture(autouse=True)
def _quiet_numbers() -> Any:
    """``solve`` silences NumPy itself; what stands below it is called with that done."""
    with np.errstate(all="ignore"):
        yield


@pytest.mark.parametrize("kind", KINDS)
def test_the_best_run_is_the_exact_one(kind: str) -> None:
    for _, law, terms, flops in scenarios(kind, 100):
        assert_exact(law, terms, best(law, terms, flops))


@pytest.mark.parametrize("kind", KINDS)
def test_the_best_run_with_a_given_size_is_the_exact_one(kind: str) -> None:
    for random, law, terms, flops in scenarios(kind, 30):
        params = law.optimum(flops)[0] * 10 ** random.uniform(-2, 2)
        if terms.serving:
            params = min(params, flops / terms.serving * random.uniform(0.1, 0.9))
        assert_exact(law, terms, best(law, terms, flops, params=params), params=params)


@pytest.mark.parametrize("kind", KINDS)
def test_the_best_run_with_given_tokens_is_the_exact_one(kind: str) -> None:
    for random, law, terms, flops in scenarios(kind, 30):
        tokens = law.optimum(flops)[1] * 10 ** random.uniform(-2, 2)
        if not terms.repeats:
            tokens = min(tokens, terms.unique_tokens)
            if terms.priced:
                tokens = min(tokens, flops / terms.data_price * random.uniform(0.1, 0.9))
        assert_exact(law, terms, best(law, terms, flops, tokens=tokens), tokens=tokens)


@pytest.mark.parametrize("name", ["params", "tokens"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_budget_whose_best_run_has_a_given_size_or_data(kind: str, name: str) -> None:
    for random, law, terms, flops in scenarios(kind, 12):
        goal = float(getattr(best(law, terms, flops), name)) * random.uniform(0.5, 1.0)
        point = best_with(law, terms, name, goal)
        assert getattr(point, name) == pytest.approx(goal, rel=1e-11)
        assert_exact(law, terms, point)


@pytest.mark.parametrize("fixed", [None, "params", "tokens"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_cheapest_run_that_reaches_a_loss(kind: str, fixed: str | None) -> None:
    for random, law, terms, flops in scenarios(kind, 12):
        free = best(law, terms, flops)
        given = {fixed: float(getattr(free, fixed))} if fixed else {}
        lowest = lowest_loss(law, terms, **given)
        target = float(lowest + (free.loss - lowest) * random.uniform(1.01, 2.0))
        point = cheapest(law, terms, target, **given)
        assert point.loss == pytest.approx(target, rel=1e-13)
        if point.reducible * 1e-12 > abs(point.loss) * 1e-16:  # enough digits above the floor
            goal = target - law.constants["E"]
            assert point.reducible == pytest.approx(goal, rel=1e-11)
        if fixed is None or terms.priced:
            assert_exact(law, terms, point, **given)


def test_the_closed_form_agrees_with_the_general_path() -> None:
    random = Random(1)
    for _ in range(300):
        law = some_law(random, effective=False)
        flops = 10 ** random.uniform(15, 30)
        # Data that cost next to nothing and never run out: the same optimum by the root.
        general = Terms(
            data_price=1e-30,
            unique_tokens=ENDLESS,
            stock=ENDLESS,
            repeat_scale=law.repeat_scale,
            priced=True,
            limited=True,
        )
        plain, by_root = best(law, Terms(), flops), best(law, general, flops)
        assert by_root.params == pytest.approx(plain.params, rel=1e-12)
        assert by_root.tokens == pytest.approx(plain.tokens, rel=1e-12)
        assert by_root.reducible == pytest.approx(plain.reducible, rel=1e-12)


PLANS: list[dict[str, Any]] = [
    {"budget": "$1M"},
    {"budget": "2.5e23 FLOP", "law": "hoffmann-2022-approach-3"},
    {"budget": "$50k", "served_tokens": "2T"},
    {"budget": "$1M", "token_price": 1.0},
    {"budget": "$1M", "token_price": 0.1, "repeats": False},
    {"budget": "$1M", "unique_tokens": "50B"},
    {"budget": "$1M", "unique_tokens": "50B", "repeats": False},
    {"budget": "$10M", "unique_tokens": "50B", "law": "muennighoff-2023"},
    {
        "budget": "512 H100 for 28 days",
        "mfu": 0.4,
        "served_tokens": "2T",
        "unique_tokens": "300B",
        "token_price": 0.10,
    },
]


@pytest.mark.parametrize("words", PLANS, ids=str)
def test_no_other_size_does_better(words: dict[str, Any]) -> None:
    plan = cw.plan(**words)
    assert plan.loss is not None
    for factor in (1 - 1e-3, 1 + 1e-3):
        other = cw.plan(**words, params=plan.params * factor)
        assert other.loss is not None
        assert other.loss >= plan.loss
    paid = plan.flops + plan.scenario.terms.serving * plan.params
    paid += plan.scenario.terms.data_price * plan.unique_tokens_used
    assert paid == pytest.approx(plan.scenario.total_flops, rel=1e-12)


def test_the_worked_example_of_a_data_price() -> None:
    """A dollar per million tokens, $1M: by brute force over size and repeats, to its digits."""
    chips: dict[str, Any] = {"price_per_hour": 2.95, "mfu": 0.37, "goodput": 0.9}
    plan = cw.plan("$1M", token_price=1.0, **chips)
    assert round(plan.params / 1e9, 1) == 66.9
    assert round(plan.unique_tokens_used / 1e9) == 158
    assert round(plan.epochs, 2) == 5.34
    assert round(plan.loss or 0, 5) == 1.99359  # 1.993590 at the optimum, 1.99358 cut short
    assert plan.dollars_by is not None
    assert round(plan.dollars_by["data"] / 1e6, 2) == 0.16
    fresh = cw.plan("$1M", token_price=1.0, repeats=False, **chips)
    assert (round(fresh.params / 1e9, 1), round(fresh.loss or 0, 5)) == (96.9, 2.00714)
    free = cw.plan("$1M", **chips)
    assert (round(free.params / 1e9, 1), round(free.loss or 0, 5)) == (60.8, 1.98431)


@pytest.mark.parametrize("scale", [1.0, 5.3, 15.387756, 50.0])
def test_best_repeats_to_rounding(scale: float) -> None:
    ratios = np.concatenate([[0.0], np.logspace(-12, 18, 121)])
    with mpmath.workdps(110):
        s = mpmath.mpf(scale)
        for ratio, found in zip(ratios, costs.best_repeats(ratios, scale), strict=True):
            # Not Newton on the solver's equation: the least cost of a unit of effective data.
            def log_cost(x: Any, price: float = float(ratio)) -> Any:
                return mpmath.log(price + (1 + s * x)) - mpmath.log1p(-s * mpmath.expm1(-x))

            low, high = mpmath.mpf(0), mpmath.log1p(ratio)
            h = mpmath.mpf(10) ** -35
            for _ in range(90):
                middle = (low + high) / 2
                falling = log_cost(middle + h) < log_cost(middle - h)
                low, high = (middle, high) if falling else (low, middle)
            assert abs(found - s * low) < 2e-14 * scale * (1 + s * low)


def test_all_tokens_there_are_mean_the_least_budget() -> None:
    """Fresh only, and exactly the stock asked for: many budgets are spent so, the least counts."""
    plan = cw.plan(tokens="300B", unique_tokens="300B", repeats=False)
    assert plan.flops == pytest.approx(cw.plan(tokens="300B").flops, rel=1e-10)


def test_serving_far_dearer_than_training_keeps_its_digits() -> None:
    """A given size whose serving costs 1e15 times its training: tokens must not drown in it."""
    with_serving = cw.plan(target_loss=2.1, params="70B", served_tokens="1e30")
    without = cw.plan(target_loss=2.1, params="70B")
    assert with_serving.tokens == pytest.approx(without.tokens, rel=1e-12)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"budget": "100 FLOP"}, "too_small"),
        ({"budget": "$1", "served_tokens": 1e30}, "too_small"),
        ({"budget": "1 FLOP", "law": "kaplan-2020"}, "too_small"),
        ({"budget": "1e36 FLOP", "token_price": 1e36}, "too_small"),
        ({"tokens": 1}, "too_small"),
        ({"target_loss": 1e36}, "too_small"),
        ({"target_loss": 1.5}, "below_floor"),
        ({"target_loss": 2.0, "params": "1B"}, "below_reachable"),
        ({"target_loss": 2.0, "unique_tokens": "1B"}, "below_reachable"),
        ({"budget": "$1M", "params": "70B", "served_tokens": 1e17}, "cannot_serve"),
        ({"budget": "$1k", "tokens": "1T", "token_price": 1, "repeats": False}, "cannot_buy"),
    ],
    ids=str,
)
@pytest.mark.parametrize("lang", ["en", "es"])
def test_what_has_no_answer_is_refused(words: dict[str, Any], code: str, lang: str) -> None:
    with pytest.raises(cw.ChinchillaError) as refused:
        cw.plan(**words, lang=lang)
    assert refused.value.code == f"solver.{code}"
    assert "{" not in str(refused.value)


@pytest.mark.parametrize("seed", range(4))
def test_every_question_is_answered_or_refused_in_a_sentence(seed: int) -> None:
    """At the ends of what a question may ask, too: no warning, no bare exception, no NaN."""
    random = Random(seed)
    words = ("params", "tokens", "unique_tokens", "served_tokens", "token_price", "target_loss")
    laws = ("besiroglu-2024", "muennighoff-2023", "kaplan-2020", "porian-2024")
    answered = 0
    for _ in range(150):
        asked: dict[str, Any] = {
            word: 10 ** random.uniform(*random.choice([(0, 36), (6, 14)]))
            for word in words
            if random.random() < 0.35
        }
        if "target_loss" in asked:
            asked["target_loss"] = random.choice([1.9, 2.5, 10.0, 1.8172076, asked["target_loss"]])
        if random.random() < 0.6:
            asked["budget"] = f"{10 ** random.uniform(-3, 36)} FLOP"
        asked |= {"law": random.choice(laws), "repeats": random.random() < 0.7}
        try:
            plan = cw.plan(**asked)
        except cw.ChinchillaError:
            continue
        answered += 1
        figures = (plan.params, plan.tokens, plan.flops, plan.unique_tokens_used, plan.epochs)
        assert all(math.isfinite(figure) and figure > 0 for figure in figures), asked
        assert plan.params >= 1, asked
        assert plan.tokens >= 1, asked
    assert answered > 20


def test_a_root_is_found_wherever_it_lies() -> None:
    roots = np.array([-40.0, -1.0, 0.0, 3.0, 55.0])
    found = rising_root(lambda x: x - roots, np.zeros(5), 1.0)
    np.testing.assert_allclose(found, roots, atol=1e-12)
    # Bent sharply: next to flat on one side, a cliff on the other.
    bent = rising_root(lambda x: np.exp(20.0 * (x - roots)) - 1.0, roots + 3.0, 0.7)
    np.testing.assert_allclose(bent, roots, atol=1e-12)
    kinked = rising_root(lambda x: np.where(x < roots, 50.0, 0.1) * (x - roots), np.ones(5), 1.0)
    np.testing.assert_allclose(kinked, roots, atol=1e-9)
    infinite = rising_root(lambda x: np.log(np.maximum(x - roots, 0.0)), np.zeros(5), 1.0)
    np.testing.assert_allclose(infinite, roots + 1.0, atol=1e-9)


def test_no_root_is_nan_not_a_loop_without_end() -> None:
    assert np.isnan(rising_root(lambda x: -1.0 + 0.0 * x, 0.0, 1.0))
    assert np.isnan(rising_root(lambda x: x, np.nan, 1.0))


def test_a_limit_that_does_not_bind_changes_nothing() -> None:
    law = cw.LAWS["besiroglu-2024"]
    assert isinstance(law, ParametricLaw)
    for _, _, terms, flops in scenarios("priced", 20):
        free = best(law, replace(terms, repeat_scale=law.repeat_scale), flops)
        limited = replace(
            terms,
            unique_tokens=2.0 * free.unique_tokens,
            stock=ENDLESS,
            limited=True,
            repeat_scale=law.repeat_scale,
        )
        assert best(law, limited, flops).params == pytest.approx(free.params, rel=1e-10)


@pytest.mark.parametrize("law", [None, "kaplan-2020", "muennighoff-2023"])
@pytest.mark.parametrize("words", [{}, {"pue": 1.2}])
def test_what_was_fixed_is_answered_as_it_was_given(law: str | None, words: dict[str, Any]) -> None:
    assert cw.plan(params="8B", law=law, **words).params == 8e9
    assert cw.plan(tokens="1T", law=law, **words).tokens == 1e12
    if law is None:
        repeated = cw.plan(tokens="1T", unique_tokens="70B", target_loss=2.1)
        assert repeated.tokens == 1e12
        assert cw.sweep(params=[7.3e9, 8e9])["params"].tolist() == [7.3e9, 8e9]
