"""Makes the front end, static/, when it is missing or its sources' content changed.

It has two halves: the bundle, from js/, and the panels, which Python describes (altair) and node
compiles to Vega, so that no notebook has to.

Run as a script it does the same outside a build (`make build`). A source distribution carries
the built files, so installing from one, or from a wheel, needs no Node.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STATIC = Path("src", "chinchilla_widget", "static")
PACKAGE = STATIC.parent
BUNDLE = (
    "widget.js",
    "widget.packed.js",
    "widget.css",
    "report.js.gz",
    "report.start.js",
    "report.css",
    "LICENSES.txt",
)
PANELS = ("panels.en.json", "panels.es.json")
OUTPUTS = BUNDLE + PANELS
# What each half is made of, files and folders.
SOURCES = {
    "bundle": [
        Path("package-lock.json"),
        Path("scripts", "build.mjs"),
        Path("scripts", "slim.mjs"),
        Path("scripts", "vega.mjs"),
        Path("tsconfig.json"),
        Path("js"),
    ],
    "panels": [
        Path("package-lock.json"),
        Path("scripts", "lighten.mjs"),
        Path("scripts", "panels.mjs"),
        Path("scripts", "panels.py"),
        Path("scripts", "slim.mjs"),
        Path("scripts", "vega.mjs"),
        *(
            PACKAGE / room
            for room in ("charts", "data", "laws", "messages", "quantities", "tracing")
        ),
        PACKAGE / "costs.py",
        PACKAGE / "optimum.py",
        PACKAGE / "solver" / "roots.py",  # the width of the soft band
    ],
}


def fingerprint(root: Path, half: str) -> str:
    """Of names and contents: time stamps say nothing after a checkout, a copy or an unpacking."""
    digest = hashlib.sha256()
    for path in files(root, half):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def files(root: Path, half: str) -> list[Path]:
    """The sources of a half, in a fixed order."""
    found: list[Path] = []
    for source in SOURCES[half]:
        path = root / source
        inside = sorted(each for each in path.rglob("*") if each.is_file())
        found += inside if path.is_dir() else [path]
    return [path for path in found if path.suffix != ".pyc"]


def install_packages(root: Path) -> None:
    """Bring node_modules to what package-lock.json says."""
    lock, installed = root / "package-lock.json", root / "node_modules" / ".installed-lock.json"
    if installed.is_file() and installed.read_bytes() == lock.read_bytes():
        return
    npm = shutil.which("npm")
    if not npm or not shutil.which("node"):
        raise RuntimeError("building from a checkout needs Node.js 20 or newer (node and npm)")
    # No package here needs its install script to run.
    subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=root, check=True)
    shutil.copyfile(lock, installed)


def build_front_end(root: Path) -> None:
    static = root / STATIC
    built = all((static / name).is_file() for name in OUTPUTS)
    if (root / "PKG-INFO").exists():  # an unpacked source distribution
        if not built:
            raise RuntimeError(f"this source distribution lacks {STATIC.as_posix()}")
        return
    make(root, "bundle", BUNDLE, ["node", "scripts/build.mjs"])
    make(root, "panels", PANELS, [sys.executable, "scripts/panels.py"])


def make(root: Path, half: str, outputs: tuple[str, ...], command: list[str]) -> None:
    static = root / STATIC
    stamp, wanted = static / f"{half}.sha256", fingerprint(root, half)
    fresh = stamp.is_file() and stamp.read_text() == wanted
    if fresh and all((static / name).is_file() for name in outputs):
        return
    install_packages(root)
    static.mkdir(exist_ok=True)
    stamp.unlink(missing_ok=True)  # a build that fails half-way must not pass for a fresh one
    subprocess.run(command, cwd=root, check=True)
    stamp.write_text(wanted)


class FrontEndHook(BuildHookInterface[Any]):
    """Hatchling's way in, before a wheel, an editable install or a source distribution is made."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        build_front_end(Path(self.root))


if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    try:
        install_packages(here)  # the type checker and the tests of js/ need them, built or not
        build_front_end(here)
    except RuntimeError as problem:
        sys.exit(str(problem))
    except subprocess.CalledProcessError as problem:
        sys.exit(problem.returncode)
