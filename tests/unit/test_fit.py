"""The fit: published optima from every start, every family, and what a law from it is good for."""

import dataclasses
import json
import math

import numpy as np
import pytest
from scipy.optimize import minimize

import chinchilla_widget as cw
from chinchilla_widget.fitting.families import search, surface_for
from chinchilla_widget.fitting.objective import Objective
from chinchilla_widget.fitting.saving import KIND
from chinchilla_widget.fitting.surfaces import Parametric
from chinchilla_widget.laws import KaplanLaw
from unit.runs_for_fits import chinchilla, from_law, table

LAW = cw.LAWS["besiroglu-2024"]


@pytest.fixture(scope="module")
def fit() -> cw.Fit:
    return cw.fit(chinchilla(), params="N", tokens="D", loss="loss")


@pytest.mark.parametrize(
    ("excluded", "objective", "constants"),
    [
        (False, 1.018274018e-3, (477.826, 2143.417, 1.817218, 0.347310, 0.367172)),
        (True, 1.826010523e-3, (495.73, 12845.6, 1.891338, 0.349313, 0.453049)),
    ],
)
def test_every_start_reaches_the_optimum(
    excluded: bool, objective: float, constants: tuple[float, ...]
) -> None:
    found = cw.fit(chinchilla(excluded), params="N", tokens="D", loss="loss")
    assert found.objective == pytest.approx(objective, rel=1e-9)
    letters = ("A", "B", "E", "alpha", "beta")
    assert [found.constants[letter] for letter in letters] == pytest.approx(constants, rel=1e-5)
    surface = surface_for("parametric", found.runs)
    ends = search(surface, found.runs.weight, found.price)
    assert ends.at.value.size >= 48
    assert np.abs(ends.at.value / objective - 1).max() < 1e-6
    assert ends.reached.all()
    assert found.starts == (49, 49)


def test_no_other_optimiser_finds_better(fit: cw.Fit) -> None:
    """The objective written anew, minimised by SciPy from the optimum and from around it."""
    x, y, z = (np.log(chinchilla()[name]) for name in ("N", "D", "loss"))

    def price(theta: np.ndarray) -> float:
        a, b, e, alpha, beta = theta
        terms = np.stack([a - alpha * x, b - beta * y, np.full_like(x, e)])
        r = np.abs(np.logaddexp.reduce(terms) - z)
        return 1e3 * float(np.where(r <= 1e-3, r * r / 2, 1e-3 * (r - 5e-4)).sum())

    k = fit.constants
    best = np.array([math.log(k["A"]), math.log(k["B"]), math.log(k["E"]), k["alpha"], k["beta"]])
    assert price(best) / 1e3 == pytest.approx(fit.objective, rel=1e-12)
    random = np.random.default_rng(1)
    for _ in range(5):
        start = best * (1 + 0.02 * random.normal(size=5))
        found = minimize(price, start, method="Nelder-Mead", options={"maxfev": 4000})
        assert found.fun / 1e3 >= fit.objective * (1 - 1e-9)


def test_the_laws_of_the_project_are_this_fit(fit: cw.Fit) -> None:
    for letter, value in fit.constants.items():
        assert LAW.constants[letter] == pytest.approx(value, rel=2e-5)


