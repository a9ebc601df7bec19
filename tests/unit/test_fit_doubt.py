"""How sure a fit is: bootstrap, intervals, backtest, identifiability, design, approaches 1, 2."""

import concurrent.futures
import multiprocessing
import os
import subprocess
import sys
import textwrap
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import chinchilla_widget as cw
from chinchilla_widget.fitting import bootstrap as module
from chinchilla_widget.fitting.bootstrap import bootstrap, draw, resample
from chinchilla_widget.fitting.families import search, surface_for
from chinchilla_widget.fitting.information import information
from chinchilla_widget.messages import say
from chinchilla_widget.plans.doubt import spread
from unit.runs_for_fits import chinchilla, from_law, sardana

LAW = cw.LAWS["besiroglu-2024"]


@pytest.fixture(scope="module")
def fit() -> cw.Fit:
    return cw.fit(chinchilla())


@pytest.fixture(scope="module")
def drawn(fit: cw.Fit) -> cw.fitting.Bootstrap:
    return fit.bootstrap(4000)


def test_standard_errors_are_besiroglus(drawn: cw.fitting.Bootstrap) -> None:
    """Theirs, from 4,000 resamples too: both have a sampling error of 1/√8000, tails more."""
    published = {"A": 124.5, "B": 1293, "E": 0.0257, "alpha": 0.0154, "beta": 0.0206}
    for name, error in drawn.standard_errors.items():
        assert error == pytest.approx(published[name], rel=0.08), name


def test_their_first_resample(fit: cw.Fit) -> None:
    """np.random.seed(42); np.random.choice(240, 240): weights and drawn rows are one fit."""
    picked = np.random.RandomState(42).choice(240, 240)
    weights = np.bincount(picked, minlength=240)
    by_weights = cw.fit(chinchilla(), weights=weights)
    by_rows = cw.fit({name: each[picked] for name, each in chinchilla().items()})
    assert by_weights.objective == pytest.approx(by_rows.objective, rel=1e-12)
    assert by_weights.constants == pytest.approx(by_rows.constants, rel=1e-7)


def test_each_resample_is_at_its_own_optimum(fit: cw.Fit, drawn: cw.fitting.Bootstrap) -> None:
    assert drawn.reached.all()
    surface = surface_for("parametric", fit.runs)
    for number in (0, 17, 3999):
        weights = draw(fit.job, range(number, number + 1))[0]
        assert weights.sum() == 240
        ends = search(surface, weights, fit.price)
        assert drawn.objective[number] == pytest.approx(ends.at.value.min(), rel=1e-12)


def test_parameters_are_drawn_jointly(drawn: cw.fitting.Bootstrap) -> None:
    a, alpha = np.log(drawn.constants["A"]), drawn.constants["alpha"]
    assert np.corrcoef(a, alpha)[0, 1] > 0.999


def test_seed_and_number_make_a_resample(fit: cw.Fit, drawn: cw.fitting.Bootstrap) -> None:
    again = fit.bootstrap(200)
    assert again.objective == pytest.approx(drawn.objective[:200], rel=1e-12)
    assert not (fit.bootstrap(200, seed=1).objective == again.objective).any()
    fit._resampled = drawn


@pytest.mark.parametrize("elements", [240, 1000, 10**6])
def test_the_batch_changes_nothing(fit: cw.Fit, elements: int) -> None:
    whole, parts = resample(fit.job, 0, 60), resample(fit.job, 0, 60, elements)
    assert parts[1] == pytest.approx(whole[1], rel=1e-12)
    assert parts[0] == pytest.approx(whole[0], rel=1e-8)


