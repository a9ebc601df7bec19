"""Tables as people have them: every kind that is read, and every fault that gets a sentence."""

import sys

import narwhals.stable.v1 as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import chinchilla_widget as cw
from unit.runs_for_fits import chinchilla, from_law

LAW = cw.LAWS["besiroglu-2024"]


def codes(fit: cw.Fit) -> set[str]:
    return {status.code.removeprefix("fitting.") for status in fit.status}


def refused(rows: object, **words: object) -> str:
    """The code of the sentence that refuses, which must name no placeholder."""
    with pytest.raises(cw.ChinchillaError) as caught:
        cw.fit(rows, **words)
    assert "{" not in str(caught.value)
    return caught.value.code.removeprefix("fitting.")


@pytest.fixture(scope="module")
def expected() -> float:
    return cw.fit(chinchilla()).objective


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return pd.DataFrame(chinchilla())


def test_frames_and_files_are_read(frame: pd.DataFrame, expected: float, tmp_path) -> None:
    frame.to_csv(tmp_path / "runs.csv", index=False)
    frame.to_csv(tmp_path / "runs.tsv", index=False, sep="\t", encoding="utf-8-sig")
    lists = {name: list(each) for name, each in chinchilla().items()}
    for runs in (frame, nw.from_native(frame), lists, tmp_path / "runs.csv"):
        assert cw.fit(runs).objective == expected
    assert cw.fit(str(tmp_path / "runs.tsv")).objective == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("kind", ["polars", "pyarrow"])
def test_other_frames_are_read(kind: str, expected: float) -> None:
    made = (pa.table if kind == "pyarrow" else pl.DataFrame)(chinchilla())
    assert cw.fit(made).objective == expected


def test_parquet(frame: pd.DataFrame, expected: float, tmp_path) -> None:
    frame.to_parquet(tmp_path / "runs.parquet")
    assert cw.fit(tmp_path / "runs.parquet").objective == expected


def test_parquet_without_pyarrow_says_what_to_install(tmp_path, monkeypatch) -> None:
    (tmp_path / "runs.parquet").write_bytes(b"PAR1")
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    assert refused(tmp_path / "runs.parquet") == "no_pyarrow"


def test_usual_names_are_found_and_echoed(frame: pd.DataFrame, expected: float) -> None:
    named = frame.rename(columns={"N": "Model size", "D": "train_tokens", "loss": "Val loss"})
    fit = cw.fit(named)
    assert fit.objective == expected
    assert fit.runs.columns == {
        "loss": "Val loss",
        "params": "Model size",
        "tokens": "train_tokens",
    }
    assert "params=Model size" in fit.summary()


def test_rows_that_cannot_be_used_are_named_and_counted() -> None:
    rows = chinchilla()
    bad = {"N": [np.nan, 1e9, 1e9], "D": [1e10, -1e10, 1e10], "loss": [3.0, 3.0, np.inf]}
    fit = cw.fit({name: np.concatenate([bad[name], each]) for name, each in rows.items()})
    assert (fit.runs.read, len(fit.runs)) == (243, 240)
    assert {"rows_missing", "rows_not_positive", "rows_infinite"} <= codes(fit)
    text = " ".join(map(str, fit.status))
    for name, row in (("N” is missing", 1), ("D” is not more than 0", 2), ("loss” is infinite", 3)):
        assert f"“{name}: 1 (counting from 1: {row})" in text
    assert fit.objective == pytest.approx(cw.fit(rows).objective, rel=1e-12)


def test_losses_in_bits_are_suspected() -> None:
    rows = chinchilla()
    assert "bits" in codes(cw.fit({**rows, "loss": rows["loss"] / np.log(2)}))
    assert "bits" not in codes(cw.fit(rows))
    assert "loss_scale" in codes(cw.fit({**rows, "loss": rows["loss"] / 8}))


@pytest.mark.parametrize(("column", "unit"), [("D", 1e9), ("N", 1e6), ("N", 1e9)])
def test_units_are_checked_against_the_compute(column: str, unit: float) -> None:
    rows = chinchilla()
    compute = 6 * rows["N"] * rows["D"]
    scaled = {**rows, column: rows[column] / unit}
    assert refused(scaled) == "unit"
    # One that no size gives away: hundreds of thousands "thousand params".
    thousands = {**rows, column: rows[column] / 1e3, "C": compute}
    assert refused(thousands) == "unit_by_flops"
    assert "flops_apart" in codes(cw.fit({**rows, "C": compute * 2.5}))
    assert "flops_apart" not in codes(cw.fit({**rows, "C": compute * 0.9}))


