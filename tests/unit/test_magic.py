"""``%chinchilla`` in a real IPython shell."""

import io
import itertools
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

import chinchilla_widget as cw
from chinchilla_widget.messages import say
from unit.runs_for_fits import chinchilla


class Cells:
    """A shell, and what its cells printed and returned."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell

    def run(self, source: str) -> tuple[Any, str]:
        out = io.StringIO()
        with redirect_stdout(out), redirect_stderr(out):
            done = self.shell.run_cell(source)  # type: ignore[no-untyped-call]
        done.raise_error()
        # What is returned is displayed too; only what was printed is of interest.
        return done.result, "" if done.result is not None else out.getvalue()

    def answer(self, source: str) -> cw.Plan:
        result, printed = self.run(source)
        assert printed == ""
        assert isinstance(result, cw.Plan)
        return result

    def sentence(self, source: str) -> str:
        """What a mistake prints: one sentence; nothing is returned."""
        result, printed = self.run(source)
        assert result is None
        assert printed.count("\n") == 1
        assert printed.startswith("%chinchilla: ")
        return printed.strip().removeprefix("%chinchilla: ")

    def completions(self, line: str) -> list[str]:
        completer = self.shell.Completer
        assert completer is not None
        with provisionalcompleter():
            found = itertools.islice(completer.completions(line, len(line)), 200)
            return [each.text for each in found]


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InteractiveShell]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPYTHONDIR", str(tmp_path_factory.mktemp("ipython")))
        yield InteractiveShell.instance(colors="nocolor")
        InteractiveShell.clear_instance()


@pytest.fixture
def cells(shell: InteractiveShell) -> Iterator[Cells]:
    before = set(shell.user_ns)
    cells = Cells(shell)
    cells.run("%reload_ext chinchilla_widget")
    yield cells
    for name in set(shell.user_ns) - before:
        del shell.user_ns[name]


@pytest.mark.parametrize(
    ("line", "budget", "words"),
    [
        ("$500", "$500", {}),
        ("$1,000,000", "$1M", {}),
        ("$1e6 on H100 at $1.50/h", "$1M", {"price_per_hour": 1.5}),
        ("2.5e23 FLOP --law sardana-2024", "2.5e23 FLOP", {"law": "sardana-2024"}),
        ("512 H100 for 28 days --mfu 40%", "512 H100 for 28 days", {"mfu": 0.4}),
        ("'512 H100 for 28 days'", "512 H100 for 28 days", {}),
        ('$1M --accelerator "A100 80GB"', "$1M", {"accelerator": "a100-80"}),
        ("$1M --served_tokens 2T", "$1M", {"served_tokens": 2e12}),
        ("$1M --no-repeats --unique-tokens 1T", "$1M", {"repeats": False, "unique_tokens": 1e12}),
        ("--target-loss 2.0", None, {"target_loss": 2.0}),
        ("--params 70B --tokens 15T", None, {"params": 70e9, "tokens": 15e12}),
        ("--mfu 40%", "$1M", {"mfu": 0.4}),
        ("", "$1M", {}),
        ("500 mil dólares --lang es", "$500,000", {"lang": "es"}),
    ],
)
def test_a_line_is_a_plan(
    cells: Cells, line: str, budget: str | None, words: dict[str, Any]
) -> None:
    plan = cells.answer(f"%chinchilla {line} --plan")
    expected = cw.plan(budget, **words)
    assert (plan.params, plan.tokens, plan.loss, plan.dollars) == pytest.approx(
        (expected.params, expected.tokens, expected.loss, expected.dollars)
    )


@pytest.mark.parametrize(
    ("setting", "line"),
    [
        ("money = '$2M'", "{money}"),
        ("money = '$2M'", "$money"),
        ("n = 2e6", "${n}"),
        ("n = 2", "${n}M"),
        ("n = 2", "${n * 1_000_000}"),
        ("d = {'budget': '$2M'}", "{d['budget']}"),
        ("words = '$2M --goodput 0.9'", "{words}"),
    ],
)
def test_the_notebooks_values_are_put_in(cells: Cells, setting: str, line: str) -> None:
    cells.run(setting)
    assert cells.answer(f"%chinchilla {line} --plan").params == cw.plan("$2M").params


def test_money_is_no_variable(cells: Cells) -> None:
    cells.run("M = 7; k = 3; USD = 9")
    assert cells.answer("%chinchilla $1M --plan").dollars == pytest.approx(1e6)
    assert cells.answer("%chinchilla US$1M --plan").dollars == pytest.approx(1e6)
    assert cells.answer("%chinchilla US$ 1M --plan").dollars == pytest.approx(1e6)


def test_the_answer_can_be_kept(cells: Cells) -> None:
    cells.run("p = %chinchilla $1M --plan")
    assert cells.run("p.params")[0] == cw.plan("$1M").params


def test_a_comment_may_stand_behind(cells: Cells) -> None:
    assert cells.answer("%chinchilla $1M --plan  # it's all I have").dollars == pytest.approx(1e6)


def test_a_semicolon_is_no_part_of_the_budget(cells: Cells) -> None:
    for line in ("%chinchilla --plan $2M;", "p = %chinchilla --plan $2M ;\np"):
        assert cells.answer(line).params == cw.plan("$2M").params


def test_it_works_in_a_loop(cells: Cells) -> None:
    cells.run("found = []\nfor n in (1, 2):\n    p = %chinchilla ${n}M --plan\n    found.append(p)")
    found = cells.run("found")[0]
    assert [plan.dollars for plan in found] == pytest.approx([1e6, 2e6])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("$1M --lawz x", "There is no flag --lawz; did you mean --law?"),
        ("$1M --law", "--law needs a value after it; --help lists what there is."),
        ("$1M --json", "There is no flag --json; --help lists what there is."),
        ("$1M --title T", "--title does nothing without --report"),
        ("$1M --force", "--force does nothing without --report"),
        ("$1M --plan=1", "--plan takes no value; --help lists what there is."),
        ("nonsense", "cannot be read as a budget"),
        ("1000000", "has no unit"),
        ("$1M --mfu 90%", "Nothing reaches an MFU of 90"),
        ("{nope}", "{nope} could not be evaluated (NameError: name 'nope' is not defined)."),
        ("{1/0}", "{1/0} could not be evaluated (ZeroDivisionError: division by zero)."),
        ("{1 +}", "{1 +} could not be evaluated (SyntaxError"),
        ("$nope", "has no variable nope"),
        ("$1M --mfu $nope", "has no variable nope"),
        ("$1M '", "A quotation mark is missing its partner in: $1M '"),
        ("$1M --lang fr", "The languages are en, es"),
        ("$1M --lang es --lawz", "No existe la opción --lawz; ¿quiso decir --law?"),
        ("--lang es pepe", "no se puede leer como presupuesto"),
        ("{1/0} --lang es", "No se pudo evaluar {1/0}"),
        ("' --lang es", "Falta cerrar unas comillas en"),
        ("--target-loss 1.0", "cannot be reached at any price"),
    ],
)
@pytest.mark.parametrize("plan", ["", " --plan"])
def test_a_mistake_is_one_sentence_and_none(cells: Cells, line: str, said: str, plan: str) -> None:
    assert said in cells.sentence(f"%chinchilla {line}{plan}")


def test_the_error_of_an_expression_stays_on_one_line(cells: Cells) -> None:
    cells.run("def f():\n    raise ValueError('two\\nlines')")
    assert "ValueError: two lines" in cells.sentence("%chinchilla {f()} --plan")


@pytest.mark.parametrize("lang", ["en", "es"])
def test_help_is_printed(cells: Cells, lang: str) -> None:
    result, printed = cells.run(f"%chinchilla --help --lang {lang}")
    assert result is None
    assert printed.startswith(f"{say('options.usage', lang)} %chinchilla ")
    assert say("options.magic_examples", lang) in printed


def test_the_examples_of_the_help_run(cells: Cells) -> None:
    cells.run("money = '$3M'")
    for lang in ("en", "es"):
        lines = say("options.magic_examples", lang).splitlines()
        examples = [line.strip() for line in lines if "%chinchilla" in line]
        assert len(examples) == 4
        for example in examples:
            source = example if example.endswith("--plan") else f"{example} --plan"
            result, printed = cells.run(f"{source} --lang {lang}")
            assert (result is not None) != example.startswith("p =")
            assert printed == ""


def test_a_question_mark_shows_the_documentation(cells: Cells) -> None:
    info = cells.shell.object_inspect("%chinchilla")  # type: ignore[no-untyped-call]
    assert info["found"]
    for text in (say("options.magic"), "--served-tokens", "%chinchilla {money}"):
        assert text in info["docstring"]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("%chinchilla $1M --la", ["--law", "--lang"]),
        ("%chinchilla $1M --law sar", ["sardana-2024"]),
        ("%chinchilla $1M --law=sar", ["sardana-2024"]),
        ("%chinchilla --accelerator h10", ["h100-sxm", "h100-pcie", "h100-nvl"]),
        ("p = %chinchilla --ta", ["--target-loss"]),
        ("%chinchilla --price_kind s", ["spot"]),
    ],
)
def test_completions(cells: Cells, line: str, found: list[str]) -> None:
    assert cells.completions(line) == found


def test_it_can_be_loaded_again_and_taken_away(cells: Cells) -> None:
    for _ in range(2):
        cells.run("%reload_ext chinchilla_widget")
        assert cells.answer("%chinchilla $1M --plan").params == cw.plan("$1M").params
        assert cells.completions("%chinchilla $1M --la") == ["--law", "--lang"]
    hooks = cells.shell.strdispatchers["complete_command"].regexs
    assert sum(len(chain.chain) for chain in hooks.values()) == 1
    cells.run("%unload_ext chinchilla_widget")
    assert "chinchilla" not in cells.shell.magics_manager.magics["line"]
    assert "--law" not in cells.completions("%chinchilla $1M --la")
    cells.run("%load_ext chinchilla_widget")
    assert cells.answer("%chinchilla $1M --plan").params == cw.plan("$1M").params


def test_without_plan_it_is_the_widget(cells: Cells) -> None:
    planner = cells.run("%chinchilla $2M --mfu 40%")[0]
    assert isinstance(planner, cw.Planner)
    assert planner.plan is not None
    assert planner.plan.params == cw.plan("$2M", mfu="40%").params
    assert isinstance(cells.run("%chinchilla")[0], cw.Planner)
    planner.close()


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("%chinchilla $1M\n%chinchilla $2M", ["$1M", "$2M"]),
        ("%chinchilla $1M\np = %chinchilla $2M", ["$1M"]),
        ("for n in (1, 2):\n    %chinchilla ${n}M", ["$1M", "$2M"]),
        ("def ask():\n    p = %chinchilla $1M\n    return p\nask()", ["$1M"]),
    ],
)
def test_every_line_by_itself_is_shown_once(
    cells: Cells, monkeypatch: pytest.MonkeyPatch, source: str, shown: list[str]
) -> None:
    seen: list[str | None] = []
    monkeypatch.setattr(
        cw.Planner, "_repr_mimebundle_", lambda self, **_: seen.append(self.budget) or {}
    )
    cells.run(source)
    assert seen == shown


def test_a_fit_of_a_table_of_the_notebook(cells: Cells) -> None:
    cells.run("import chinchilla_widget as cw\nlaw = cw.LAWS['besiroglu-2024']")
    cells.run(
        "import numpy as np\n"
        "size, data = (each.ravel() for each in np.meshgrid(np.logspace(8, 10, 6),"
        " np.logspace(9, 11, 6)))\n"
        "runs = {'N': size, 'D': data, 'final': law.loss(size, data)}"
    )
    plan = cells.answer("%chinchilla $1M --plan --fit runs --columns params=N,tokens=D,loss=final")
    assert plan.params == pytest.approx(cw.plan("$1M").params, rel=1e-4)
    assert plan.scenario.law.about.name == "runs"
    planner, _ = cells.run("p = %chinchilla $1M --fit runs --columns loss=final\np")
    assert planner.plan.params == plan.params
    assert "No column reads as the loss" in cells.sentence("%chinchilla $1M --plan --fit runs")
    assert "There is no file" in cells.sentence("%chinchilla $1M --fit rnus")
    assert "--fit" in cells.completions("%chinchilla $1M --fi")
    tied = "%chinchilla $1M --plan --fit runs --columns loss=final --family tied"
    law = cells.answer(tied).scenario.law
    assert law.constants["alpha"] == law.constants["beta"]
    assert "--family" in cells.completions("%chinchilla $1M --fam")
    assert "kaplan" in cells.completions("%chinchilla $1M --fit runs --family ka")
    assert "give the table with --fit" in cells.sentence("%chinchilla $1M --family tied")


def test_a_saved_law_is_a_law(cells: Cells, tmp_path: Path) -> None:
    fit = cw.fit(chinchilla())
    fit.bootstrap(100)
    fit.save(tmp_path / "law.json")
    plan = cells.answer(f"%chinchilla $1M --plan --law {tmp_path}/law.json")
    assert plan.params == cw.plan("$1M", law=fit).params
    assert "There is no file" in cells.sentence("%chinchilla $1M --law nowhere.json")