def same(found: cw.fitting.Bootstrap, expected: cw.fitting.Bootstrap) -> None:
    count = len(expected)
    assert len(found) == count
    assert found.objective == pytest.approx(expected.objective, rel=1e-12)
    for name, each in found.constants.items():
        assert each == pytest.approx(expected.constants[name], rel=1e-8)


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_an_executor_changes_nothing(fit: cw.Fit, kind: str, monkeypatch) -> None:
    monkeypatch.setattr(module, "TASK", 50)
    alone = bootstrap(fit.job, 300)
    if kind == "threads":
        pool = concurrent.futures.ThreadPoolExecutor(3)
    else:
        spawn = multiprocessing.get_context("spawn")
        pool = concurrent.futures.ProcessPoolExecutor(2, mp_context=spawn)
    with pool:
        same(bootstrap(fit.job, 300, pool), alone)


def test_a_pool_that_breaks_loses_nothing(fit: cw.Fit, monkeypatch) -> None:
    monkeypatch.setattr(module, "TASK", 50)
    alone = bootstrap(fit.job, 300)
    spawn = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=spawn) as pool:
        pool.submit(os._exit, 1)  # its worker dies, and with it every task that was sent
        same(bootstrap(fit.job, 300, pool), alone)


def test_an_interrupt_keeps_what_is_done(fit: cw.Fit, monkeypatch) -> None:
    whole = bootstrap(fit.job, 150)
    elements = 50 * len(fit.runs)
    calls = []

    def interrupted(job, start, stop, elements):
        calls.append(start)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return resample(job, start, stop, elements)

    monkeypatch.setattr(module, "resample", interrupted)
    found = bootstrap(fit.job, 1000, elements=elements)
    assert (len(found), found.asked) == (100, 1000)
    assert found.objective == pytest.approx(whole.objective[:100], rel=1e-12)


DASK = """
    import os, signal, sys, threading, time
    import numpy as np
    from dask.distributed import Client, LocalCluster
    import chinchilla_widget as cw
    from chinchilla_widget.fitting import bootstrap as module

    if __name__ == "__main__":
        with np.load(sys.argv[1]) as rows:
            fit = cw.fit({name: rows[name] for name in rows})
        module.TASK = 100
        alone = module.bootstrap(fit.job, 3000)
        with LocalCluster(n_workers=2, threads_per_worker=1, processes=True,
                          dashboard_address=None) as cluster, Client(cluster) as client:
            pids = list(client.run(os.getpid).values())
            assert len(set(pids)) == 2 and os.getpid() not in pids
            pool = client.get_executor()
            for kill in (False, True):
                if kill:
                    threading.Timer(0.3, os.kill, (pids[0], signal.SIGKILL)).start()
                found = module.bootstrap(fit.job, 3000, pool)
                assert len(found) == 3000
                np.testing.assert_allclose(found.objective, alone.objective, rtol=1e-12)
                for name, each in found.constants.items():
                    np.testing.assert_allclose(each, alone.constants[name], rtol=1e-8)
            for _ in range(50):
                if pids[0] not in client.run(os.getpid).values():
                    break
                time.sleep(0.2)
            else:
                raise AssertionError("the worker was not killed")
        print("the same")
"""


