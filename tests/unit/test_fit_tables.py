"""Tables of every form: what is read, and what gets the one sentence that is true of it."""

import gzip
import re
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import chinchilla_widget as cw
from chinchilla_widget.fitting import identify, summary
from chinchilla_widget.quantities import show_apart
from chinchilla_widget.quantities.sentences import sentence
from unit.runs_for_fits import chinchilla, from_law, sardana

ROWS = chinchilla()
FRAME = pd.DataFrame(ROWS)


@pytest.fixture(scope="module")
def expected() -> float:
    return cw.fit(ROWS).objective


def written(folder: Path, text: str | bytes, name: str = "runs.csv") -> Path:
    file = folder / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def refused(rows: object, lang: str = "en", **words: object) -> cw.ChinchillaError:
    with pytest.raises(cw.ChinchillaError) as caught:
        cw.fit(rows, lang=lang, **words)
    assert "{" not in str(caught.value)
    return caught.value


def lines(separator: str) -> str:
    """The runs as text, every number in full."""
    rows = zip(*(each.tolist() for each in ROWS.values()), strict=True)
    return "\n".join(separator.join(map(repr, row)) for row in rows)


def test_columns_of_one_name_are_refused(tmp_path) -> None:
    """Which of the two was meant cannot be known: the last one silently won."""
    file = written(tmp_path, "N,D,loss,loss\n1e9,1e10,3,4\n")
    twice = pd.DataFrame([[1.0, 2.0, 3.0, 4.0]], columns=["N", "D", "loss", "loss"])
    for runs in (file, twice, {0: [1.0], "0": [2.0]}):
        error = refused(runs)
        assert error.code == "fitting.named_twice"
        assert "“loss”" in str(error) or "“0”" in str(error)


def test_an_index_without_a_heading_is_no_column(tmp_path, expected: float) -> None:
    text = FRAME.assign(empty=None).rename(columns={"empty": ""}).to_csv()
    assert text.startswith(",N,D,loss,")
    assert cw.fit(written(tmp_path, text)).objective == expected


def test_masked_values_are_missing() -> None:
    mask = np.arange(240) < 7
    bad = np.where(mask, 1e30, ROWS["loss"])
    fit = cw.fit({**ROWS, "loss": np.ma.array(bad, mask=mask)})
    assert len(fit.runs) == 233
    assert fit.objective == cw.fit({name: each[7:] for name, each in ROWS.items()}).objective
    whole = np.ma.array(np.full(240, 10**9), mask=True)
    assert refused({**ROWS, "N": whole}).code == "fitting.no_rows"
    weights = np.ma.array(np.ones(240), mask=mask)
    assert refused(ROWS, weights=weights).code == "fitting.weights"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", " | ", " ", "    "])
def test_text_tables(separator: str, tmp_path, expected: float) -> None:
    text = separator.join(ROWS) + "\n" + lines(separator) + "\n"
    assert cw.fit(written(tmp_path, text, "runs.txt")).objective == expected
    assert cw.fit(written(tmp_path, text.replace("\n", "\r\n"))).objective == expected
    packed = written(tmp_path, gzip.compress(text.encode()), "runs.csv.gz")
    assert cw.fit(packed).objective == expected


def test_a_markdown_table(tmp_path, expected: float) -> None:
    body = "\n".join(f"| {row} |" for row in lines(" | ").splitlines())
    text = f"| N | D | loss |\n|---|:---|---:|\n{body}\n"
    assert cw.fit(written(tmp_path, text, "runs.md")).objective == expected


def test_a_table_of_spanish_excel(tmp_path, expected: float) -> None:
    text = "N;D;loss\n" + lines(";").replace(".", ",") + "\n"
    assert cw.fit(written(tmp_path, text), lang="es").objective == expected
    grouped = FRAME.assign(N=[f"{each:,.0f}".replace(",", ".") for each in ROWS["N"]])
    text = grouped.to_csv(index=False, sep=";", decimal=",")
    assert cw.fit(written(tmp_path, text)).runs.params == pytest.approx(np.round(ROWS["N"]))
    # In a file that is parted by commas, or has no decimal comma, nothing is guessed.
    text = "N;D;loss\n" + lines(";") + "\n"
    assert cw.fit(written(tmp_path, text)).objective == expected
    assert refused(written(tmp_path, 'N,D,loss\n1e9,1e9,"2,58"\n')).code == "fitting.text"


