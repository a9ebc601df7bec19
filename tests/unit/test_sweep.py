"""``sweep`` is ``plan``, cell by cell."""

from __future__ import annotations

import math
import tracemalloc
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest

import chinchilla_widget as cw
from chinchilla_widget.laws import ParametricLaw
from chinchilla_widget.messages import say
from chinchilla_widget.scenario import LARGEST, read_word
from chinchilla_widget.scenario.words import SMALLEST
from chinchilla_widget.solver.cells import VARYING

FIGURES = (
    *("params", "tokens", "loss", "flops", "tokens_per_param", "dollars"),
    *("unique_tokens_used", "epochs", "chip_hours", "days", "energy_kwh", "co2_kg"),
)
PARTS = ("training", "data", "serving")
LAWS = ("besiroglu-2024", "muennighoff-2023", "hoffmann-2022-approach-3", "porian-2024")


def same(found: float, wanted: float | None) -> bool:
    if wanted is None:
        return math.isnan(found)
    return math.isclose(found, wanted, rel_tol=1e-12)


def outcome(function: Callable[..., Any], **words: Any) -> Any:
    """What a function answers, or the error whose sentence says why it does not."""
    try:
        return function(**words)
    except cw.ChinchillaError as refused:
        return refused


def assert_cell(found: dict[str, Any], at: Any, words: dict[str, Any]) -> None:
    """The cell holds the plan of these words, or NaN and why there is none."""
    status = found["status"][at]
    plan = outcome(cw.plan, **words)
    if isinstance(plan, cw.ChinchillaError):
        room, _, name = plan.code.partition(".")
        # What depends on several figures of a cell is said without them.
        general = room == "solver" or name == "tokens_beyond"
        lang = words.get("lang", "en")
        assert status == (say(f"sweep.{name}", lang) if general else str(plan)), words
        assert all(math.isnan(found[name][at]) for name in FIGURES), words
        assert all(math.isnan(found["dollars_by"][part][at]) for part in PARTS), words
        return
    assert status == "", words
    for name in FIGURES:
        assert same(found[name][at], getattr(plan, name)), (name, words)
    for part in PARTS:
        wanted = None if plan.dollars_by is None else plan.dollars_by[part]
        assert same(found["dollars_by"][part][at], wanted), (part, words)


def some_value(random: Random, word: str) -> float:
    """A value of a word: mostly sensible, now and then one that no question may ask."""
    if random.random() < 0.03:
        return random.choice([0.0, -1.0, math.nan, math.inf, 1e-30, 1e40, 1.5])
    if word in ("token_price", "served_tokens") and random.random() < 0.4:
        return 0.0
    if word == "unique_tokens" and random.random() < 0.4:
        return math.inf
    if word == "chips":
        return random.choice([8, 64, 65, 1000, 1001, 20000])
    low, high = {
        "price_per_hour": (-0.5, 1.5),
        "mfu": (-1, -0.1),
        "goodput": (-0.3, 0),
        "final_share": (-1, 0),
        "token_price": (-3, 1),
        "unique_tokens": (8, 13),
        "served_tokens": (9, 14),
        "serving_mfu": (-2, -0.3),
        "serving_price_per_hour": (-0.5, 1.5),
        "params": (8, 12),
        "tokens": (9, 13),
        "target_loss": (0.27, 0.6),
        "pue": (0, 0.3),
        "grid": (0, 3),
    }[word]
    return float(f"{10 ** random.uniform(low, high):.4g}")


