"""The command line: one plan or one sentence, never a traceback."""

import io
import json
import os
import shlex
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import chinchilla_widget as cw
from chinchilla_widget import options
from chinchilla_widget.__main__ import main
from chinchilla_widget.messages import say
from chinchilla_widget.scenario import WORDS

Capture = pytest.CaptureFixture[str]


def mistake(capsys: Capture, *arguments: str) -> str:
    """The one line that a mistake leaves on stderr."""
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("chinchilla-widget: ")
    assert err.count("\n") == 1
    return err.strip().removeprefix("chinchilla-widget: ")


def printed(capsys: Capture, *arguments: str) -> str:
    assert main(arguments) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def test_a_plan_is_printed_as_python_prints_it(capsys: Capture) -> None:
    assert printed(capsys, "$1M") == f"{cw.plan('$1M')}\n"


def test_json_is_the_plan_as_a_dict(capsys: Capture) -> None:
    out = printed(capsys, "2.5e23 FLOP", "--law", "hoffmann-2022-approach-3", "--json")
    expected = cw.plan("2.5e23 FLOP", law="hoffmann-2022-approach-3").to_dict()
    assert json.loads(out) == json.loads(json.dumps(expected))


def test_a_budget_needs_no_quotes_where_the_shell_leaves_it_alone(capsys: Capture) -> None:
    quoted = printed(capsys, "512 H100 for 28 days", "--mfu", "40%")
    assert printed(capsys, "512", "H100", "--mfu", "40%", "for", "28", "days") == quoted


@pytest.mark.parametrize(
    ("split", "whole"),
    [
        ("--accelerator|A100|80GB|$1M", "$1M|--accelerator|A100 80GB"),
        ("$1M|--accelerator=a100|pcie|80gb", "$1M|--accelerator=a100-pcie"),
        ("$1M|--served-tokens|2|T", "$1M|--served-tokens|2T"),
        ("--mfu|40|%|512|H100|for|28|days", "512 H100 for 28 days|--mfu=.4"),
        ("--chips|512|$1M", "$1M|--chips=512"),
        ("--chips|8|500|mil|euros|--fx|1.1", "500 mil euros|--chips=8|--fx=1.1"),
    ],
)
def test_a_value_of_several_words_needs_no_quotes(capsys: Capture, split: str, whole: str) -> None:
    assert printed(capsys, *split.split("|")) == printed(capsys, *whole.split("|"))


# Every word as a flag, with a question it makes sense in.
FLAGS = {
    "accelerator": ("$1M", "a100-80"),
    "dtype": ("$1M", "fp8"),
    "peak_flops": ("$1M", "400 TFLOP/s"),
    "price_kind": ("$1M", "spot"),
    "price_per_hour": ("$1M", "$2"),
    "fx": ("€1M", "1.1"),
    "mfu": ("$1M", "40%"),
    "goodput": ("$1M", "0.95"),
    "chips": ("$1M", "512"),
    "final_share": ("$1M", "50%"),
    "law": ("$1M", "sardana-2024"),
    "token_price": ("$1M", "0.1"),
    "unique_tokens": ("$1M", "300B"),
    "served_tokens": ("$1M", "2T"),
    "serving_mfu": ("$1M", "0.2"),
    "serving_price_per_hour": ("$1M", "3"),
    "params": ("$1M", "8B"),
    "tokens": ("$1M", "1T"),
    "target_loss": ("", "2.0"),
    "pue": ("$1M", "1.2"),
    "grid": ("$1M", "174"),
    "lang": ("$1M", "es"),
}


@pytest.mark.parametrize("word", FLAGS)
def test_a_word_is_a_flag(capsys: Capture, word: str) -> None:
    budget, value = FLAGS[word]
    expected = f"{cw.plan(budget or None, **{word: value})}\n"
    hyphened = f"--{word.replace('_', '-')}"
    for flag in ([hyphened, value], [f"--{word}", value], [f"{hyphened}={value}"]):
        assert printed(capsys, *filter(None, [budget]), *flag) == expected


def test_every_word_is_a_flag() -> None:
    assert {*FLAGS, "repeats", "budget"} == set(WORDS)