def test_dask_and_a_killed_worker(tmp_path) -> None:
    script, rows = tmp_path / "on_dask.py", tmp_path / "rows.npz"
    script.write_text(textwrap.dedent(DASK))
    np.savez(rows, **chinchilla())
    run = [sys.executable, str(script), str(rows)]
    done = subprocess.run(run, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "the same" in done.stdout


def test_clusters_are_drawn_whole() -> None:
    rows = chinchilla()
    sweep = np.arange(240) // 20
    by_column = cw.fit({**rows, "sweep": sweep}, cluster="sweep")
    weights = draw(by_column.job, range(5))
    for row in weights:
        assert all(len(set(row[sweep == each])) == 1 for each in range(12))
    drawn = by_column.bootstrap(300)
    assert drawn.clusters == 12
    assert cw.fit(rows).bootstrap(300, cluster=sweep).objective == pytest.approx(drawn.objective)
    assert by_column.bootstrap(20, cluster=False).clusters is None
    for labels, code in ((sweep[:9], "clusters"), (np.zeros(240), "one_cluster")):
        with pytest.raises(cw.ChinchillaError) as caught:
            cw.fit(rows).bootstrap(10, cluster=labels)
        assert caught.value.code == f"fitting.{code}"


@pytest.mark.parametrize("count", [0, -3, 2.5, True])
def test_a_count_is_a_whole_number(fit: cw.Fit, count: object) -> None:
    with pytest.raises(cw.ChinchillaError, match="whole number"):
        fit.bootstrap(count)


def test_plain_intervals_are_besiroglus(fit: cw.Fit, drawn: cw.fitting.Bootstrap) -> None:
    """80 %: N* 57.5 to 98.6 B, D/N 9.9 to 29 at Gopher's compute."""
    fit._resampled = drawn
    low, high = fit.interval("params", 5.76e23, calibrated=False)
    assert (low, high) == pytest.approx((57.5e9, 98.6e9), rel=0.03)
    low, high = fit.interval("tokens_per_param", 5.76e23, calibrated=False)
    assert (low, high) == pytest.approx((9.9, 29.0), rel=0.05)
    draws = np.log(drawn.law.optimum(5.76e23)[0])
    assert draws.std() == pytest.approx(0.21, abs=0.01)
    known = information(fit.runs, fit.family, fit.theta, fit.price)
    delta = cw.fitting.design.spread(fit, known.matrix, 5.76e23)
    assert delta == pytest.approx(draws.std(), rel=0.25)


def test_calibrated_intervals_are_wider_beyond_the_runs_only(fit: cw.Fit) -> None:
    for what in ("params", "tokens", "tokens_per_param", "loss"):
        low, high = fit.interval(what, 5.76e23)
        plain = fit.interval(what, 5.76e23, calibrated=False)
        assert low < plain[0] < plain[1] < high
        assert fit.interval(what, 1e20) == fit.interval(what, 1e20, calibrated=False)
    assert fit.interval("params", "1e21 FLOP") == fit.interval("params", 1e21)
    narrow, wide = fit.interval("loss", 1e22, 0.5), fit.interval("loss", 1e22, 0.95)
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("size", 1e21), "what"),
        (("params", -1.0), "flops"),
        (("params", float("nan")), "flops"),
        (("params", 1e21, 80), "level"),
    ],
)
def test_an_interval_of_nothing_gets_a_sentence(fit: cw.Fit, arguments: tuple, code: str) -> None:
    with pytest.raises(cw.ChinchillaError) as caught:
        fit.interval(*arguments)
    assert caught.value.code == f"fitting.{code}"


def test_a_prediction_holds_the_runs_it_was_made_of(fit: cw.Fit) -> None:
    rows = chinchilla()
    low, middle, high = fit.predict(rows["N"], rows["D"], level=0.8)
    assert middle == pytest.approx(LAW.loss(rows["N"], rows["D"]), rel=1e-4)
    assert np.mean((low < rows["loss"]) & (rows["loss"] < high)) == pytest.approx(0.8, abs=0.06)
    one = fit.predict(rows["N"][3], rows["D"][3], level=0.8)
    assert one == pytest.approx((low[3], middle[3], high[3]))


def test_the_backtest_is_the_measured_one(fit: cw.Fit) -> None:
    """science.md, section 5: nominal 90 % covered 26 % and the like before, 87 to 95 % after."""
    found = fit.backtest([3e19, 1e20], gap=10.0)
    assert (found.nominal == 0.9).all()
    assert found.coverage[1] == pytest.approx(0.26, abs=0.08)
    assert found.coverage[0] < 0.75
    assert ((found.calibrated >= 0.85) & (found.calibrated <= 0.97)).all()
    assert 0.008 < found.widening < 0.02
    assert 0.015 < found.error.max() < 0.03
    usual = fit.backtest()
    assert len(usual.cuts) == len(usual.coverage) == len(usual.nominal) >= 4
    assert usual.calibrated.mean() > usual.coverage.mean() + 0.2
    assert usual.widenings == fit.draws.widening


def test_a_law_that_holds_needs_no_widening() -> None:
    found = cw.fit(from_law(LAW, count=400)).backtest()
    assert found.coverage.mean() == pytest.approx(0.9, abs=0.08)
    assert found.widening < 0.002


