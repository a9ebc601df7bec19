"""What a fit is asked with: read as everywhere else, or refused in one sentence."""

import concurrent.futures
from collections.abc import Callable

import numpy as np
import pytest

import chinchilla_widget as cw
from unit.runs_for_fits import chinchilla

ROWS = chinchilla()
HUGE = 10**5000


@pytest.fixture(scope="module")
def fits() -> dict[str, cw.Fit]:
    made = {lang: cw.fit(ROWS, lang=lang) for lang in ("en", "es")}
    for fit in made.values():
        fit.bootstrap(100)
    return made


@pytest.fixture(scope="module")
def fit(fits: dict[str, cw.Fit]) -> cw.Fit:
    return fits["en"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"family": ["tied"]}, "family"),
        ({"family": None}, "family"),
        ({"family": np.array(["tied"])}, "family"),
        ({"approach": 2, "family": "kaplan"}, "no_family"),
        ({"approach": 1, "family": "nonsense"}, "family"),
        ({"approach": True}, "approach"),
        ({"approach": "3"}, "approach"),
        ({"approach": [2]}, "approach"),
        ({"objective": ["huber"]}, "objective"),
        ({"weights": ["a"] * 240}, "weights"),
        ({"weights": [[1.0], [1.0, 2.0]] * 120}, "weights"),
        ({"weights": True}, "weights"),
        ({"weights": np.zeros(240)}, "weights_zero"),
        ({"cluster": np.arange(7)}, "clusters"),
        ({"cluster": [[1], [1, 2]] * 120}, "clusters"),
        ({"cluster": True}, "clusters"),
        ({"params": ["N"]}, "no_column"),
        ({"params": 7}, "no_column"),
        ({"params": True}, "no_column"),
        ({"seed": -1}, "whole"),
        ({"seed": "a"}, "whole"),
        ({"seed": 1.5}, "whole"),
        ({"seed": None}, "whole"),
        ({"seed": True}, "whole"),
        ({"delta": "a lot"}, "positive"),
        ({"delta": None}, "positive"),
        ({"delta": [1e-3]}, "positive"),
        ({"delta": float("nan")}, "positive"),
        ({"overestimate_penalty": np.inf}, "positive"),
        ({"overestimate_penalty": HUGE}, "positive"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "es"])
def test_what_a_fit_cannot_be_asked(words: dict, code: str, lang: str) -> None:
    with pytest.raises(cw.ChinchillaError) as caught:
        cw.fit(ROWS, lang=lang, **words)
    assert caught.value.code.partition(".")[2] == code
    assert "{" not in str(caught.value)


@pytest.mark.parametrize("lang", [None, ["en"], np.array(["en", "es"]), 10**4000, "fr"])
def test_a_language_is_one_of_two(lang: object) -> None:
    with pytest.raises(cw.ChinchillaError, match="en, es"):
        cw.fit(ROWS, lang=lang)


def test_labels_may_be_an_array() -> None:
    labels = np.arange(240) // 20
    by_column = cw.fit({**ROWS, "sweep": labels}, cluster="sweep")
    by_array = cw.fit(ROWS, cluster=labels)
    assert by_array.runs.cluster.tolist() == by_column.runs.cluster.tolist()
    assert by_array.bootstrap(20).clusters == 12


def test_numbers_of_numpy_are_numbers(fit: cw.Fit) -> None:
    assert cw.fit(ROWS, delta=np.float32(0.5), seed=np.int64(3), approach=np.int64(3)).seed == 3
    pair = fit.interval("params", 10**22, 0.5)
    assert fit.interval("params", np.int64(10**18), np.float32(0.5))
    assert fit.interval("params", np.array(1e22), np.float64(0.5)) == pair
    assert len(fit.suggest(np.int64(10**18), np.float32(1e20), runs=np.int64(2), level=0.5)) <= 2
    assert len(cw.fit(ROWS).bootstrap(np.int64(5), seed=np.uint8(7))) == 5


def refusal(asked: Callable[[], object]) -> cw.ChinchillaError:
    with pytest.raises(cw.ChinchillaError) as caught:
        asked()
    assert "{" not in str(caught.value)
    return caught.value