def test_repeats_are_a_switch(capsys: Capture) -> None:
    words = ("1e21 FLOP", "--unique-tokens", "5B")
    never = printed(capsys, *words, "--no-repeats")
    assert never == f"{cw.plan('1e21 FLOP', unique_tokens='5B', repeats=False)}\n"
    assert printed(capsys, *words, "--repeats") == printed(capsys, *words)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], say("options.no_budget")),
        (["--mfu", "40%"], say("options.no_budget")),
        ([""], say("options.no_budget")),
        (["$1M", "--lawz", "x"], "There is no flag --lawz; did you mean --law?"),
        (["$1M", "--served_tokenz=1"], "did you mean --served-tokens?"),
        (["$1M", "-mfu", "40%"], "There is no flag -mfu; did you mean --mfu?"),
        (["$1M", "--xyzzy"], "There is no flag --xyzzy; --help lists what there is."),
        (["$1M", "--acc", "h100"], "There is no flag --acc; "),
        (["$1M", "--law"], "--law needs a value after it"),
        (["$1M", "--price_per_hour"], "--price-per-hour needs a value after it"),
        (["$1M", "--json=yes"], "--json takes no value"),
        (["$1M", "--repeats=no"], "--repeats takes no value"),
        (["$1M", "--law", "kaplan"], "Did you mean kaplan-2020?"),
        (["$1M", "--mfu="], "cannot be read here: write a share"),
        (["$1M", "--mfu", "40"], "write “40%” if it is a percentage"),
        (["$1M", "--params", "-8B"], "--params needs a value after it"),
        (["1000000"], "has no unit"),
        (["70B"], "looks like the size of a model"),
        (["nonsense"], "cannot be read as a budget"),
        (["-5"], "is negative"),
        (["$1M", "--lang", "fr"], "The languages are en, es"),
        (["$1M", "--params", "8B", "--tokens", "1T"], "leave out the budget"),
        (["M"], "the shell ate the $1"),
        (["$1M", "--title", "T"], "--title does nothing without --report"),
        (["$1M", "--author", "A"], "--author does nothing without --report"),
        (["$1M", "--force"], "--force does nothing without --report / --export-widget"),
        (["$1M", "--tolerance", "5%"], "--tolerance does nothing without --check"),
        (["00"], "the shell ate the $1"),
        ([",000"], "the shell ate the $1"),
    ],
)
def test_a_mistake_is_one_line_and_status_2(
    capsys: Capture, arguments: list[str], said: str
) -> None:
    assert said in mistake(capsys, *arguments)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--lang", "es"], say("options.no_budget", "es")),
        (["--lang=es"], say("options.no_budget", "es")),
        (["$1M", "--lawz", "--lang", "es"], "No existe la opción --lawz; ¿quiso decir --law?"),
        (["--lang", "es", "$1M", "--law"], "Falta el valor de --law"),
        (["--lang", "es", "$1M", "--json=1"], "--json no lleva ningún valor"),
        (["--lang", "es", "pepe"], "no se puede leer como presupuesto"),
        (["$1M", "--mfu", "90%", "--lang", "es"], "Nada alcanza"),
        (["--lang", "es", "--lang"], "--lang"),
    ],
)
def test_mistakes_are_said_in_the_language_asked_for(
    capsys: Capture, arguments: list[str], said: str
) -> None:
    assert said in mistake(capsys, *arguments)


def test_spanish(capsys: Capture) -> None:
    out = printed(capsys, "500 mil dólares", "--lang", "es")
    assert out.startswith("Parámetros ")
    assert "Read as" not in out
    assert out == f"{cw.plan('500 mil dólares', lang='es')}\n"


@pytest.mark.parametrize("lang", ["en", "es"])
def test_help_names_every_word(capsys: Capture, lang: str) -> None:
    out = printed(capsys, "--lang", lang, "--help")
    for word in WORDS:
        assert f"--{word.replace('_', '-')}" in out or word == "budget"
    assert out.startswith(say("options.usage", lang))
    assert say("options.about", lang) in out
    for foreign in ("positional arguments", "show this help message", "optional arguments"):
        assert foreign not in out
    assert printed(capsys, "-h", "--lang", lang) == out