def some_question(random: Random, cells: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Words that hold for all cells, and words with a value for each."""
    fixed: dict[str, Any] = {"law": random.choice(LAWS), "repeats": random.random() < 0.7}
    if random.random() < 0.2:
        fixed |= {"accelerator": random.choice(["A100 80GB", "TPU v5p", "mi300x"]), "lang": "es"}
    modes = ["budget", "budget", "budget, params", "budget, tokens", "params", "tokens"]
    modes += ["params, tokens", "target_loss", "target_loss, params", "target_loss, tokens"]
    mode = random.choice(modes[:2] if fixed["law"] == "porian-2024" else modes).split(", ")
    kind = random.choice(["flops", "dollars"]) if "budget" in mode else None
    asked = [word for word in mode if word != "budget"]
    draws = [word for word in VARYING if word not in ("params", "tokens", "target_loss")]
    asked += [word for word in draws if random.random() < 0.35]
    varying: dict[str, Any] = {}
    for word in asked:
        if kind is not None and random.random() < 0.3:
            while not 0 <= (value := some_value(random, word)) < 1e15:
                pass
            fixed[word] = value
        else:
            varying[word] = [some_value(random, word) for _ in range(cells)]
    if kind is not None:
        exponents = (17, 27) if kind == "flops" else (3, 9)
        varying[kind] = [float(f"{10 ** random.uniform(*exponents):.3g}") for _ in range(cells)]
    return fixed, varying


def words_of(cell: dict[str, Any]) -> dict[str, Any]:
    """The keywords of ``plan`` for a cell of ``sweep``."""
    words = dict(cell)
    if "flops" in words:
        words["budget"] = f"{words.pop('flops'):.3e} FLOP"
    if "dollars" in words:
        words["budget"] = f"${words.pop('dollars'):.0f}"
    return words


@pytest.mark.parametrize("seed", range(60))
def test_every_cell_is_its_plan(seed: int) -> None:
    random = Random(seed)
    cells = 12
    fixed, varying = some_question(random, cells)
    found = outcome(cw.sweep, **fixed, **varying)
    for i in range(cells):
        cell = words_of({**fixed, **{word: values[i] for word, values in varying.items()}})
        if isinstance(found, cw.ChinchillaError):
            # What holds for all cells has no answer: none of them may have one.
            assert isinstance(outcome(cw.plan, **cell), cw.ChinchillaError), cell
        else:
            assert_cell(found, i, cell)


def test_the_cells_of_these_tests_mostly_have_an_answer() -> None:
    answered = total = 0
    for seed in range(60):
        fixed, varying = some_question(Random(seed), 12)
        found = outcome(cw.sweep, **fixed, **varying)
        if not isinstance(found, cw.ChinchillaError):
            answered += int(np.sum(found["status"] == ""))
            total += found["status"].size
    assert total > 500
    assert answered > total / 2


MIXED: dict[str, Any] = {
    "unique_tokens": [math.inf, 1e10, 1e11, math.inf, 1e10, 1e20],
    "token_price": [0.0, 0.0, 1.0, 1.0, 1.0, 0.0],
    "served_tokens": [0.0, 1e12, 0.0, 1e12, 1e13, 0.0],
}


@pytest.mark.parametrize("law", ["besiroglu-2024", "muennighoff-2023"])
@pytest.mark.parametrize("repeats", [True, False])
@pytest.mark.parametrize(
    "mode",
    [
        {"flops": [1e20, 1e21, 1e22, 1e23, 1e24, 1e25]},
        {"flops": [1e20, 1e21, 1e22, 1e23, 1e24, 1e25], "params": 3e9},
        {"flops": [1e20, 1e21, 1e22, 1e23, 1e24, 1e25], "tokens": 8e9},
        {"params": 3e9},
        {"tokens": 8e9},
        {"target_loss": [2.6, 2.6, 2.6, 2.3, 2.6, 2.3]},
        {"target_loss": 2.9, "tokens": 8e9},
    ],
    ids=str,
)
def test_cells_with_and_without_a_limit_a_price_and_a_load(
    mode: dict[str, Any], repeats: bool, law: str
) -> None:
    """The general cells of a chunk do not disturb the plain ones beside them."""
    found = cw.sweep(**MIXED, **mode, repeats=repeats, law=law)
    for i in range(6):
        cell = {word: values[i] for word, values in MIXED.items()}
        cell |= {w: v[i] if isinstance(v, list) else v for w, v in mode.items()}
        assert_cell(found, i, words_of({**cell, "repeats": repeats, "law": law}))


FRONTIER: list[dict[str, Any]] = [
    {"params": [1e9, 7e10]},
    {"tokens": [1e11, 2e12]},
    {"params": [1e9, 7e10], "tokens": 1e12},
    {"flops": [1e20, 1e24], "token_price": [0.0, 1.0]},
    {"flops": [1e20, 1e24], "unique_tokens": [math.inf, 1e9]},
    {"flops": [1e20, 1e24], "served_tokens": [0.0, 1e12]},
    {"flops": [1.0, 1e24]},
    {"flops": [1e20, 1e24], "params": [1e9, 1e10]},
    {"target_loss": [2.0, 2.2]},
    {"flops": [1e20, 1e24], "token_price": 1.0},
]


@pytest.mark.parametrize("words", FRONTIER, ids=str)
@pytest.mark.parametrize("law", ["kaplan-2020", "gemstones-2025-approach-1", "deepseek-2024"])
def test_a_frontier_law_answers_and_refuses_as_in_a_plan(law: str, words: dict[str, Any]) -> None:
    cells = [{w: v[i] if isinstance(v, list) else v for w, v in words.items()} for i in range(2)]
    found = outcome(cw.sweep, **words, law=law)
    for i, cell in enumerate(cells):
        cell = words_of({**cell, "law": law})
        if isinstance(found, cw.ChinchillaError):
            assert str(outcome(cw.plan, **cell)) == str(found)
        else:
            assert_cell(found, i, cell)


@pytest.mark.parametrize(
    "words",
    [
        {"accelerator": "h100-sxm"},
        {"accelerator": "h100-sxm", "dtype": "fp16"},
        {"accelerator": "h100-sxm", "dtype": "fp8"},
        {"accelerator": "h100-sxm", "peak_flops": 800e12},
        {"accelerator": "h100-sxm", "dtype": "fp8", "peak_flops": 1500e12},
        {"accelerator": "A100 80GB"},
        {"accelerator": "mi300x", "peak_flops": 1000e12},
        {"accelerator": "v100-sxm2"},
    ],
    ids=str,
)
def test_an_mfu_above_the_measured_ceiling(words: dict[str, Any]) -> None:
    shares = [0.01, 0.4, 0.6, 0.7, 0.8, 0.9, 0.99, 1.0]
    found = cw.sweep(flops=1e23, mfu=shares, price_per_hour=2.0, **words)
    served = cw.sweep(
        flops=1e23, serving_mfu=shares, served_tokens=1e12, price_per_hour=2.0, **words
    )
    for i, share in enumerate(shares):
        common = {"budget": "1e23 FLOP", "price_per_hour": 2.0, **words}
        assert_cell(found, i, {**common, "mfu": share})
        assert_cell(served, i, {**common, "serving_mfu": share, "served_tokens": 1e12})


@pytest.mark.parametrize("word", VARYING)
def test_a_value_is_refused_exactly_where_a_plan_refuses_it(word: str) -> None:
    edges = [SMALLEST, LARGEST, 1.0, 0.0]
    values = [v for edge in edges for v in (edge, np.nextafter(edge, -1), np.nextafter(edge, 2e36))]
    values += [-1.0, 1.5, 2.0, math.nan, math.inf, -math.inf, 1e300]
    goal = {} if word == "target_loss" else {"params": 1e9, "tokens": 1e9}
    found = cw.sweep(**{**goal, word: values})
    for value, status in zip(values, found["status"], strict=True):
        read = outcome(read_word, word=word, value=float(value))
        if isinstance(read, cw.ChinchillaError) and not (
            word == "unique_tokens" and value == math.inf
        ):
            assert status == str(read), value
        else:
            assert status == "" or word in ("target_loss", "mfu", "serving_mfu"), value


def test_a_price_of_data_asks_for_a_price_of_compute() -> None:
    """A chip without a known price: cells that need none are answered."""
    unpriced = next(
        name for name, chip in cw.ACCELERATORS.items() if chip.price("on-demand")[0] is None
    )
    found = cw.sweep(flops=1e22, token_price=[0.0, 1.0], accelerator=unpriced)
    for i, price in enumerate((0.0, 1.0)):
        assert_cell(
            found, i, {"budget": "1e22 FLOP", "token_price": price, "accelerator": unpriced}
        )
    assert np.isnan(found["dollars"]).all()
    with pytest.raises(cw.ChinchillaError):
        cw.sweep(dollars=[1e6], accelerator=unpriced)


@pytest.mark.parametrize("bad", [0.0, -1e20, math.nan, math.inf, 1e40])
@pytest.mark.parametrize("kind", ["flops", "dollars"])
def test_a_budget_that_is_none(kind: str, bad: float) -> None:
    found = cw.sweep(**{kind: [1e7, bad]}, lang="es")
    assert list(found["status"]) == ["", say("sweep.budget", "es")]
    assert np.isnan(found["params"]).tolist() == [False, True]


def test_a_sweep_is_one_solve_and_no_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """The law is asked hardly more often for ten thousand cells than for ten."""
    words = {"served_tokens": 2e12, "token_price": 0.1, "unique_tokens": 1e12}
    asked = 0
    terms = ParametricLaw.terms

    def counted(self: ParametricLaw, params: Any, tokens: Any) -> Any:
        nonlocal asked
        asked += 1
        return terms(self, params, tokens)

    def asks(cells: int) -> int:
        nonlocal asked
        asked = 0
        cw.sweep(flops=np.logspace(18, 26, cells), **words)
        return asked

    monkeypatch.setattr(ParametricLaw, "terms", counted)
    assert asks(10_000) <= 3 * asks(10) + 10


def test_shapes() -> None:
    budgets = np.logspace(20, 24, 5)
    prices = np.array([[0.0], [0.1], [1.0]])
    grid = cw.sweep(flops=budgets, token_price=prices)
    assert grid["params"].shape == grid["status"].shape == (3, 5)
    assert grid["dollars_by"]["data"].shape == (3, 5)
    for i in range(3):
        row = cw.sweep(flops=budgets, token_price=float(prices[i, 0]))
        np.testing.assert_allclose(grid["params"][i], row["params"], rtol=1e-12)
    single = cw.sweep(flops=1e21)
    assert single["params"].shape == single["status"].shape == ()
    assert single["params"] == pytest.approx(cw.plan("1e21 FLOP").params, rel=1e-12)
    assert cw.sweep(flops=np.array(1e21), token_price=np.float64(0.1))["loss"].shape == ()
    empty = cw.sweep(flops=[])
    assert empty["params"].shape == empty["status"].shape == (0,)
    assert cw.sweep(flops=np.ones((2, 0, 3)) * 1e21, token_price=1.0)["epochs"].shape == (2, 0, 3)
    assert cw.sweep(flops=np.full((2, 1), 1e21), chips=[[8, 16, 32]])["days"].shape == (2, 3)
    fortran = np.asfortranarray(np.logspace(18, 25, 12).reshape(3, 4))
    np.testing.assert_array_equal(
        cw.sweep(flops=fortran)["params"], cw.sweep(flops=fortran.copy("C"))["params"]
    )
    with pytest.raises(cw.ChinchillaError, match=r"\(2,\).*\(3,\)|\(3,\).*\(2,\)"):
        cw.sweep(flops=[1e20, 1e21], token_price=[1, 2, 3])


def test_more_cells_than_a_chunk_holds() -> None:
    budgets = np.logspace(18, 26, 40_001)
    prices = np.where(np.arange(budgets.size) % 1000 == 7, -1.0, 0.1)
    found = cw.sweep(flops=budgets, token_price=prices)
    refused = prices < 0
    assert (found["status"][~refused] == "").all()
    assert (found["status"][refused] != "").all()
    assert (np.isnan(found["loss"]) == refused).all()
    alone = cw.sweep(flops=budgets[20_000:20_010], token_price=0.1)
    np.testing.assert_allclose(found["params"][20_000:20_007], alone["params"][:7], rtol=1e-12)


def test_inputs_are_left_as_they_were_and_outputs_are_float64() -> None:
    budgets = np.array([10**17, 10**18], dtype=np.int64)
    before = budgets.copy()
    found = cw.sweep(flops=budgets, served_tokens=[1, 0])
    np.testing.assert_array_equal(budgets, before)
    assert all(found[name].dtype == np.float64 for name in FIGURES)
    assert all(found[name].flags.writeable for name in FIGURES)
    assert all(isinstance(sentence, str) for sentence in found["status"])


def test_text_where_one_value_holds_for_all() -> None:
    found = cw.sweep(flops="2.5e23 FLOP", mfu="40%", served_tokens="2T", params="8B")
    plan = cw.plan("2.5e23 FLOP", mfu=0.4, served_tokens=2e12, params=8e9)
    assert found["loss"] == pytest.approx(plan.loss, rel=1e-12)
    assert cw.sweep(dollars="$1M")["params"] == pytest.approx(cw.plan("$1M").params, rel=1e-12)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"flops": [1e20], "dollars": [1e6]}, "one_budget"),
        ({"budget": "$1M"}, "one_budget"),
        ({"flops": ["a lot"]}, "numbers"),
        ({"flops": [1e20], "params": ["8B"]}, "numbers"),
        ({"flops": [1e20], "served_tokens": [[1.0], [1.0, 2.0]]}, "numbers"),
        ({"flops": [1e20], "fx": [1.1]}, "one_value"),
        ({"flops": [1e20], "law": ["besiroglu-2024"]}, "one_value"),
        ({"flops": [1e20, 1e21, 1e22], "mfu": [0.3, 0.4]}, "shapes"),
    ],
    ids=str,
)
@pytest.mark.parametrize("lang", ["en", "es"])
def test_what_cannot_be_swept_is_refused(words: dict[str, Any], code: str, lang: str) -> None:
    with pytest.raises(cw.ChinchillaError) as refused:
        cw.sweep(**words, lang=lang)
    assert refused.value.code == f"sweep.{code}"
    assert "{" not in str(refused.value)


def test_an_unknown_keyword_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="served_tokens"):
        cw.sweep(flops=[1e20], served_token=[1.0])


def test_nothing_to_sweep_is_refused_as_in_a_plan() -> None:
    with pytest.raises(cw.ChinchillaError) as refused:
        cw.sweep()
    assert refused.value.code == "scenario.nothing"


@pytest.mark.parametrize(
    "words", [{}, {"served_tokens": 2e12, "token_price": 0.1, "unique_tokens": 1e12}], ids=str
)
def test_memory_beyond_the_output_does_not_grow_with_the_cells(words: dict[str, Any]) -> None:
    def peak(cells: int) -> float:
        budgets = np.logspace(18, 26, cells)
        tracemalloc.start()
        try:
            found = cw.sweep(flops=budgets, **words)
            kept, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert found["params"].size == cells
        # 15 float64 arrays and one of references.
        assert kept < 16.5 * 8 * cells + 1e5
        return most - kept

    peak(1000)  # what is read once is read
    small, large = peak(50_000), peak(400_000)
    assert large < small * 1.1 + 1e5
    assert large < 10e6
