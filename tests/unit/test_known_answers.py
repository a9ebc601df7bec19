"""Numbers that others printed, asked of the product in its own words.

``known_answers.csv`` holds a question a row: a budget, keywords of ``plan`` and the field of the
answer. Where a source contradicts itself (``published_inconsistent``), ``product`` is what the
product says and ``note`` why it must not say what is printed.
"""

import csv
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import chinchilla_widget as cw
from chinchilla_widget import costs
from chinchilla_widget.laws import FrontierLaw, Power

Row = dict[str, str]
TOPICS = {"plan", "serving", "data-limited", "own-size"}
# Exact in the source; a power and a root each cost a last digit here.
EXACT = 1e-12


def table(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


ROWS = table(Path(__file__).with_name("known_answers.csv"))


def own_size(budget: str, law: str, size: float) -> tuple[cw.Plan, cw.Plan]:
    """The best plan of a budget, and the one as good with ``size`` times its params."""
    best = cw.plan(budget or "1e22 FLOP", law=law)
    return best, cw.plan(params=size * best.params, target_loss=best.loss, law=law)


def overhead_percent(budget: str, law: str, size: float) -> float:
    best, own = own_size(budget, law, size)
    return 100 * (own.flops / best.flops - 1)


def tokens_at_size(budget: str, law: str, size: float) -> float:
    return own_size(budget, law, size)[1].tokens


def as_good(law: str, as_good_as: float, served_tokens: float) -> tuple[cw.Plan, cw.Plan]:
    """A model trained without thought of serving, and the cheapest as good with serving paid."""
    plain = cw.plan(params=as_good_as, law=law)
    return plain, cw.plan(target_loss=plain.loss, served_tokens=served_tokens, law=law)


def params_as_good(budget: str, **words: Any) -> float:
    return as_good(**words)[1].params


def data_multiple(budget: str, **words: Any) -> float:
    plain, served = as_good(**words)
    return served.tokens / plain.tokens


def worth_of_epochs(budget: str, law: str, epochs: float | str) -> float:
    terms = costs.Terms(repeat_scale=cw.LAWS[law].constants["R_D"], limited=True)
    return float(costs.effective(terms, 1.0, float(epochs) - 1.0))


def flop_per_token(budget: str, law: str) -> float:
    return 6 * cw.plan(budget, law=law).params


def total_flops(budget: str) -> float:
    flops = cw.Scenario.of(budget).total_flops
    assert flops is not None
    return flops


def break_even_params(budget: str, **words: Any) -> float:
    """The size at which training on a token costs what the token does."""
    return float(cw.Scenario.of(budget, **words).terms.data_price / costs.training_flops(1, 1))


def exponent(budget: str, law: str) -> float:
    return float(cw.LAWS[law].frontier()["params"][1])


def loss_by_params(budget: str, law: str, params: float) -> float:
    found = cw.LAWS[law]
    assert isinstance(found, FrontierLaw)
    assert found.loss_by_params is not None
    return float(found.loss_by_params(params))


# Answers that are no field of a plan.
ANSWERS: dict[str, Callable[..., float]] = {
    each.__name__: each
    for each in (
        overhead_percent,
        tokens_at_size,
        params_as_good,
        data_multiple,
        worth_of_epochs,
        flop_per_token,
        total_flops,
        break_even_params,
        exponent,
        loss_by_params,
    )
}


def answer(row: Row) -> float:
    words = json.loads(row["words"] or "{}")
    if row["answer"] in ANSWERS:
        return ANSWERS[row["answer"]](row["budget"], **words)
    if isinstance(words.get("law"), dict):  # a fit that the registry leaves out
        words["law"] = FrontierLaw(params=Power(**words["law"]))
    return float(getattr(cw.plan(row["budget"] or None, **words), row["answer"]))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['id']} {row['what']}")
def test_a_known_answer(row: Row) -> None:
    found = answer(row)
    if row["product"]:
        assert row["kind"] == "published_inconsistent"
        assert row["note"]
        assert found == pytest.approx(float(row["product"]), rel=1e-4)
    else:
        expected = float(row["expected"])
        assert found == pytest.approx(expected, rel=max(float(row["rel_tol"]), EXACT))


def test_at_the_price_it_was_billed_the_script_is_right() -> None:
    row = next(row for row in ROWS if row["id"] == "KA155")
    words = json.loads(row["words"]) | {"price_per_hour": 2.0}
    assert cw.plan(**words).dollars == pytest.approx(float(row["expected"]), rel=1e-3)


def test_the_books_peak_is_refused_by_its_name() -> None:
    with pytest.raises(cw.ChinchillaError, match="it is the FP32 peak"):
        cw.plan("3.14e23 FLOP", peak_flops=5.2e18 / 86400)


def test_no_checked_answer_is_forgotten(root: Path) -> None:
    path = root.parent / "shared" / "data" / "known_answers.csv"
    if not path.exists():
        pytest.skip("the table the answers were taken from is not beside this checkout")
    kept = {row["id"]: row for row in ROWS}
    checked = {row["id"]: row for row in table(path) if row["topic"] in TOPICS}
    assert kept.keys() == checked.keys()
    for name, row in checked.items():
        for column in ("expected", "rel_tol", "kind"):
            assert kept[name][column] == row[column], name
        assert (row["kind"] == "published_inconsistent") == bool(kept[name]["product"]), name


def test_every_row_says_where_it_is_from() -> None:
    assert [row["id"] for row in ROWS if not row["source"]] == []
    assert all(math.isfinite(float(row["expected"])) for row in ROWS)