def test_too_few_runs_for_a_backtest() -> None:
    rows = from_law(LAW, count=20)
    found = cw.fit(rows)
    with pytest.raises(cw.ChinchillaError, match="a cut with at least"):
        found.backtest()
    assert found.interval("params", 1e24)[0] > 0  # plain, since nothing could be learned


def test_runs_that_determine_a_law(fit: cw.Fit) -> None:
    verdict = fit.identified
    assert verdict.identified
    assert verdict.notes == ()
    assert len(verdict.movement) == 8
    profile = verdict.profiles["alpha"]
    # The profile's 95 % is near twice the bootstrap's standard error.
    assert (profile.high - profile.low) / 4 == pytest.approx(0.0154, rel=0.4)
    assert profile.objective.min() == pytest.approx(fit.objective, rel=1e-6)
    assert not any("not_identified" in each.code for each in cw.plan("$1M", law=fit).status)


def test_runs_that_do_not() -> None:
    found = cw.fit(sardana(100))
    assert found.constants["E"] < 0.25
    assert found.constants["alpha"] < 0.09
    assert not found.identified.identified
    codes = [status.code.removeprefix("fitting.") for status in found.status]
    assert codes[0] == "not_identified"
    assert {"help_run"} < set(codes)
    assert any(code.startswith("why_") for code in codes)
    plan = cw.plan("$1M", law=found)
    assert str(found.status[0]) in [str(each) for each in plan.status]
    assert "Not identified" in str(plan)
    assert "No identificada" in str(cw.plan("$1M", law=found, lang="es"))


def test_doubts_are_saved_with_the_law(tmp_path) -> None:
    found = cw.fit(sardana(100))
    found.save(tmp_path / "law.json")
    law = cw.load_law(tmp_path / "law.json")
    assert law.about.doubts == found.law.about.doubts
    assert "Not identified" in str(cw.plan("$1M", law=law))
    runs = cw.fit(chinchilla())
    runs.save(tmp_path / "law.json")
    said = [str(each) for each in cw.plan("$1M", law=runs).status]
    again = cw.load_law(tmp_path / "law.json")
    assert [str(each) for each in cw.plan("$1M", law=again).status] == said
    file = cw.plan("$1M", law=runs).report(tmp_path / "plan.json")
    assert [str(each) for each in cw.Plan.from_json(file).status] == said


def test_suggested_runs_narrow_the_optimum_as_expected() -> None:
    found = cw.fit(from_law(LAW, count=60, noise=0.006, seed=3))
    plan = found.suggest("2e22 FLOP", 5.76e23)
    assert plan.flops <= 2e22
    assert plan.sd_expected < 0.8 * plan.sd_now
    assert plan.now[0] < plan.expected[0] < plan.expected[1] < plan.now[1]
    assert plan.simulate(300) == pytest.approx(plan.sd_expected, rel=0.3)
    # Runs at the optimum of each size, the usual habit, narrow it less for the same compute.
    sizes = np.geomspace(1e8, 5e9, 12)
    tokens = 20 * sizes
    share = 2e22 / (6 * sizes * tokens).sum()
    habit = cw.fitting.design.slopes_at(found, sizes * share**0.5, tokens * share**0.5)
    known = information(found.runs, found.family, found.theta, found.price)
    habit *= np.sqrt(known.per_row(np.full(sizes.size, 20.0)))[:, None]
    matrix = known.matrix + habit.T @ habit
    assert plan.sd_expected < cw.fitting.design.spread(found, matrix, 5.76e23)


def test_a_suggestion_speaks_of_the_interval_the_fit_gives(fit: cw.Fit) -> None:
    plan = fit.suggest("1e22 FLOP", 5.76e23)
    assert plan.now == pytest.approx(fit.interval("params", 5.76e23), rel=0.1)
    assert plan.expected[1] / plan.expected[0] < plan.now[1] / plan.now[0]
    # New runs scatter as those most like them do.
    assert plan.simulate(300) == pytest.approx(plan.sd_expected, rel=0.2)
    # A pilot that reaches farther leaves fewer decades to extrapolate.
    far = fit.suggest("1e23 FLOP", 5.76e23)
    assert far.beyond_expected < 0.7 * far.beyond_now == pytest.approx(0.7 * plan.beyond_now)
    assert far.flops <= 1e23