def test_the_examples_of_the_help_run(capsys: Capture) -> None:
    for lang in ("en", "es"):
        lines = [line.strip() for line in say("options.examples", lang).splitlines()]
        examples = [shlex.split(line)[1:] for line in lines if line.startswith("chinchilla-widget")]
        assert len(examples) == 4
        for arguments in examples:
            assert printed(capsys, *arguments, "--lang", lang)


def test_the_lists(capsys: Capture) -> None:
    laws = printed(capsys, "--list-laws").splitlines()
    assert [line.split()[0] for line in laws] == list(cw.LAWS)
    assert "arXiv:2404.10102" in laws[0]
    chips = printed(capsys, "--list-accelerators").splitlines()
    assert [line.split()[0] for line in chips] == list(cw.ACCELERATORS)
    row = next(line for line in chips if line.startswith("h100-sxm"))
    assert [each in row for each in ("989 TFLOP/s bf16", "$2.95/h")] == [True, True]
    assert "2,95 US$/h" in printed(capsys, "--list-accelerators", "--lang", "es").replace(
        "\xa0", " "
    )


PIECES = [
    *["$1M", "1e21 FLOP", "M", "", " ", "-", "--", "---", "-h", "--help", "--json", "--json=1"],
    *["--list-laws", "--law", "--law=", "sardana-2024", "--mfu", "40%", "--mfu=.4", "-5", "--no-"],
    *["--repeats", "--no-repeats", "--no-mfu", "--lang", "es", "--lang=es", "--lang=\udcff"],
    *["--served_tokens", "2T", "--target-loss", "2.0", "1.0", "%s", "%(prog)s", "{x}", "@file"],
    *["--params=8B", "--tokens", "\x00", "\udcff", "ñ", "∞", "nan", "--__", "--chips=1e400"],
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=5))
def test_never_a_traceback(arguments: list[str]) -> None:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = main(arguments)
    if status == 0:
        assert (bool(out.getvalue()), err.getvalue()) == (True, "")
    else:
        assert (status, out.getvalue(), err.getvalue().count("\n")) == (2, "", 1)


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "chinchilla_widget", *arguments],
        capture_output=True,
        env={**os.environ, "PYTHONUTF8": "1", **environment},
    )


def test_a_process_prints_a_plan() -> None:
    done = run("$1M")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().startswith("Parameters                  60.8\xa0B\n")


def test_a_process_that_is_mistaken_returns_2() -> None:
    done = run("$1M", "--lawz")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().strip() == (
        "chinchilla-widget: There is no flag --lawz; did you mean --law?"
    )


def test_a_process_without_unicode_prints_all_the_same() -> None:
    done = run("$1M", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"Parameters                  60.8?B")


