"""The house keeps its shape: who imports whom, what stays out, what is never written down."""

import ast
import json
import re
import string
import subprocess
import sys
import tomllib
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

# Each room, and what of the package it may import when it is itself imported. A room names only
# rooms above it. `messages` (what people read) is open to all.
ROOMS: dict[str, set[str]] = {
    "messages": set(),
    "files": set(),
    "quantities": set(),
    "tracing": set(),
    "accelerators": {"quantities"},
    "laws": {"tracing"},
    "costs": {"tracing", "laws"},
    "optimum": {"tracing", "laws", "costs"},
    "scenario": {"quantities", "accelerators", "laws", "costs"},
    "plans": {"files", "quantities", "laws", "scenario"},
    "solver": {"quantities", "tracing", "laws", "costs", "optimum", "scenario", "plans"},
    "fitting": {"files", "laws", "quantities", "tracing", "plans"},
    "charts": {"laws", "costs", "optimum", "tracing", "plans", "solver", "quantities"},
    "page": {
        "accelerators",
        "laws",
        "costs",
        "optimum",
        "scenario",
        "plans",
        "charts",
        "solver",
        "quantities",
    },
    "cells": set(),
    "widget": {"cells", "charts", "page", "solver", "scenario", "plans", "laws", "accelerators"},
    "report": {"files", "costs", "laws", "scenario", "plans", "page", "quantities", "solver"},
    "options": {"scenario", "plans", "fitting", "quantities", "laws", "accelerators"},
    "magic": {"options", "solver", "widget", "report"},
    "__main__": {
        "files",
        "options",
        "accelerators",
        "laws",
        "plans",
        "quantities",
        "solver",
        "report",
    },
}
PACKAGE = Path(__file__).parents[2] / "src" / "chinchilla_widget"
STANDING = {file.stem for file in PACKAGE.glob("*.py")} - {"__init__"}
STANDING |= {init.parent.name for init in PACKAGE.glob("*/__init__.py")}
CORE = [*list(ROOMS)[: list(ROOMS).index("solver") + 1], "fitting"]

# Heavy or particular packages, each with the rooms that may import it.
KEEPERS = {
    "altair": ("charts",),
    "anywidget": ("widget",),
    "ipywidgets": ("widget",),
    "IPython": ("magic", "cells"),
    "lark": ("quantities",),
}
KEPT_OUT = ("altair", "anywidget", "ipywidgets", "IPython")


def modules(room: str) -> list[Path]:
    """A room's files: one module, or a folder of them."""
    return [
        file for file in (PACKAGE / f"{room}.py", *(PACKAGE / room).rglob("*.py")) if file.exists()
    ]


def imports(tree: ast.AST, later: bool = False) -> Iterator[ast.Import | ast.ImportFrom]:
    """Import statements that run when a module is imported, and `later`, inside functions, too."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not later:
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        else:
            yield from imports(node, later)


def names(node: ast.Import | ast.ImportFrom, file: Path) -> list[str]:
    """Full names of what a statement imports, relative ones resolved."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    base = node.module or ""
    if node.level:
        here = file.relative_to(PACKAGE.parent).with_suffix("").parts
        base = ".".join([*here[: len(here) - node.level], *([base] if base else [])])
    return [f"{base}.{alias.name}" for alias in node.names]


def test_every_room_is_on_the_plan() -> None:
    assert set(ROOMS) == STANDING


def test_a_room_names_only_rooms_above_it() -> None:
    order = list(ROOMS)
    for room, allowed in ROOMS.items():
        assert allowed <= set(order[: order.index(room)]), room


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_it_may(room: str) -> None:
    allowed = ROOMS[room] | {room, "messages"}
    for file in modules(room):
        for node in imports(ast.parse(file.read_text(encoding="utf-8"))):
            for name in names(node, file):
                first, _, rest = name.partition(".")
                if first == PACKAGE.name:
                    found = rest.partition(".")[0]
                    assert found in allowed, f"{file.name}:{node.lineno}: {room} imports {found}"


@pytest.mark.parametrize(("library", "keepers"), KEEPERS.items())
def test_a_library_has_its_importers(library: str, keepers: tuple[str, ...]) -> None:
    kept = {file for keeper in keepers for file in modules(keeper)}
    for file in PACKAGE.rglob("*.py"):
        if file in kept:
            continue
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in imports(tree, later=library in KEPT_OUT):
            found = {name.partition(".")[0] for name in names(node, file)}
            assert library not in found, f"{file.name}:{node.lineno}"


FITTING = "chinchilla_widget.fitting"  # which a plan by a published law does not pay for


def loaded_after(statement: str) -> set[str]:
    """Which of the heavy packages, and of FITTING, a fresh process has loaded after a statement."""
    program = f"{statement}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=PACKAGE.parents[1]
    )
    assert done.returncode == 0, done.stderr
    return {*KEPT_OUT, FITTING} & set(done.stdout.split())


@pytest.mark.parametrize("room", CORE)
def test_a_core_room_stays_light(room: str) -> None:
    assert loaded_after(f"import chinchilla_widget.{room}") == {FITTING} & {
        f"{PACKAGE.name}.{room}"
    }


def test_a_plan_pays_for_no_chart() -> None:
    assert loaded_after('import chinchilla_widget as cw; cw.plan("$1M")') == set()


