"""What people install: built as a release is, used in empty environments without Node."""

import os
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

pytestmark = [pytest.mark.packaging, pytest.mark.timeout(600)]

FRONT_END = ("widget.js", "widget.packed.js", "widget.css", "LICENSES.txt")

# In the empty environment, outside the checkout: the notebook's way in, then the library's.
USE = """
import importlib.metadata, importlib.resources
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "chinchilla_widget")
assert "chinchilla" in shell.magics_manager.magics["line"], "no %chinchilla"

import chinchilla_widget as cw

assert cw.__version__ == importlib.metadata.version("chinchilla_widget")
static = importlib.resources.files(cw) / "static"
assert all((static / name).is_file() for name in {files!r}), "no front end"
plan = cw.plan("$1M")
assert plan.params > 1e9 and plan.tokens > 1e10, plan
planner = cw.Planner("$1M")
assert planner.plan.params == plan.params
script = (static / "widget.packed.js").read_text(encoding="utf-8")
assert str(planner._esm) == script, "another script"
print(cw.__file__)
"""


def run(*command: str | Path, cwd: Path, without_node: bool = False) -> str:
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    if without_node:
        environment["PATH"] = str(Path(command[0]).parent)
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def distributions(root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The sdist, made from the checkout, and the wheel, made from the sdist."""
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, root, cwd=out)
    (sdist,) = out.glob("*.tar.gz")
    (wheel,) = out.glob("*.whl")
    return {"sdist": sdist, "wheel": wheel}


def test_both_carry_the_front_end_and_the_data(distributions: dict[str, Path], root: Path) -> None:
    with tarfile.open(distributions["sdist"]) as sdist:
        inside_sdist = {name.partition("/")[2] for name in sdist.getnames()}
    inside_wheel = set(zipfile.ZipFile(distributions["wheel"]).namelist())
    package = root / "src" / "chinchilla_widget"
    files = [
        file.relative_to(package.parent).as_posix()
        for file in package.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts and not file.name.startswith(".")
    ]
    files += [f"chinchilla_widget/static/{name}" for name in FRONT_END]
    assert set(files) <= inside_wheel
    assert {f"src/{file}" for file in files} <= inside_sdist
    assert not [name for name in inside_wheel | inside_sdist if "node_modules" in name]


def test_the_version_stands_in_one_place(distributions: dict[str, Path], root: Path) -> None:
    version = tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    assert distributions["wheel"].name.startswith(f"chinchilla_widget-{version}-")
    assert distributions["sdist"].name == f"chinchilla_widget-{version}.tar.gz"
    sources = (root / "src").rglob("*.py")
    assert not [file for file in sources if f'"{version}"' in file.read_text(encoding="utf-8")]


@pytest.fixture(scope="module")
def environments(
    distributions: dict[str, Path], root: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """Two environments that hold nothing else, made side by side: it is most of the time here."""
    out = tmp_path_factory.mktemp("environments")

    def install(kind: str) -> Path:
        home = out / kind
        # This environment's pip serves the new one: the same as one of its own, and quicker.
        run(sys.executable, "-m", "venv", "--without-pip", home, cwd=out)
        run(
            *(sys.executable, "-m", "pip", "--python", scripts(home) / "python", "install"),
            *("-qq", "--disable-pip-version-check", "--no-compile"),
            *("--constraint", root / "requirements-dev.txt", distributions[kind]),
            cwd=out,
            without_node=True,
        )
        return home

    with ThreadPoolExecutor() as pool:
        return dict(zip(distributions, pool.map(install, distributions), strict=True))


def scripts(environment: Path) -> Path:
    return environment / ("Scripts" if os.name == "nt" else "bin")


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_it_works_in_an_empty_environment_without_node(
    kind: str, environments: dict[str, Path], tmp_path: Path
) -> None:
    home = environments[kind]
    program = USE.format(files=FRONT_END)
    where = run(scripts(home) / "python", "-I", "-c", program, cwd=tmp_path, without_node=True)
    assert home in Path(where.strip().splitlines()[-1]).parents
    answer = run(scripts(home) / "chinchilla-widget", "$1M", cwd=tmp_path, without_node=True)
    assert answer.strip()
