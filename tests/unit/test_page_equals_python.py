"""The page's figures and pictures, evaluated from the traced expressions, equal Python's."""

from __future__ import annotations

import contextlib
import itertools
import json
import math
import random
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chinchilla_widget as cw
from chinchilla_widget import costs
from chinchilla_widget.charts import program, specs
from chinchilla_widget.charts.values import values_of
from chinchilla_widget.costs import serving_per_param
from chinchilla_widget.messages import say
from chinchilla_widget.plans import spread
from chinchilla_widget.solver.points import best, cheapest

from .page_signals import evaluate, page_tables, question_of

SETTINGS_PER_LAW = 200
EXPLICIT, OPTIMUM = 1e-12, 1e-9


def some_words(law: Any, rng: random.Random) -> dict[str, Any]:
    """A question a page may be asked under this law."""
    words: dict[str, Any] = {
        "law": law.about.id,
        "accelerator": rng.choice(["h100-sxm", "a100-80", "tpu-v5e", "v100-sxm", "b200"]),
        "pue": rng.uniform(1, 2),
        "grid": rng.uniform(0, 900),
        "final_share": rng.choice([1.0, rng.uniform(0.1, 1)]),
    }
    if rng.random() < 0.5:
        words["mfu"] = rng.uniform(0.05, 0.6)
    if rng.random() < 0.5:
        words["goodput"] = rng.uniform(0.3, 1)
    if rng.random() < 0.5:
        words["price_per_hour"] = 10 ** rng.uniform(-1, 1.3)
    if rng.random() < 0.6:
        words["chips"] = rng.choice([1, 64, 65, 1000, 1001, 16384])
    size = 10 ** rng.uniform(2, 9.5)
    words["budget"] = rng.choice([f"${size!r}", f"{size * 1e17!r} FLOP", f"{size!r} GPU-hours"])
    if law.family == "parametric":
        if rng.random() < 0.4:
            words["token_price"] = 10 ** rng.uniform(-4, 1.5)
        if rng.random() < 0.4:
            words["unique_tokens"] = 10 ** rng.uniform(9, 13)
            words["repeats"] = rng.random() < 0.7
        if rng.random() < 0.4:
            words["served_tokens"] = 10 ** rng.uniform(9, 14)
            if rng.random() < 0.5:
                words["serving_mfu"] = rng.uniform(0.05, 0.5)
                words["serving_price_per_hour"] = rng.uniform(0.5, 5)
        kind = rng.random()
        if kind < 0.15:
            words["params"] = 10 ** rng.uniform(7, 11)
        elif kind < 0.25:
            words |= {"budget": None, "params": 1e9, "tokens": 10 ** rng.uniform(9, 12)}
        elif kind < 0.3:
            words["tokens"] = 10 ** rng.uniform(9, 13)
        elif kind < 0.35:
            words |= {"budget": None, "target_loss": law.floor + rng.uniform(0.15, 1)}
    return words


@pytest.fixture(scope="module")
def plans() -> list[cw.Plan]:
    rng = random.Random(20261124)
    found: list[cw.Plan] = []
    for law in cw.LAWS.values():
        here: list[cw.Plan] = []
        while len(here) < SETTINGS_PER_LAW:
            try:
                here.append(cw.plan(**some_words(law, rng)))
            except cw.ChinchillaError:
                continue  # a question without an answer is not the page's to compute
        found += here
    return found