@pytest.mark.parametrize("penalty", [1.0, 2.5])
@pytest.mark.parametrize("delta", [1e-3, 0.02, math.inf])
@pytest.mark.parametrize("family", ["parametric", "tied", "kaplan", "repeats"])
def test_derivatives_are_those_of_the_objective(family: str, delta: float, penalty: float) -> None:
    rows = table("datablations-182.csv", "N", "D", "loss", "unique_tokens")
    runs = cw.fitting.Runs(rows["N"], rows["D"], rows["loss"], rows["unique_tokens"])
    surface, objective = surface_for(family, runs), Objective(delta, penalty)
    weights = np.random.default_rng(0).uniform(0.5, 2, (1, surface.rows))
    at = {
        "parametric": [-0.8, -0.9, 0.5, 0.31, 0.42],
        "tied": [-0.8, -0.9, 0.5, 0.36],
        "kaplan": [9.0, 8.5, 0.8, math.log(0.09)],
        "repeats": [-0.8, -0.9, 0.5, 0.31, 0.42, 2.1, 1.7],
    }[family]
    theta = np.array([at])
    found = surface.moments(theta, weights, objective)
    found = dataclasses.replace(found, gradient=found.gradient.copy())
    step = 1e-6
    for i in range(theta.size):
        apart = np.zeros_like(theta)
        apart[0, i] = step
        values = [
            objective.value(surface.residuals(theta + sign * apart), weights)[0] for sign in (1, -1)
        ]
        slope = (values[0] - values[1]) / (2 * step)
        assert found.gradient[0, i] == pytest.approx(slope, rel=2e-5, abs=1e-8)
    if math.isinf(delta):  # Huber's second derivative jumps, so only here a difference tells
        gradients = [
            surface.moments(theta + sign * step * np.eye(theta.size)[:1], weights, objective)
            for sign in (1, -1)
        ]
        bend = (gradients[0].gradient - gradients[1].gradient)[0] / (2 * step)
        assert found.newton[0, 0] == pytest.approx(bend, rel=1e-4, abs=1e-6)


def test_the_fast_surface_is_the_laws_own_arithmetic() -> None:
    runs = cw.fitting.Runs(*chinchilla().values())
    surface = Parametric(runs)
    theta = surface.point(LAW.constants)
    expected = np.log(LAW.loss(runs.params, runs.tokens)) - np.log(runs.loss)
    assert surface.residuals(theta[None])[0] == pytest.approx(expected, abs=1e-14)
    assert surface.constants(theta) == pytest.approx(dict(LAW.constants), rel=1e-13)


def test_tied_is_the_best_with_one_exponent(fit: cw.Fit) -> None:
    tied = cw.fit(chinchilla(), family="tied")
    assert tied.constants["alpha"] == tied.constants["beta"]
    assert fit.objective < tied.objective < 1.03 * fit.objective
    assert tied.starts == (49, 49)
    assert cw.plan("$1M", law=tied).tokens_per_param == pytest.approx(
        cw.plan("$1k", law=tied).tokens_per_param
    )


@pytest.fixture(scope="module")
def repeated() -> cw.Fit:
    rows = table("datablations-182.csv", "N", "D", "loss", "unique_tokens")
    return cw.fit(rows, family="repeats")


def test_repeats_is_not_worse_than_the_published_law(repeated: cw.Fit) -> None:
    found = repeated
    surface = surface_for("repeats", found.runs)
    published = surface.point(cw.LAWS["muennighoff-2023"].constants)[None]
    price = Objective().value(surface.residuals(published), found.runs.weight)[0]
    assert price == pytest.approx(0.0158259353, rel=1e-7)
    assert found.objective < price
    assert found.starts[0] > 40
    assert set(found.constants) == {"E", "A", "B", "alpha", "beta", "R_D", "R_N"}
    plan = cw.plan("$1M", law=found, unique_tokens="100B")
    assert plan.epochs > 1


def test_kaplan_gets_back_its_constants() -> None:
    truth = {"N_c": 8.8e13, "D_c": 5.4e13, "alpha_N": 0.076, "alpha_D": 0.095}
    law = KaplanLaw(truth)
    exact = cw.fit(from_law(law, noise=0.0), family="kaplan")
    assert exact.constants == pytest.approx(truth, rel=1e-6)
    assert exact.starts[0] >= 48  # of exact data there is rounding left to compare
    params, tokens = law.optimum(1e22)
    assert law.loss(params, tokens) == pytest.approx(law.optimal_loss(1e22), rel=1e-13)
    around = params * np.array([0.99, 1.01])
    assert (law.loss(around, 1e22 / 6 / around) > law.loss(params, tokens)).all()
    plan = cw.plan("1e22 FLOP", law=exact)
    assert plan.loss == pytest.approx(law.optimal_loss(1e22), rel=1e-6)


@pytest.mark.parametrize("objective", ["huber", "least-squares"])
def test_exact_data_give_the_law_back(objective: str) -> None:
    found = cw.fit(from_law(LAW, noise=0.0), objective=objective)
    assert found.constants == pytest.approx(dict(LAW.constants), rel=1e-6)
    assert found.starts == (49, 49)