def test_no_design_from_random_starts_is_better(fit: cw.Fit) -> None:
    design = cw.fitting.design
    known = information(fit.runs, fit.family, fit.theta, fit.price)
    params, tokens = design.candidates(fit, 0.5e22, 1e19)
    slopes = design.slopes_at(fit, params, tokens)
    slopes *= np.sqrt(known.per_row(tokens / params))[:, None]
    surface = cw.fitting.families.surface_for(fit.family, fit.runs)
    shift = cw.fitting.families.optimum_shift(fit.family, surface, fit.theta, 5.76e23)
    task = design._Task(known.matrix, shift, slopes, 6.0 * params * tokens, 1e22, 16)
    random = np.random.default_rng(5)
    others = [task.sd(task._exchanged([], task._greedy([], None, random))) for _ in range(10)]
    assert task.sd(task.best([])) <= min(others) * 1.01


def test_a_factor_all_weights_share_changes_nothing(fit: cw.Fit) -> None:
    for factor in (1 / 240, 1000.0):
        found = cw.fit(chinchilla(), weights=np.full(240, factor))
        assert found.identified.identified
        assert found.objective == pytest.approx(factor * fit.objective, rel=1e-9)
        for letter, each in fit.identified.profiles.items():
            same = found.identified.profiles[letter]
            assert (same.low, same.high) == pytest.approx((each.low, each.high), rel=1e-6)
        assert found.suggest("1e22 FLOP", 5.76e23).simulate(60) == pytest.approx(
            fit.suggest("1e22 FLOP", 5.76e23).simulate(60), rel=1e-6
        )


def test_runs_of_one_sweep_err_together() -> None:
    """Each run ten times, as ten clusters of one would have it, says no more than once."""
    rows = chinchilla()
    many = {name: np.tile(each, 10) for name, each in rows.items()}
    many["sweep"] = np.tile(np.arange(240), 10)
    alone, together = cw.fit(rows), cw.fit(many, cluster="sweep")
    apart = {name: each for name, each in many.items() if name != "sweep"}
    assert together.identified.spread == pytest.approx(alone.identified.spread, rel=0.05)
    assert cw.fit(apart).identified.spread < 0.4 * alone.identified.spread


def test_few_runs_are_no_law_and_uncalibrated_ones_say_so() -> None:
    verdicts = []
    for seed in range(8):
        random = np.random.default_rng([6, seed])
        params = 10 ** random.uniform(7.5, 10, 6)
        tokens = params * 10 ** random.uniform(0.3, 2, 6)
        loss = LAW.loss(params, tokens) * np.exp(0.005 * random.standard_normal(6))
        try:
            found = cw.fit({"N": params, "D": tokens, "loss": loss})
        except cw.ChinchillaError:
            continue
        verdicts.append(found.identified.identified)
        assert "fitting.uncalibrated" in [each.code for each in found.status]
        plan = cw.plan("$1M", law=found)
        assert "fitting.uncalibrated" in [each.code for each in plan.status]
    assert len(verdicts) >= 5
    assert sum(verdicts) <= 1


def test_runs_that_fit_exactly_are_no_fault() -> None:
    random = np.random.default_rng(1)
    params = 10 ** random.uniform(7.5, 10, 8)
    tokens = params * 10 ** random.uniform(0.3, 2, 8)
    found = cw.fit({"N": params, "D": tokens, "loss": LAW.loss(params, tokens)})
    assert found.identified.identified
    assert found.interval("params", 1e24) == pytest.approx([LAW.optimum(1e24)[0]] * 2, rel=1e-3)