ONE = np.arange(3.0)
ASKED = [
    *[("bootstrap", (n,), {}, "resamples") for n in ("abc", None, np.nan, np.inf, 0, -1, HUGE)],
    *[("bootstrap", (n,), {}, "resamples") for n in (2.5, True, [5], 10**9, "5")],
    *[("bootstrap", (9,), {"seed": seed}, "whole") for seed in (-1, "a", 1.5, True, [1])],
    *[
        ("bootstrap", (9,), {"executor": each}, "executor")
        for each in (4, "dask", concurrent.futures.ThreadPoolExecutor, True)
    ],
    ("bootstrap", (9,), {"cluster": np.zeros(240)}, "one_cluster"),
    ("bootstrap", (9,), {"cluster": np.arange(9)}, "clusters"),
    ("bootstrap", (9,), {"cluster": [[1], [1, 2]] * 120}, "clusters"),
    ("bootstrap", (9,), {"cluster": "sweep"}, "clusters"),
    *[
        ("interval", ("params", flops), {}, "flops")
        for flops in (
            None,
            [1e21],
            np.array([1e21, 1e22]),
            10**400,
            HUGE,
            0,
            -1,
            np.nan,
            True,
            object,
        )
    ],
    ("interval", ("params", "9 lots"), {}, "not_this"),
    ("interval", (["params"], 1e21), {}, "what"),
    ("interval", (np.array(["params", "tokens"]), 1e21), {}, "what"),
    *[("interval", ("params", 1e21, each), {}, "level") for each in (5, 0, None, -1, True, [0.8])],
    ("predict", (ONE + 1e9, np.arange(4) + 1e9), {}, "shapes"),
    *[
        ("predict", (bad, 1e9), {}, "count")
        for bad in (
            -1.0,
            0,
            np.nan,
            None,
            1e300,
            True,
            [1e9, -1],
            [[1e9], [1e9, 1e9]],
            HUGE,
            object,
        )
    ],
    ("predict", (np.ma.array([1e9, 1e9], mask=[0, 1]), 1e9), {}, "count"),
    ("predict", (np.ma.array([10**9, 10**9], mask=[0, 1]), 1e9), {}, "count"),
    ("predict", ("seventy", "1.4T"), {}, "count"),
    ("predict", (1e9, 1e10, None), {}, "level"),
    *[("backtest", (), {"level": each}, "level") for each in (None, 90, 0, [0.9])],
    *[("backtest", (), {"gap": each}, "from_one") for each in (0, -1, 0.5, np.inf, None)],
    ("backtest", (), {"gap": "a"}, "from_one"),
    ("backtest", (["a"],), {}, "flops"),
    *[("backtest", (cuts,), {}, "flops") for cuts in ([None], [np.nan], [[1e20]], object(), True)],
    ("backtest", ([],), {}, "no_cuts"),
    ("backtest", (1e30,), {}, "no_cuts"),
    *[("suggest", (1e21, 1e24), {"runs": each}, "whole") for each in (0, -1, "a", 2.5, None, True)],
    *[("suggest", (1e21, 1e24), {"level": each}, "level") for each in (5, 0, None)],
    *[("suggest", (1e21, 1e24), {"largest_share": each}, "share") for each in (-1, 0, 2, None)],
    ("suggest", (1e21, 1e24), {"largest_share": "a"}, "share"),
    *[("suggest", (each, 1e24), {}, "flops") for each in (None, [1e21], HUGE, np.nan, object)],
    *[("suggest", (1e21, each), {}, "flops") for each in (None, [1e21], HUGE, -1)],
]


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize(("method", "given", "words", "code"), ASKED)
def test_what_a_method_cannot_be_asked(
    fits: dict, lang: str, method: str, given: tuple, words: dict, code: str
) -> None:
    error = refusal(lambda: getattr(fits[lang], method)(*given, **words))
    assert error.code.partition(".")[2] == code
    assert lang == "en" or str(error) != str(
        refusal(lambda: getattr(fits["en"], method)(*given, **words))
    )


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        (lambda fit: cw.fit(ROWS, paramz="N"), "params"),
        (lambda fit: cw.load_law("law.json", langg="en"), "lang"),
        (lambda fit: fit.bootstrap(5, sede=3), "seed"),
        (lambda fit: fit.interval("params", flop=1e21), "flops"),
        (lambda fit: fit.predict(parms=1e9, tokens=1e9), "params"),
        (lambda fit: fit.backtest(levle=0.9), "level"),
        (lambda fit: fit.suggest(1e21, 1e24, run=5), "runs"),
        (lambda fit: fit.save("law.json", forc=True), "force"),
    ],
)
def test_an_unknown_keyword_is_told_the_nearest(fit: cw.Fit, asked: Callable, near: str) -> None:
    with pytest.raises(TypeError, match=f"did you mean {near!r}"):
        asked(fit)


def test_one_that_is_near_none_is_told_them_all(fit: cw.Fit) -> None:
    with pytest.raises(TypeError, match="the words are budget, target, runs"):
        fit.suggest(foo=1)


def test_quantities_are_read_as_everywhere(fit: cw.Fit) -> None:
    assert fit.predict("70B", "1.4T") == fit.predict(70e9, 1.4e12)
    low, _, _ = fit.predict(["7B", "70B"], "1.4T")
    assert low.tolist() == fit.predict([7e9, 70e9], 1.4e12)[0].tolist()
    assert fit.predict([7 * 10**9, "70B"], 1.4e12)[1].shape == (2,)
    assert fit.interval("loss", "1e21 FLOP", "90%") == fit.interval("loss", 1e21, 0.9)
    one = fit.backtest(1e20, level="90%")
    assert one.cuts.tolist() == [1e20]
    assert fit.backtest(["1e20 FLOP"]).coverage == fit.backtest([1e20]).coverage
    assert (
        fit.suggest("1e21 FLOP", 1e24, largest_share="50%").params.tolist()
        == fit.suggest(1e21, "1e24 FLOP").params.tolist()
    )


def test_a_spanish_fit_answers_in_spanish(fits: dict) -> None:
    """These two came from a place that did not know the language."""
    fit = fits["es"]
    assert "remuestreos" in str(refusal(lambda: fit.bootstrap(0)))
    assert "mismo grupo" in str(refusal(lambda: fit.bootstrap(9, cluster=np.zeros(240))))
    column = {**ROWS, "sweep": np.zeros(240)}
    one = cw.fit(column, cluster="sweep", lang="es")
    assert "mismo grupo" in str(refusal(lambda: one.bootstrap(9)))
