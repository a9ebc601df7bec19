"""Every sentence the code asks for exists, and every sentence that exists is asked for."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from chinchilla_widget.messages import LANGUAGES, ChinchillaError, catalogue, say

SAYERS = {"say", "error", "ChinchillaError", "sentence", "Status", "refuse"}
CODE = re.compile(r"[a-z_]+\.[a-z0-9_-]+")
HOLE = "\0"
# These read as codes: two files, and the name of an error whose sentence is already said.
NO_CODES = {"widget.js", "widget.packed.js", "widget.css", "widget.no_plan", "report.js.gz"}


def text_of(node: ast.AST) -> str | None:
    """A string as written; holes of an f-string stand as ``HOLE``."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = (text_of(part) if isinstance(part, ast.Constant) else HOLE for part in node.values)
        return "".join(part or "" for part in parts)
    return None


def strings(tree: ast.AST) -> Iterator[str]:
    """Every string of a module that is no part of an f-string, and every f-string."""
    inside = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
    }
    for node in ast.walk(tree):
        if id(node) not in inside and (text := text_of(node)) is not None:
            yield text


def asked(tree: ast.AST) -> Iterator[str]:
    """First arguments of what says a sentence, conditional ones on both sides."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else None
        name = node.func.id if isinstance(node.func, ast.Name) else name
        if name in SAYERS:
            yield from (text for text in strings(node.args[0]) if "." in text)


def matches(pattern: str, code: str) -> bool:
    parts = (re.escape(part) for part in pattern.split(HOLE))
    return re.fullmatch("[a-zA-Z0-9_-]+".join(parts), code) is not None


@pytest.fixture(scope="module")
def modules(root: Path) -> list[ast.AST]:
    files = (root / "src" / "chinchilla_widget").rglob("*.py")
    return [ast.parse(file.read_text(encoding="utf-8")) for file in files]


@pytest.fixture(scope="module")
def scripts(root: Path) -> str:
    return "\n".join(file.read_text(encoding="utf-8") for file in (root / "js").glob("*.ts"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sentence_asked_for_exists(modules: list[ast.AST], lang: str) -> None:
    known = catalogue(lang)
    for tree in modules:
        for text in asked(tree):
            assert any(matches(text, code) for code in known), text.replace(HOLE, "{…}")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_whole_string_that_reads_as_a_code_is_one(modules: list[ast.AST], lang: str) -> None:
    known = catalogue(lang)
    rooms = {code.partition(".")[0] for code in known}
    for tree in modules:
        for text in strings(tree):
            if CODE.fullmatch(text) and text.partition(".")[0] in rooms and text not in NO_CODES:
                assert text in known, text


# Sentences whose names are put together where they are said: how they begin, and the files in
# which what comes after the bar must stand as a word of its own.
INDIRECT: dict[str, tuple[str, ...]] = {
    "accelerators.|peak_": ("accelerators.py",),
    "charts.|": ("report/sketch.py",),
    "check.|": ("report/check.py",),
    "fitting.|sum_": ("fitting/summary.py",),
    "live.|": ("location.ts", "report.ts", "static-model.ts"),
    "options.|": ("__main__.py", "options.py", "scenario/words.py"),
    "plans.|": ("plans/plan.py",),
    "quantities.|": ("quantities/reading.py",),
    "solver.|": ("solver/points.py",),
    "sweep.|": ("solver/points.py", "solver/cells.py"),
    "ui.|law_": ("law.ts",),
    "ui.|own_": ("diamond.ts",),
    "words.|": ("scenario/words.py",),
}
# What the page asks by its last part alone, inside these calls.
CALLS = re.compile(r"\b(?:text|figure|head)\(")
# Said of a sentence that is asked for by its whole name, where there is more of the same.
MORE = "_more"


def calls(script: str) -> Iterator[str]:
    """What stands between the parentheses of each of CALLS."""
    for found in CALLS.finditer(script):
        depth, end = 1, found.end()
        while depth and end < len(script):
            depth += {"(": 1, ")": -1}.get(script[end], 0)
            end += 1
        yield script[found.end() : end]


QUOTED = re.compile(r"[\"'`](\w+)[\"'`]")


def test_every_sentence_is_asked_for(root: Path, modules: list[ast.AST], scripts: str) -> None:
    whole = {text for tree in modules for text in strings(tree)}
    # The page asks by template too: `ui.how_${name}`.
    templates = re.findall(r"[\"'`]([a-z]+\.\w*(?:\$\{[^{}]*\}\w*)*)[\"'`]", scripts)
    whole |= {re.sub(r"\$\{[^{}]*\}", HOLE, text) for text in templates}
    # A hole alone would stand for every sentence of its room: there the name must be written.
    patterns = {text for text in whole if re.fullmatch(r"[a-z]+\.[\w\0-]*\w[\w\0-]*", text)}
    patterns |= {f"ui.{name}" for call in calls(scripts) for name in QUOTED.findall(call)}

    def words(file: str) -> set[str]:
        if file.endswith(".ts"):
            return set(QUOTED.findall((root / "js" / file).read_text(encoding="utf-8")))
        path = root / "src" / "chinchilla_widget" / file
        return set(strings(ast.parse(path.read_text(encoding="utf-8"))))

    written = {start: set().union(*map(words, files)) for start, files in INDIRECT.items()}

    def is_asked(code: str) -> bool:
        return any(matches(pattern, code) for pattern in patterns) or any(
            code[start.index("|") :] in written[start]
            for start in INDIRECT
            if code.startswith(start.replace("|", ""))
        )

    def is_found(code: str) -> bool:
        return is_asked(code) or (code.endswith(MORE) and code.removesuffix(MORE) in whole)

    assert [code for code in catalogue("en") if not is_found(code)] == []
    # And none would be that nobody asks for, though its last part is a word of the code.
    for made_up in ("ui.label", "ui.input", "ui.own_params", "words.class", "fitting.more"):
        assert not is_found(made_up), made_up


def test_a_code_nobody_knows_is_a_fault() -> None:
    with pytest.raises(KeyError):
        say("scenario.no_such_sentence")


def test_an_error_is_a_value_error_with_its_code() -> None:
    error = ChinchillaError("scenario.nothing", "es")
    assert isinstance(error, ValueError)
    assert (error.code, str(error)) == ("scenario.nothing", say("scenario.nothing", "es"))
    assert say("scenario.nothing", "xx") == say("scenario.nothing")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_quotation_marks_are_the_languages(lang: str) -> None:
    foreign = "“”" if lang == "es" else "«»"
    assert [code for code, text in catalogue(lang).items() if set(foreign) & set(text)] == []