@pytest.fixture(scope="module")
def answers(plans: list[cw.Plan], tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    task = {
        "programs": {family: program(family) for family in ("parametric", "frontier")},
        "tables": page_tables(),
        "questions": [question_of(plan) for plan in plans],
        "specs": {},
        "panels": [],
    }
    found: list[dict[str, Any]] = evaluate(tmp_path_factory.mktemp("node"), task)["answers"]
    return found


def used_up(plan: cw.Plan) -> bool:
    """Data read hundreds of times over: the loss no longer depends on the size."""
    return plan.epochs > 100


def close(a: float | None, b: float, limit: float) -> bool:
    return math.isclose(a or 0.0, b or 0.0, rel_tol=limit, abs_tol=1e-300)


def all_close(mine: Any, rows: list[dict[str, Any]], name: str, limit: float) -> bool:
    """`close` of every row of a table."""
    a, b = np.asarray(mine, dtype=float), column(rows, name)
    if a.shape != b.shape or not np.isfinite(a).all():
        return False
    allowed = np.maximum(limit * np.maximum(np.abs(a), np.abs(b)), 1e-300)
    return bool((np.abs(a - b) <= allowed).all())


def column(rows: list[dict[str, Any]], name: str) -> Any:
    return np.array([row[name] or 0.0 for row in rows], dtype=float)


FIGURES = (
    "params",
    "tokens",
    "tokens_per_param",
    "loss",
    "flops",
    "unique_tokens_used",
    "epochs",
    "chip_hours",
    "days",
    "energy_kwh",
    "co2_kg",
)


def test_every_readout_equals_the_plan(plans: list[cw.Plan], answers: list[dict[str, Any]]) -> None:
    for plan, answer in zip(plans, answers, strict=True):
        for name in FIGURES:
            if used_up(plan) and name != "loss":
                continue
            mine, its = getattr(plan, name), answer[f"k_{name}"]
            assert close(mine, its, OPTIMUM), (plan.scenario.words, name, mine, its)
        if plan.dollars is not None and not used_up(plan):
            assert close(plan.dollars, answer["k_dollars"], OPTIMUM), plan.scenario.words
            for part, amount in (plan.dollars_by or {}).items():
                assert close(amount, answer[f"k_dollars_{part}"], OPTIMUM), plan.scenario.words


def test_the_page_has_an_answer_where_python_has_one(tmp_path: Path) -> None:
    """Much serving, dear data and little of it: there Newton alone leaves the finite."""
    laws = [law.about.id for law in cw.LAWS.values() if law.family == "parametric"]
    asked = []
    for law, served, unique, price, budget in itertools.product(
        laws,
        ("0", "20T", "100T", "500T"),
        ("100M", "1B", "5B"),
        (0, 0.1, 5, 30),
        ("$1M", "1e21 FLOP", "$100M"),
    ):
        words = {"served_tokens": served, "unique_tokens": unique, "token_price": price}
        with contextlib.suppress(cw.ChinchillaError):
            asked.append(cw.plan(budget, law=law, **words))
    task = {
        "programs": {"parametric": program("parametric")},
        "tables": page_tables(),
        "questions": [question_of(plan) for plan in asked],
        "specs": {},
        "panels": [],
    }
    assert len(asked) > 800
    for plan, answer in zip(asked, evaluate(tmp_path, task)["answers"], strict=True):
        for name in ("loss",) if used_up(plan) else ("params", "tokens", "loss"):
            mine, its = getattr(plan, name), answer[f"k_{name}"]
            assert close(mine, its, OPTIMUM), (plan.scenario.words, name, mine, its)


def test_the_money_side_is_exact(plans: list[cw.Plan], answers: list[dict[str, Any]]) -> None:
    for plan, answer in zip(plans, answers, strict=True):
        scenario = plan.scenario
        assert close(scenario.goodput, answer["k_goodput_used"], EXPLICIT)
        if scenario.total_flops is not None:
            assert close(scenario.total_flops, answer["k_budget_flops"], EXPLICIT)
        assert close(scenario.terms.data_price, answer["k_data_price"], EXPLICIT)
        assert close(scenario.terms.serving, answer["k_serving_per_param"], EXPLICIT)
        if scenario.dollars_per_flop is not None:
            assert close(scenario.dollars_per_flop, answer["k_dollars_per_flop"], EXPLICIT)
            million = serving_per_param(1e6, scenario.serving_weight) * scenario.dollars_per_flop
            if not used_up(plan):
                assert close(million * plan.params, answer["k_serving_price"], OPTIMUM)


def test_plain_laws_need_no_iteration_to_agree(
    plans: list[cw.Plan], answers: list[dict[str, Any]]
) -> None:
    plain = 0
    for plan, answer in zip(plans, answers, strict=True):
        if plan.scenario.law.family == "frontier":
            plain += 1
            for name in ("params", "tokens", "loss"):
                assert close(getattr(plan, name), answer[f"k_{name}"], EXPLICIT)
    assert plain >= SETTINGS_PER_LAW


def test_the_range_across_laws_is_shown_for_plain_budgets_only(
    plans: list[cw.Plan], answers: list[dict[str, Any]]
) -> None:
    shown = hidden = 0
    for plan, answer in zip(plans, answers, strict=True):
        if answer["k_plain"]:
            shown += 1
            total = plan.scenario.total_flops
            assert total is not None
            # What laws' own optima are compared with is one of them.
            assert close(plan.scenario.law.optimum(total)[0], answer["k_params"], OPTIMUM)
            for name, (low, high) in spread(total).items():
                assert close(low, answer[f"k_{name}_low"], EXPLICIT)
                assert close(high, answer[f"k_{name}_high"], EXPLICIT)
        else:
            hidden += 1
            assert answer["k_params_low"] == answer["k_loss_high"] == 0
    assert shown
    assert hidden


def test_the_last_mile_is_what_two_percent_cost(
    plans: list[cw.Plan], answers: list[dict[str, Any]]
) -> None:
    seen = 0
    for plan, answer in zip(plans, answers, strict=True):
        law, factor = plan.scenario.law, answer["k_last_mile"]
        if law.family != "parametric" or not answer["k_plain"] or plan.loss is None:
            continue
        wanted = 0.98 * plan.loss
        if wanted <= law.floor:
            assert factor == 0
            continue
        if wanted - law.floor < 0.01:  # the difference has lost the digits to compare
            continue
        dearer = cheapest(law, costs.Terms(), wanted).total_flops
        if law.optimum(dearer)[1] > plan.scenario.unique_tokens:
            assert factor == 0  # fresh tokens run out on the way
            continue
        seen += 1
        exact = dearer / plan.flops
        assert close(exact, factor, OPTIMUM), plan.scenario.words
    assert seen > 100


def free(plan: cw.Plan) -> Any:
    """The best run for the budget of a plan, whatever size of one's own it has."""
    scenario = plan.scenario
    assert scenario.total_flops is not None
    return best(scenario.law, scenario.terms, scenario.total_flops)


def has_own_size(plan: cw.Plan) -> bool:
    scenario = plan.scenario
    return scenario.params is not None and scenario.budget is not None and scenario.tokens is None


def test_the_best_size_is_known_beside_a_size_of_ones_own(
    plans: list[cw.Plan], answers: list[dict[str, Any]]
) -> None:
    own = 0
    for plan, answer in zip(plans, answers, strict=True):
        if not has_own_size(plan):
            for name in ("params", "tokens", "loss"):
                assert answer[f"k_best_{name}"] == answer[f"k_{name}"], plan.scenario.words
            continue
        own += 1
        point = free(plan)
        assert close(point.loss, answer["k_best_loss"], OPTIMUM)
        assert answer["k_best_loss"] <= answer["k_loss"] * (1 + 1e-12)
        if point.repeats < 100:
            assert close(point.params, answer["k_best_params"], OPTIMUM), plan.scenario.words
            assert close(point.tokens, answer["k_best_tokens"], OPTIMUM), plan.scenario.words
        terms = plan.scenario.terms
        plain = terms.serving == 0 and not terms.priced
        own_optimum = close(plan.scenario.law.optimum(point.total_flops)[0], point.params, OPTIMUM)
        assert answer["k_best_plain"] == float(plain and own_optimum)
        assert answer["k_plain"] == 0
    assert own > 100


def test_what_a_size_of_ones_own_costs_is_the_budget_that_would_do(
    plans: list[cw.Plan], answers: list[dict[str, Any]]
) -> None:
    compared = 0
    for plan, answer in zip(plans, answers, strict=True):
        if not has_own_size(plan) or plan.loss is None:
            continue
        law, words = plan.scenario.law, dict(plan.scenario.words)
        if plan.loss - law.floor < 0.01:  # the difference has lost the digits to compare
            continue
        del words["params"], words["budget"]
        try:
            cheaper = cw.plan(**words, target_loss=plan.loss)
        except cw.ChinchillaError:
            continue  # a budget too small for one param or one token
        terms = cheaper.scenario.terms
        enough = (
            cheaper.flops
            + terms.serving * cheaper.params
            + terms.data_price * cheaper.unique_tokens_used
        )
        assert plan.scenario.total_flops is not None
        assert close(enough / plan.scenario.total_flops, answer["share"], OPTIMUM), (
            plan.scenario.words
        )
        compared += 1
    assert compared > 80


def test_the_formulas_values_add_up_to_the_figures(
    plans: list[cw.Plan], answers: list[dict[str, Any]]
) -> None:
    for plan, answer in zip(plans, answers, strict=True):
        law = plan.scenario.law
        if plan.loss is None or used_up(plan):
            continue
        if law.family == "parametric":
            parts = answer["k_loss_of_params"] + answer["k_loss_of_tokens"]
            assert close(law.floor + parts, plan.loss, OPTIMUM)
            factor, exponent = law.frontier()["params"]
            assert close(answer["k_frontier_factor"], factor, EXPLICIT)
            assert close(answer["k_frontier_exponent"], exponent, EXPLICIT)
        else:
            floor = law.loss_by_flops.floor
            assert close(floor + answer["k_loss_of_flops"], plan.loss, EXPLICIT)
        scenario = plan.scenario
        assert answer["k_serving_mfu_used"] == (scenario.serving_mfu or scenario.mfu)


# What is read of the pictures of all plans; their other columns are half a gigabyte.
COLUMNS = {
    "isoflop": ["budget", "params", "flops", "loss"],
    "frontier": ["flops", "params", "tokens", "params_low", "tokens_high"],
    "loss": ["flops", "loss", "loss_low"],
}
wide = cache(spread)  # the same few hundred budgets in every plan


@pytest.fixture(scope="module")
def pictures(
    plans: list[cw.Plan], tmp_path_factory: pytest.TempPathFactory
) -> list[tuple[cw.Plan, str, dict[str, Any]]]:
    """Every panel of every plan, as tables of rows."""
    drawn = specs("en")
    chosen = [
        (plan, name)
        for plan in plans
        for name in drawn[plan.scenario.law.family]
        if name != "solver"
    ]
    task = {
        "programs": {},
        "questions": [],
        "specs": {
            f"{family} {name}": spec
            for family, panels in drawn.items()
            for name, spec in panels.items()
            if name != "solver"
        },
        "panels": [
            {
                "spec": f"{plan.scenario.law.family} {name}",
                "signals": values_of(plan),
                "columns": COLUMNS[name],
            }
            for plan, name in chosen
        ],
    }
    found = evaluate(tmp_path_factory.mktemp("panels"), task)["tables"]
    return [(plan, name, table) for (plan, name), table in zip(chosen, found, strict=True)]


def rows_with(tables: dict[str, Any], *fields: str) -> list[dict[str, Any]]:
    return [row for rows in tables.values() for row in rows if all(f in row for f in fields)]


def test_isoflop_curves(pictures: list[Any]) -> None:
    count = 0
    for plan, name, tables in pictures:
        if name != "isoflop":
            continue
        law, terms = plan.scenario.law, plan.scenario.terms
        rows = rows_with(tables, "budget", "params", "flops", "loss")
        with np.errstate(all="ignore"):  # as in the solver
            points = best(law, terms, column(rows, "flops"), params=column(rows, "params"))
        assert all_close(points.loss, rows, "loss", EXPLICIT), plan.scenario.words
        count += len(rows)
    assert count > 100_000


def test_frontier_lines(pictures: list[Any]) -> None:
    count = 0
    for plan, name, tables in pictures:
        if name != "frontier":
            continue
        rows = rows_with(tables, "flops", "params", "tokens", "params_low")
        params, tokens = plan.scenario.law.optimum(column(rows, "flops"))
        ranges = [wide(row["flops"]) for row in rows]
        for what, mine in (
            ("params", params),
            ("tokens", tokens),
            ("params_low", [each["params"][0] for each in ranges]),
            ("tokens_high", [each["tokens"][1] for each in ranges]),
        ):
            assert all_close(mine, rows, what, EXPLICIT), (plan.scenario.words, what)
        count += len(rows)
    assert count > 100_000


def test_loss_curves(pictures: list[Any]) -> None:
    count = 0
    for plan, name, tables in pictures:
        if name != "loss" or plan.scenario.law.optimal_loss(1e21) is None:
            continue
        rows = rows_with(tables, "flops", "loss", "loss_low")
        losses = plan.scenario.law.optimal_loss(column(rows, "flops"))
        assert all_close(losses, rows, "loss", EXPLICIT), plan.scenario.words
        count += len(rows)
    assert count > 100_000


def drawn(plan: cw.Plan, name: str, folder: Path) -> dict[str, Any]:
    """The tables of one picture of a plan."""
    spec = specs("en")[plan.scenario.law.family][name]
    panel = {"spec": name, "signals": values_of(plan)}
    task = {"programs": {}, "questions": [], "specs": {name: spec}, "panels": [panel]}
    tables: dict[str, Any] = evaluate(folder, task)["tables"][0]
    return tables


def test_bands_are_the_intervals_of_plans(tmp_path: Path) -> None:
    plan = cw.plan("$1M")
    frontier = rows_with(drawn(plan, "frontier", tmp_path), "flops", "params_sure_low")
    losses = rows_with(drawn(plan, "loss", tmp_path), "flops", "loss_sure_low")
    assert min(len(frontier), len(losses)) > 40
    for row, what in [(row, "params") for row in frontier] + [(row, "tokens") for row in frontier]:
        there = cw.plan(f"{row['flops']!r} FLOP").interval(what)
        assert there is not None
        # Between half decades the ends go straight; the calibrated widening begins at a corner.
        for end, share in zip(("low", "high"), there, strict=True):
            assert row[f"{what}_sure_{end}"] == pytest.approx(share, rel=0.04)
    for row in losses:
        there = cw.plan(f"{row['flops']!r} FLOP").interval("loss")
        assert there is not None
        assert [row["loss_sure_low"], row["loss_sure_high"]] == pytest.approx(there, rel=0.004)


def test_a_law_without_draws_has_no_bands(tmp_path: Path) -> None:
    plan = cw.plan("$1M", law="hoffmann-2022-approach-3")
    for name, end in (("frontier", "params_sure_low"), ("loss", "loss_sure_high")):
        rows = rows_with(drawn(plan, name, tmp_path), end)
        assert rows
        assert all(row[end] is None for row in rows)  # NaN: nothing is drawn


def test_the_curve_has_its_corner_where_fresh_tokens_run_out(tmp_path: Path) -> None:
    words = {"unique_tokens": "300B", "repeats": False}
    for budget in ("$1M", "$1.37M"):
        rows = rows_with(
            drawn(cw.plan(budget, params="8B", **words), "isoflop", tmp_path), "budget", "params"
        )
        # The best size is at the corner, and the axis is centred elsewhere.
        corner = cw.plan(budget, **words).params
        nearest = min(abs(row["params"] / corner - 1) for row in rows if row["budget"] == 1)
        assert nearest < 1e-12


@pytest.mark.parametrize("served", ["2T", "10T"])
def test_the_curve_climbs_the_wall_of_sizes_it_can_hardly_serve(
    served: str, tmp_path: Path
) -> None:
    plan = cw.plan("$1M", served_tokens=served)
    rows = rows_with(drawn(plan, "isoflop", tmp_path), "budget", "params", "loss")
    curve = sorted(
        (row["params"], row["loss"]) for row in rows if row["budget"] == 1 and row["loss"]
    )
    assert plan.loss is not None
    top = plan.loss + 0.35  # above the frame
    beyond = [loss for params, loss in curve if params > plan.params]
    assert max(beyond) > top
    inside = [loss for loss in beyond if loss < top]
    assert max(b - a for a, b in pairwise(inside)) < 0.06, "no kinks"


def test_a_law_without_an_irreducible_loss_names_none(tmp_path: Path) -> None:
    for law, lines in (("kaplan-2020", 0), ("besiroglu-2024", 1)):
        plan = cw.plan("$1M", law=law)
        rows = rows_with(drawn(plan, "loss", tmp_path), "loss")
        floor = values_of(plan)["k_E" if lines else "k_loss_floor"]
        assert len({row["flops"] for row in rows if row["loss"] == floor}) == lines


def test_no_chart_shows_a_loss_that_its_law_has_not() -> None:
    for law in (law for law in cw.LAWS.values() if law.family == "frontier"):
        plan = cw.plan("$1M", law=law)
        titles = [panel["title"]["text"] for panel in plan.chart().to_dict()["hconcat"]]
        assert ("Loss to expect" in titles) == (plan.loss is not None), law.name


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("law", ["besiroglu-2024", "kaplan-2020"])
def test_the_chart_of_a_plan_is_its_pictures(law: str, lang: str) -> None:
    plan = cw.plan("$1M", law=law, lang=lang)
    # What one chart shows does not reach another that is made of the same pictures.
    cw.plan("$2M", law=law, lang=lang).chart(width=200)
    spec = plan.chart(width=200).to_dict()
    shown = {param["name"]: param["value"] for param in spec["params"] if "expr" not in param}
    values = values_of(plan)
    assert shown == {name: values[name] for name in shown}
    assert (shown["k_params"], shown["k_tokens"]) == (plan.params, plan.tokens)
    titles = [panel["title"]["text"] for panel in spec["hconcat"]]
    assert titles == [
        say(f"charts.{name}_title", lang)
        for name in specs(lang)[plan.scenario.law.family]
        if name != "solver"
    ]
    assert {panel["width"] for panel in spec["hconcat"]} == {200}
    assert "var(--" not in json.dumps(spec), "colours of a page print nowhere else"