def test_a_reader_that_leaves_early_hears_nothing() -> None:
    command = [sys.executable, "-m", "chinchilla_widget", "--list-laws"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 0


def test_the_console_script_is_this_main(root: Path) -> None:
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    assert 'chinchilla-widget = "chinchilla_widget.__main__:main"' in text


@pytest.mark.parametrize(
    ("line", "word", "found"),
    [
        ("%chinchilla --la", "--la", ["--law", "--lang"]),
        ("%chinchilla --no", "--no", ["--no-repeats"]),
        ("%chinchilla --law sar", "sar", ["sardana-2024"]),
        ("%chinchilla --law=sar", "sar", ["sardana-2024"]),
        ("%chinchilla --price_kind ", "", ["on-demand", "spot"]),
        ("%chinchilla --lang ", "", ["en", "es"]),
        ("%chinchilla --accelerator tpu", "tpu", [k for k in cw.ACCELERATORS if k[:3] == "tpu"]),
        ("%chinchilla $1M ", "", []),
        ("%chinchilla", "%chinchilla", []),
    ],
)
def test_completions(line: str, word: str, found: list[str]) -> None:
    assert options.completions(line, word) == found


def test_the_lists_for_programs(capsys: Capture) -> None:
    laws = json.loads(printed(capsys, "--list-laws", "--json"))
    assert [law["id"] for law in laws] == list(cw.LAWS)
    assert laws[0]["constants"] == dict(cw.LAWS["besiroglu-2024"].constants)
    assert laws[0]["domain"]["flops"] == [1.4e18, 1.3e22]
    chips = json.loads(printed(capsys, "--json", "--list-accelerators"))
    assert [chip["id"] for chip in chips] == list(cw.ACCELERATORS)
    h100 = next(chip for chip in chips if chip["id"] == "h100-sxm")
    assert (h100["peak_flops"]["bf16"], h100["on_demand"]["typical"]) == (989e12, 2.95)


def test_the_lists_are_said_in_the_language_asked_for(capsys: Capture) -> None:
    spanish = printed(capsys, "--list-laws", "--lang", "es")
    assert "sin las incrustaciones" in spanish
    assert "enfoque 1, resultados guardados" in spanish
    notes = json.loads(printed(capsys, "--list-laws", "--json", "--lang", "es"))[0]["note"]
    assert notes == cw.LAWS["besiroglu-2024"].about.says("note", "es")
    chips = json.loads(printed(capsys, "--list-accelerators", "--json", "--lang", "es"))
    assert chips[0]["note"] == cw.ACCELERATORS["v100-sxm"].says("note", "es")


RUNS = str(Path(__file__).parents[2] / "notebooks" / "runs" / "sardana-47.csv")


def test_a_fit_of_ones_own_runs(capsys: Capture) -> None:
    law = cw.fit(RUNS, name=RUNS)
    columns = "params=N, tokens=D,loss=loss"
    found = printed(capsys, "$1M", "--fit", RUNS, "--columns", columns)
    assert found == f"{cw.plan('$1M', law=law)}\n"
    assert "Not identified" in found


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--fit", RUNS, "--law", "hoffmann-2022-approach-3"), "leave one out"),
        (("--columns", "params=N"), "--columns says how a table of runs is fitted"),
        (("--family", "tied"), "--family says how a table of runs is fitted"),
        (("--fit", RUNS, "--family", "cubic"), "No family is called “cubic”"),
        (("--fit", RUNS, "--columns", "size=N"), "“size=N” does not name a column"),
        (("--fit", RUNS, "--columns", "params=N,params=D"), "does not name a column"),
        (("--fit", RUNS, "--columns", "params=n_params"), "There is no column “n_params”"),
        (("--fit", "nowhere.csv"), "There is no file “nowhere.csv”"),
    ],
)
def test_a_fit_that_cannot_be(capsys: Capture, arguments: tuple[str, ...], said: str) -> None:
    assert said in mistake(capsys, "$1M", *arguments)


def test_columns_that_were_found_are_said(capsys: Capture) -> None:
    found = printed(capsys, "$1M", "--fit", RUNS)
    assert "Columns taken from the table: params=N, tokens=D, loss=loss." in found
    named = printed(capsys, "$1M", "--fit", RUNS, "--columns", "params=N,tokens=D,loss=loss")
    assert "Columns taken" not in named


def test_a_family_beside_the_fit(capsys: Capture) -> None:
    law = cw.fit(RUNS, name=RUNS, family="tied")
    columns = ("--columns", "params=N,tokens=D,loss=loss")
    found = printed(capsys, "$1M", "--fit", RUNS, *columns, "--family", "tied")
    assert found == f"{cw.plan('$1M', law=law)}\n"


def test_a_law_from_its_file(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit = cw.fit(RUNS)
    fit.bootstrap(100)
    fit.save(tmp_path / "law.json")
    monkeypatch.chdir(tmp_path)
    found = printed(capsys, "$1M", "--law", "law.json")
    assert found == f"{cw.plan('$1M', law=cw.load_law('law.json'))}\n"
    assert "Not identified" in found
    assert "No identificada" in printed(capsys, "$1M", "--law=law.json", "--lang", "es")
    (tmp_path / "other.json").write_text("{}")
    assert "holds no law" in mistake(capsys, "$1M", "--law", "other.json")
    assert "There is no file “lwa.json”" in mistake(capsys, "$1M", "--law", "lwa.json")
    assert "leave one out" in mistake(capsys, "$1M", "--law", "law.json", "--fit", RUNS)