def test_rows_of_a_file_are_told_by_its_lines(tmp_path) -> None:
    text = "\nN,D,loss\n\n1e9,,3\n" + lines(",") + "\n1e9,-1,3\n"
    fit = cw.fit(written(tmp_path, text))
    said = " ".join(map(str, fit.status))
    assert "“D” is missing: 1 (line numbers: 4)" in said
    assert "is not more than 0: 1 (line numbers: 245)" in said
    spanish = " ".join(str(each) for each in cw.plan("$1M", law=fit, lang="es").status)
    assert "porque falta «D»: 1 (números de línea: 4)" in spanish
    error = refused(written(tmp_path, "N,D,loss\n\n1,2,3\n1,2\n"))
    assert "line 4" in str(error)


def test_home_is_a_folder(tmp_path, monkeypatch, expected: float) -> None:
    FRAME.to_csv(written(tmp_path, "", "runs.csv"), index=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cw.fit("~/runs.csv").objective == expected
    assert refused("~nobody-is-called-so/runs.csv").code == "fitting.no_file"


@pytest.mark.parametrize("kind", ["lazy", "batch", "table"])
def test_frames_of_other_libraries(kind: str, expected: float) -> None:
    if kind == "lazy":
        made = pl.LazyFrame(ROWS)
    else:
        made = pa.table(ROWS)
        made = made.to_batches()[0] if kind == "batch" else made
    assert cw.fit(made).objective == expected


@pytest.mark.parametrize("name", [0, "0"])
def test_columns_may_be_numbered(name: object, expected: float) -> None:
    named = {"params": name, "tokens": 1, "loss": "2"}
    assert cw.fit(pd.DataFrame(FRAME.to_numpy()), **named).objective == expected
    assert cw.fit(dict(enumerate(ROWS.values())), **named).objective == expected


DATES = pd.date_range("2026-01-01", periods=240)


@pytest.mark.parametrize(
    ("rows", "code", "said"),
    [
        ({**ROWS, "loss": DATES}, "no_numbers", "“loss” holds dates"),
        (FRAME.assign(D=DATES), "no_numbers", "“D” holds dates"),
        (FRAME.assign(D=DATES - DATES[0]), "no_numbers", "“D” holds dates or durations"),
        ({**ROWS, "N": ROWS["N"] > 1e9}, "no_numbers", "“N” holds true and false"),
        ({**ROWS, "N": [None, *[True] * 239]}, "no_numbers", "“N” holds true and false"),
        ({**ROWS, "N": ROWS["N"] + 1j}, "no_numbers", "“N” holds complex"),
        ({**ROWS, "N": [[1.0], [1.0, 2.0]] * 120}, "not_a_column", "“N”"),
        ({**ROWS, "N": iter(ROWS["N"])}, "not_a_column", "a list or an array"),
        ({**ROWS, "N": set(ROWS["N"])}, "not_a_column", "a list or an array"),
        ({"N": 1e9, "D": 1e10, "loss": 3.0}, "not_a_column", "“N”"),
        (iter([1, 2]), "no_table", "list_iterator"),
        ({1, 2}, "no_table", "this is set"),
        ("https://example.com/runs.csv", "address", "download"),
        ("N,D,loss\n" + "1,2,3\n" * 900, "text_no_path", "the text of a table"),
        ("x" * 5000, "text_no_path", "xx"),
        ("x" * 300, "no_file", "xx"),
        ("no\0name.csv", "no_file", "no"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "es"])
def test_what_is_no_table(rows: object, code: str, said: str, lang: str) -> None:
    error = refused(rows, lang)
    assert error.code == f"fitting.{code}"
    assert lang == "es" or said in str(error)


def test_json_is_no_table_and_is_told_so(tmp_path) -> None:
    for text in ('{"N": [1e9]}', '[{"N": 1e9}]', "[[1, 2]]"):
        assert refused(written(tmp_path, text, "runs.json")).code == "fitting.json_table"


def test_a_packed_file_that_is_broken_off(tmp_path) -> None:
    packed = gzip.compress(("N,D,loss\n" + lines(",")).encode())
    for content in (packed[:300], packed[:-2], packed[:100] + bytes(200), b"no gzip"):
        assert refused(written(tmp_path, content, "a.csv.gz")).code == "fitting.unreadable"


def test_what_follows_from_the_compute_has_no_column_of_its_own() -> None:
    compute = 6 * ROWS["N"] * ROWS["D"]
    without = {"N": ROWS["N"], "loss": ROWS["loss"]}
    assert cw.fit({**without, "C": compute}).constants == pytest.approx(
        dict(cw.fit(ROWS).constants), rel=1e-4
    )
    error = refused({**without, "C": compute / 8.64e19})
    assert error.code == "fitting.unit_follows"
    assert "“C”" in str(error)
    assert "“tokens”" not in str(error)
    missing = np.where(np.arange(240) == 5, np.nan, compute)
    assert "“C” is missing" in str(cw.fit({**without, "C": missing}).status)


@pytest.mark.parametrize(("unit", "flop"), [("PFLOP/s-days", 8.64e19), ("ZFLOP", 1e21)])
def test_the_unit_of_the_compute_is_named(unit: str, flop: float) -> None:
    compute = 6 * ROWS["N"] * ROWS["D"]
    error = refused({**ROWS, "C": compute / flop})
    assert error.code == "fitting.unit_of_flops"
    assert f"“C” seems to be in {unit}" in str(error)
    far = cw.fit({**ROWS, "C": compute / 4e4})
    assert "fitting.flops_far" in {status.code for status in far.status}
    assert cw.fit({**ROWS, "C": np.full(240, np.nan)}).objective == far.objective


def test_sentences_have_no_digits_too_many_and_no_wrong_plural() -> None:
    assert "up to 16.2 K," in str(refused({**ROWS, "N": ROWS["N"] / 1e6})).replace("\xa0", " ")
    bad = {name: np.append(each, each[0]) for name, each in ROWS.items()}
    bad["loss"] = np.append(bad["loss"][:-1], np.nan)
    said = " ".join(map(str, cw.fit(bad).status))
    assert "1 rows" not in said
    assert "1 runs" not in said
    exact = cw.LAWS["besiroglu-2024"].loss(ROWS["N"], ROWS["D"])
    exact[3] *= 1.003
    assert "by a factor of 1.003 " in str(cw.fit({**ROWS, "loss": exact}).status)


def test_sentences_of_a_spanish_fit_have_decimal_commas() -> None:
    found = cw.fit(sardana(100), lang="es")
    found.bootstrap(100)
    line = cw.fit(ROWS, approach=2, lang="es")
    for text in (*map(str, found.status), *map(str, line.status[:2]), found.summary()):
        assert re.search(r"\d,\d", text) or not re.search(r"\d\.\d", text), text
        assert not re.search(r"\b0\.\d", text), text


def test_an_interval_shows_as_many_digits_as_tell_its_ends_apart() -> None:
    assert show_apart([2.5831, 2.5828, 2.5839], "loss") == ["2.5831", "2.5828", "2.5839"]
    assert show_apart([2.5831, 2.5431, 2.6931], "loss", "es") == ["2,58", "2,54", "2,69"]
    assert show_apart([60.81e9, 60.84e9, 60.93e9], "params") == [
        "60.81\xa0B",
        "60.84\xa0B",
        "60.93\xa0B",
    ]
    assert show_apart([np.nan, 1.0, 2.0], "loss") == ["–", "1.00", "2.00"]
    assert summary._ends(0.45131, 0.45134, "f") == "0.45131 – 0.45134"
    text = cw.fit(from_law(cw.LAWS["besiroglu-2024"], count=400, noise=1e-4)).summary()
    assert not re.search(r"(\b\d\.\d\d) \(\1 – \1\)", text)
    assert re.search(r"\b\d\.\d{4} \(\d\.\d{4} – \d\.\d{4}\)", text)


def test_a_factor_that_is_a_cap_says_more() -> None:
    assert identify._moved("fitting.why_spread", 2.0)[1]["factor"][1] == pytest.approx(np.e**2)
    for by in (50.0, 1e9, float("nan")):
        code, values = identify._moved("fitting.why_sweep", by, sweep="3")
        assert code == "fitting.why_sweep_more"
        assert "more than 1,000." in sentence(code, **values)
