"""How sure a plan is: the default law's draws, and every figure's interval."""

import importlib.util
from dataclasses import replace
from pathlib import Path

import pytest

import chinchilla_widget as cw
from chinchilla_widget.solver.doubts import drawn
from unit.runs_for_fits import chinchilla

ROOT = Path(__file__).parents[2]


def test_a_level_is_a_probability_or_a_percentage() -> None:
    plan = cw.plan("$1M")
    assert plan.interval("params", "90%") == plan.interval("params", 0.9)
    with pytest.raises(cw.ChinchillaError, match="110"):
        plan.interval("params", "110%")


def test_the_draws_shipped_are_the_scripts() -> None:
    """The script's own fit and seed give the first draws of the file again."""
    found = importlib.util.spec_from_file_location("draws", ROOT / "scripts" / "draws.py")
    assert found is not None
    assert found.loader is not None
    script = importlib.util.module_from_spec(found)
    found.loader.exec_module(script)
    again = script.default_fit().bootstrap(100).constants
    draws = cw.LAWS["besiroglu-2024"].draws
    assert draws is not None
    assert len(draws) == script.KEPT
    for name, each in again.items():
        assert draws.constants[name][:10] == pytest.approx(each[::10], rel=1e-6)


def test_only_laws_whose_runs_are_at_hand_have_draws() -> None:
    having = [key for key, law in cw.LAWS.items() if getattr(law, "draws", None) is not None]
    assert having == ["besiroglu-2024"]
    assert cw.plan("$1M", law="hoffmann-2022-approach-3").interval("params") is None
    assert cw.plan("$1M", law="deepseek-2024").interval("params") is None


def test_an_id_alone_gives_no_draws() -> None:
    """The shipped draws are the shipped law's: not of whatever bears its name."""
    shipped = cw.LAWS["besiroglu-2024"]
    assert shipped.draws is not None
    other = cw.laws.ParametricLaw({**shipped.constants, "E": 1.5}, shipped.about)
    assert other.draws is None
    assert replace(shipped, constants={**shipped.constants, "E": 1.5}).draws is None
    for name in ("x" * 300, "../data/besiroglu-2024", "a\0b"):
        about = replace(shipped.about, id=name)
        law = cw.laws.ParametricLaw(shipped.constants, about)
        assert cw.plan("$1M", law=law).interval("params") is None


def test_the_plain_case_is_the_fits_own_interval() -> None:
    fit = cw.fit(chinchilla())
    fit.bootstrap(500)
    plan = cw.plan("1e24 FLOP", law=fit)
    for what in ("params", "tokens", "tokens_per_param", "loss"):
        for calibrated in (True, False):
            expected = fit.interval(what, 1e24, 0.8, calibrated=calibrated)
            assert plan.interval(what, calibrated=calibrated) == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize(
    "words",
    [
        {},
        {"served_tokens": "2T"},
        {"token_price": 0.5, "unique_tokens": "200B"},
        {"unique_tokens": "100B", "repeats": False},
        {"params": "30B"},
        {"tokens": "1T"},
        {"chips": 512},
    ],
)
def test_every_scenario_lies_in_its_interval(words: dict) -> None:
    plan = cw.plan("$1M", **words)
    for what in ("params", "tokens", "loss", "dollars", "flops"):
        low, high = plan.interval(what, 0.95)
        value = getattr(plan, what)
        assert low * (1 - 1e-9) <= value <= high * (1 + 1e-9), what
        narrow = plan.interval(what, 0.95, calibrated=False)
        assert low <= narrow[0] * (1 + 0.05)
        assert high >= narrow[1] * (1 - 0.05)
    if "params" in words:
        assert plan.interval("params")[0] == pytest.approx(30e9)


def test_no_size_leaves_over_what_more_size_would_use() -> None:
    """Tokens that may be read once, and run out: whatever the law, all of them are read."""
    held = cw.plan("$1M", unique_tokens="100B", repeats=False)
    assert held.interval("params") == pytest.approx((held.params, held.params))
    assert held.interval("tokens") == pytest.approx((100e9, 100e9))
    # Barely enough: no size below what they ask for, and as many larger ones as without the limit.
    barely, free = cw.plan("$1M", unique_tokens="1T", repeats=False), cw.plan("$1M")
    assert barely.params > free.params
    low, high = barely.interval("params")
    assert low == pytest.approx(barely.params)
    assert high == pytest.approx(free.interval("params")[1])


def test_each_draw_is_solved_like_a_plan() -> None:
    plan = cw.plan("$1M", served_tokens="2T", token_price=0.1)
    found = drawn(plan, calibrated=False)
    draws = plan.scenario.law.draws
    for i in (0, 123, 399):
        law = cw.laws.ParametricLaw({name: each[i] for name, each in draws.constants.items()})
        alone = cw.plan("$1M", served_tokens="2T", token_price=0.1, law=law)
        assert found["params"][i] == pytest.approx(alone.params, rel=1e-9)
        assert found["loss"][i] == pytest.approx(alone.loss, rel=1e-9)


def test_what_a_loss_costs_has_an_interval() -> None:
    plan = cw.plan(target_loss=2.0)
    low, high = plan.interval("dollars", 0.5)
    assert low < plan.dollars < high
    # It was asked for: it does not vary, whatever the draws or the level.
    for words in ({}, {"params": "30B"}, {"tokens": "2T"}):
        asked = cw.plan(target_loss=2.0, **words)
        assert asked.interval("loss", 0.95) == (2.0, 2.0)
        assert asked.interval("loss", 0.95, calibrated=False) == (2.0, 2.0)


def test_a_figure_that_is_none_gets_a_sentence() -> None:
    plan = cw.plan("$1M")
    with pytest.raises(cw.ChinchillaError, match="An interval is of params"):
        plan.interval("colour")
    with pytest.raises(cw.ChinchillaError, match="probability"):
        plan.interval("params", 80)