def test_a_plan_carries_what_must_be_known_of_its_table() -> None:
    rows = chinchilla()
    rows["loss"] = np.where(np.arange(240) < 5, np.nan, rows["loss"] / np.log(2.0))
    plan = cw.plan("$1M", law=cw.fit(rows))
    codes = {each.code for each in plan.status}
    assert {"fitting.bits", "fitting.rows_missing"} <= codes


def test_a_backtest_with_one_cut_has_nothing_to_calibrate_by(fit: cw.Fit) -> None:
    found = fit.backtest([1e20], gap=10.0)
    assert found.coverage == pytest.approx([0.26], abs=0.08)
    assert np.isnan(found.calibrated).all()
    assert "23 larger runs" in repr(found)


def test_very_many_rows_are_judged_in_a_moment() -> None:
    """By counting: no step of the doubt touches all rows hundreds of times."""
    found = cw.fit(from_law(LAW, count=60_000, noise=0.006))
    assert found.identified.identified
    low, high = found.interval("params", 1e24, calibrated=False)
    assert low < LAW.optimum(1e24)[0] < high
    # As wide as a bootstrap of the same law's runs, √(60,000/6,000) times narrower.
    few = cw.fit(from_law(LAW, count=6_000, noise=0.006))
    low_few, high_few = few.interval("params", 1e24, calibrated=False)
    assert np.log(high_few / low_few) / np.log(high / low) == pytest.approx(10**0.5, rel=0.25)
    assert len(cw.fitting.identify.thinned(found).runs) <= 4_000
    spreads = [identify_all(found).spread, found.identified.spread]
    assert spreads[1] == pytest.approx(spreads[0], rel=0.1)


def identify_all(found: cw.Fit) -> Any:
    """The verdict of all rows, however many."""
    limit = cw.fitting.identify.JUDGED
    try:
        cw.fitting.identify.JUDGED = len(found.runs)
        return cw.fitting.identify.verdict(found)
    finally:
        cw.fitting.identify.JUDGED = limit


def test_a_handful_of_resamples_makes_no_interval(fit: cw.Fit) -> None:
    found = cw.fit(chinchilla())
    expected = found.interval("params", 1e23)
    assert len(found.bootstrap(1)) == 1
    assert found.interval("params", 1e23) == pytest.approx(expected)


def test_a_slow_family_keeps_what_is_done_when_interrupted(monkeypatch) -> None:
    found = cw.fit(chinchilla(), family="kaplan")
    calls = []

    def interrupted(job, start, stop, elements):
        calls.append(stop - start)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return resample(job, start, stop, elements)

    monkeypatch.setattr(module, "resample", interrupted)
    assert len(found.bootstrap(1000)) == sum(calls[:2]) <= 20


def test_an_executor_gets_the_table_for_many_resamples(fit: cw.Fit) -> None:
    submitted = []

    class Counting(ThreadPoolExecutor):
        def submit(self, function, job, start, stop, *more):
            submitted.append(stop - start)
            return super().submit(function, job, start, stop, *more)

    with Counting(2) as pool:
        bootstrap(fit.job, 100, pool, elements=1)  # as with a table of very many rows
    assert submitted == [32, 32, 32, 4]


def test_a_plan_by_kaplans_form_has_the_fits_interval() -> None:
    found = cw.fit(chinchilla(), family="kaplan")
    found.bootstrap(200)
    plan = cw.plan("1e23 FLOP", law=found)
    for what in ("params", "tokens", "tokens_per_param", "loss"):
        for calibrated in (True, False):
            expected = found.interval(what, 1e23, calibrated=calibrated)
            assert plan.interval(what, calibrated=calibrated) == pytest.approx(expected, rel=2e-3)