def test_a_planner_that_is_shown_pays_for_no_chart() -> None:
    """Its pictures were built with altair; showing them needs none."""
    shown = 'cw.Planner("$1M")._repr_mimebundle_()'
    loaded = loaded_after(f"import chinchilla_widget as cw; assert {shown}")
    assert loaded == {"anywidget", "ipywidgets", "IPython"}


def test_a_fit_pays_for_no_chart() -> None:
    fitted = "runs = 'notebooks/runs/sardana-47.csv'; fit = cw.fit(runs); fit.bootstrap(5)"
    assert loaded_after(f"import chinchilla_widget as cw; {fitted}; fit.law") == {FITTING}


def test_no_public_name_is_a_room() -> None:
    import chinchilla_widget as cw

    assert set(cw.__all__) & set(ROOMS) == set()
    assert callable(cw.plan)


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_both_languages_say_the_same() -> None:
    english, spanish = (
        tomllib.loads((PACKAGE / "messages" / f"{lang}.toml").read_text(encoding="utf-8"))
        for lang in ("en", "es")
    )
    assert english.keys() == spanish.keys()
    for room, sentences in english.items():
        assert sentences.keys() == spanish[room].keys(), room
        for code, sentence in sentences.items():
            assert placeholders(sentence) == placeholders(spanish[room][code]), f"{room}.{code}"


def test_what_an_installation_needs(root: Path) -> None:
    """Another dependency is a decision: it stands here with its reason, or not at all."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {re.split("[<>=~!]", each)[0] for each in project["dependencies"]}
    assert needed == {"altair", "anywidget", "ipywidgets", "lark", "numpy"}
    assert project["optional-dependencies"]["lab"][0].startswith("jupyterlab")
    assert (project["requires-python"], project["license"]) == (">=3.11", "BSD-3-Clause")


def test_warnings_are_errors() -> None:
    with pytest.raises(UserWarning, match="aloud"):
        warnings.warn("aloud", stacklevel=1)


def test_the_python_of_the_readme_says_the_truth(root: Path) -> None:
    readme = (root / "README.md").read_text(encoding="utf-8")
    lines = readme.split("```python\n")[1].split("```")[0].splitlines()
    names: dict[str, object] = {}
    for line in lines:
        code, _, said = line.partition("  # ")
        if not code.startswith(("cw.", "plan = ")):
            exec(code, names)
            continue
        answer = eval(code.removeprefix("plan = "), names)
        if isinstance(answer, float):
            assert f"${answer:,.0f}" in said
        elif not isinstance(answer, dict):
            printed = str(answer).replace("\xa0", " ")
            assert all(
                each in printed for each in re.findall(r"[0-9.]+ [BT]\b|[0-9]\.[0-9]+", said)
            )


@pytest.fixture(scope="module")
def written(root: Path) -> dict[str, str]:
    """Every text file that git tracks or would take."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
    )
    if listing.returncode != 0:
        pytest.skip("not a git checkout: what would be committed is not known here")
    texts = {}
    for name in filter(None, listing.stdout.decode().split("\0")):
        try:
            texts[name] = (root / name).read_text(encoding="utf-8")
        except (
            UnicodeDecodeError,
            FileNotFoundError,
        ):  # a picture; a file deleted, not yet committed
            continue
    return texts


# In two pieces, or this file would be the first to name them.
HOSTS = [
    ("pypi", "org"),
    ("pythonhosted", "org"),
    ("npmjs", "org"),
    ("npmjs", "com"),
    ("yarnpkg", "com"),
    ("debian", "org"),
    ("conda", "io"),
    ("anaconda", "org"),
]
HOST = re.compile("|".join(rf"\b{name}\.{end}\b" for name, end in HOSTS))
HOME_PATH = re.compile(r"(?<![\w./:-])/(?:root|home|work|Users)/\w")


def test_no_registry_is_named(written: dict[str, str]) -> None:
    found = [
        f"{file}: {match[0]}" for file, text in written.items() if (match := HOST.search(text))
    ]
    assert found == []


def test_no_path_of_one_machine_is_written(written: dict[str, str]) -> None:
    found = [
        f"{file}: {match[0]}" for file, text in written.items() if (match := HOME_PATH.search(text))
    ]
    assert found == []


def test_locks_name_packages_not_places(root: Path) -> None:
    lock = (root / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    pins = (root / "requirements-dev.txt").read_text().splitlines()
    assert [pin for pin in pins if not re.fullmatch(r"#.*|[\w.-]+==[\w.+]+( ; .+)?", pin)] == []


def test_the_bundle_draws_with_the_vega_lite_that_altair_writes_for(root: Path) -> None:
    from altair import VEGALITE_VERSION

    package = json.loads((root / "package.json").read_text())
    assert package["devDependencies"]["vega-lite"] == VEGALITE_VERSION


def test_the_map_names_every_room(root: Path) -> None:
    page = (root / "docs" / "architecture.md").read_text(encoding="utf-8")
    missing = [room for room in ROOMS if f"| `{room}" not in page]
    assert not missing
    scripts = {file.stem for file in (root / "js").glob("*.ts")} - {"model.d"}
    assert [name for name in sorted(scripts) if f"`{name}`" not in page] == []