def test_duplicates_are_counted() -> None:
    rows = {name: np.concatenate([each, each[:7]]) for name, each in chinchilla().items()}
    fit = cw.fit(rows)
    assert "duplicates" in codes(fit)
    assert "count again: 7." in " ".join(map(str, fit.status))


def test_an_outlier_of_twice_hardly_moves_the_law(expected: float) -> None:
    rows = chinchilla()
    loss = rows["loss"].copy()
    loss[100] *= 2
    fit = cw.fit({**rows, "loss": loss})
    assert "far_off" in codes(fit)
    assert fit.starts == (49, 49)
    params = fit.law.optimum(1e22)[0]
    assert params == pytest.approx(cw.fit(rows).law.optimum(1e22)[0], rel=0.05)


def test_a_million_rows() -> None:
    rows = from_law(LAW, count=1_000_000)
    fit = cw.fit(rows)
    assert fit.starts == (49, 49)
    assert fit.constants == pytest.approx(dict(LAW.constants), rel=0.01)


ROWS = chinchilla()


@pytest.mark.parametrize(
    ("rows", "words", "code"),
    [
        ({}, {}, "empty"),
        ({"N": [], "D": [], "loss": []}, {}, "empty"),
        (pd.DataFrame(), {}, "empty"),
        (3, {}, "no_table"),
        (None, {}, "no_table"),
        ("no such file.csv", {}, "no_file"),
        ({**ROWS, "loss": ROWS["loss"][:5]}, {}, "lengths"),
        (ROWS, {"params": "size"}, "no_column"),
        ({"N": ROWS["N"], "loss": ROWS["loss"]}, {}, "which_column"),
        ({"D": ROWS["D"], "N": ROWS["N"]}, {}, "which_column"),
        ({**ROWS, "params": ROWS["N"]}, {}, "two_columns"),
        (ROWS, {"params": "D"}, "column_twice"),
        ({**ROWS, "loss": ["about three"] * 240}, {}, "text"),
        ({**ROWS, "loss": np.ones((240, 2))}, {}, "not_a_column"),
        ({**ROWS, "loss": [None] * 240}, {}, "no_rows"),
        ({**ROWS, "N": np.full(240, 1e9)}, {}, "few_params"),
        ({**ROWS, "D": np.full(240, 1e10)}, {}, "few_tokens"),
        ({name: each[:5] for name, each in ROWS.items()}, {}, "few_rows"),
        ({**ROWS, "loss": np.full(240, 3.0)}, {}, "constant_loss"),
        ({**ROWS, "loss": 3 * (ROWS["N"] / 1e9) ** 0.1}, {}, "rises_with_params"),
        ({**ROWS, "loss": 3 * (ROWS["D"] / 1e9) ** 0.1}, {}, "rises_with_tokens"),
        (ROWS, {"family": "cubic"}, "family"),
        (ROWS, {"family": "repeats"}, "which_column"),
        (ROWS, {"approach": 4}, "approach"),
        (ROWS, {"objective": "mean"}, "objective"),
        (ROWS, {"delta": 0}, "positive"),
        (ROWS, {"overestimate_penalty": -1}, "positive"),
        (ROWS, {"weights": np.ones(3)}, "weights"),
        (ROWS, {"weights": -np.ones(240)}, "weights"),
        (ROWS, {"cluster": "sweep"}, "no_column"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "es"])
def test_what_cannot_be_fitted_gets_one_sentence(
    rows: object, words: dict, code: str, lang: str
) -> None:
    assert refused(rows, lang=lang, **words) == code


def test_broken_files_get_one_sentence(tmp_path) -> None:
    file = tmp_path / "runs.csv"
    for content, code in (
        (b"", "empty"),
        (b"N,D,loss\n", "empty"),
        (b"N,D,loss\n1,2\n", "ragged"),
        (b"\xff\xfe\x00", "unreadable"),
    ):
        file.write_bytes(content)
        assert refused(file) == code
    assert refused(tmp_path / "none.csv") == "no_file"
    assert refused(tmp_path) == "files.not_a_file"


def test_an_unknown_keyword_is_a_type_error() -> None:
    with pytest.raises(TypeError):
        cw.fit(ROWS, colour="red")