def test_other_ways_stand_beside_the_answer(fit: cw.Fit) -> None:
    found = fit.alternatives(1e24)
    assert set(found) == {"tied", "isoflop", "left_out", "published"}
    tied = cw.fit(chinchilla(), family="tied")
    assert found["tied"] == pytest.approx([tied.law.optimum(1e24)[0]] * 2)
    isoflop = cw.fit(chinchilla(), approach=2)
    assert found["isoflop"][0] == pytest.approx(isoflop.law.optimum(1e24)[0])
    best = fit.law.optimum(1e24)[0]
    assert found["left_out"][0] < best < found["left_out"][1]
    assert found["published"] == spread(1e24)["params"]
    # A decade beyond the runs is where the verdict looks at the same movements.
    beyond = 10.0 * float(fit.runs.flops.max())
    moved = [fit.law.optimum(beyond)[0] * np.exp(by) for by in fit.identified.movement.values()]
    assert fit.alternatives(beyond)["left_out"] == pytest.approx((min(moved), max(moved)))
    assert found["left_out"][1] / best != pytest.approx(max(moved) / fit.law.optimum(beyond)[0])
    few = cw.fit(sardana(100))
    assert "isoflop" not in few.alternatives(1e24)  # no IsoFLOP curves among them
    for way in found:
        assert say(f"fitting.way_{way}") in fit.summary()


def test_the_summary_says_how_the_constants_were_held(fit: cw.Fit) -> None:
    text = fit.summary()
    assert "α 0.324 – 0.368" in text
    found = cw.fit(from_law(LAW, count=25_000))
    assert "1000, from the joint information" in found.summary()


def test_what_a_frontier_lacks_it_says(fit: cw.Fit) -> None:
    found = cw.fit(chinchilla(), approach=2)
    for name in ("interval", "predict", "bootstrap", "backtest", "suggest", "save", "chart"):
        with pytest.raises(AttributeError, match="approach 2 gives a frontier alone"):
            getattr(found, name)
    assert not hasattr(found, "nothing")
    assert "N* = " in found._repr_html_()


@pytest.mark.parametrize("budget", [0, -1.0, True, 1e3, None])
def test_a_budget_too_small_for_a_run(fit: cw.Fit, budget: object) -> None:
    with pytest.raises(cw.ChinchillaError):
        fit.suggest(budget, 1e24)


@pytest.mark.parametrize("approach", [1, 2])
def test_other_approaches_say_their_bias(fit: cw.Fit, approach: int) -> None:
    found = cw.fit(chinchilla(), approach=approach)
    codes = [status.code for status in found.status]
    assert codes[:2] == [f"fitting.bias_{approach}", "fitting.beside"]
    there = fit.law.optimum(10 * fit.runs.flops.max())[0]
    assert found.notes[1][1]["there"] == ("params", pytest.approx(there))
    assert 0.4 < found.constants["a"] < 0.62
    plan = cw.plan("1e22 FLOP", law=found)
    assert plan.params == pytest.approx(found.constants["k"] * 1e22 ** found.constants["a"])
    assert any(each.code == f"fitting.bias_{approach}" for each in plan.status)
    assert found.surface.objective == fit.objective


def test_isoflops_of_a_symmetric_law_have_no_bias() -> None:
    """α = β: parabolas about the minimum, evenly sampled, find the exponent exactly."""
    law = cw.laws.ParametricLaw({"E": 1.7, "A": 400.0, "B": 400.0, "alpha": 0.34, "beta": 0.34})
    flops = np.geomspace(1e19, 1e21, 5).repeat(9)
    params = (flops / 6) ** 0.5 * np.tile(np.geomspace(0.5, 2, 9), 5)
    tokens = flops / 6 / params
    found = cw.fit({"N": params, "D": tokens, "loss": law.loss(params, tokens)}, approach=2)
    assert found.constants["a"] == pytest.approx(0.5, abs=1e-6)
    assert found.law.optimum(1e22)[0] == pytest.approx(law.optimum(1e22)[0], rel=1e-3)


def test_memory_grows_neither_with_rows_nor_resamples() -> None:
    """Batches of 10,000 rows: 100,000 resamples then keep 48 bytes each, and this once."""
    found = cw.fit(from_law(LAW, count=10_000))
    tracemalloc.start()
    drawn = bootstrap(found.job, 12)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert drawn.reached.all()
    assert peak < 20e6