def test_compute_stands_in_for_params_or_tokens(fit: cw.Fit) -> None:
    rows = chinchilla()
    compute = 6 * rows["N"] * rows["D"]
    for left in ("N", "D"):
        found = cw.fit({left: rows[left], "loss": rows["loss"], "FLOPs": compute}, flops="FLOPs")
        assert found.constants == pytest.approx(fit.constants, rel=1e-7)


def test_a_weight_of_two_is_a_row_twice() -> None:
    rows = chinchilla()
    weights = np.where(np.arange(240) < 40, 2.0, 1.0)
    twice = {name: np.concatenate([each, each[:40]]) for name, each in rows.items()}
    weighted, repeated = cw.fit(rows, weights=weights), cw.fit(twice)
    assert weighted.objective == pytest.approx(repeated.objective, rel=1e-12)
    assert weighted.constants == pytest.approx(repeated.constants, rel=1e-8)
    assert cw.fit({**rows, "w": weights}, weights="w").objective == weighted.objective


def test_a_penalty_on_overestimates_lowers_the_law(fit: cw.Fit) -> None:
    lower = cw.fit(chinchilla(), overestimate_penalty=5.0)
    assert (lower.errors > 0).mean() < 0.3 < (fit.errors > 0).mean()


def test_a_fit_is_a_law_everywhere(fit: cw.Fit) -> None:
    plan = cw.plan("$1M", law=fit)
    assert plan.params == pytest.approx(cw.plan("$1M").params, rel=1e-4)
    assert any(each.code == "plans.extrapolates" for each in plan.status)
    planner = cw.Planner("$1M", law=fit)
    assert planner.plan.params == plan.params
    planner.close()
    assert cw.sweep(flops=np.array([1e21, 1e22]), law=fit)["params"].shape == (2,)


def test_what_was_saved_is_the_same_law(fit: cw.Fit, tmp_path) -> None:
    fit.save(tmp_path / "law.json")
    assert [each.name for each in tmp_path.iterdir()] == ["law.json"]
    law = cw.load_law(tmp_path / "law.json")
    assert law.constants == fit.constants
    assert law.about == fit.law.about
    assert cw.plan("$1M", law=law).params == cw.plan("$1M", law=fit).params
    assert len(law.draws) == 500 or len(law.draws) == 400
    assert law.draws.widening == fit.draws.widening


HOSTILE = {
    "no_json": ["", "{", "\x00\x01", "[" * 100_000, '{"kind": NaN}'],
    "foreign": ["{}", "[]", "3", '{"kind": "something else"}'],
    "version": [json.dumps({"kind": KIND, "version": 99})],
    "no_law": [json.dumps({"kind": KIND, "version": 1})],
}


@pytest.mark.parametrize(("code", "text"), [(c, t) for c, each in HOSTILE.items() for t in each])
def test_a_foreign_file_gets_a_sentence(code: str, text: str, tmp_path) -> None:
    file = tmp_path / "law.json"
    file.write_text(text)
    with pytest.raises(cw.ChinchillaError) as caught:
        cw.load_law(file)
    assert caught.value.code == f"fitting.{code}"


def test_a_fit_says_what_it_is(fit: cw.Fit) -> None:
    text = fit.summary()
    for part in ("1.018274018e-03", "49 of 49", "240 used of 240", "477.826", "a (N* ∝ C^a)"):
        assert part in text
    assert "<table>" in fit._repr_html_()
    assert "477.826" in repr(fit)
    spanish = cw.fit(chinchilla(), lang="es")
    assert "49 de 49 en el óptimo" in spanish.summary()


@pytest.mark.parametrize("family", ["tied", "kaplan", "repeats"])
def test_every_family_has_intervals(family: str, repeated: cw.Fit) -> None:
    found = repeated if family == "repeats" else cw.fit(from_law(LAW), family=family)
    found.bootstrap(100)  # of fewer no interval is made, but 400 others
    for what in ("params", "tokens", "loss"):
        low, high = found.interval(what, 1e21, 0.9, calibrated=False)
        assert 0 < low < high
    assert found.law.optimum(1e21)[0] > 0
    planner = cw.Planner("$100k", law=found)
    assert planner.plan.params == cw.plan("$100k", law=found).params
    planner.close()
    if family != "kaplan":
        assert cw.plan("$100k", law=found).interval("params") is not None
