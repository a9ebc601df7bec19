"""The widget and embedded plans where notebooks are shown: each host really runs, offline.

What is not in requirements-dev.txt is in requirements-hosts.txt (``make hosts``); a host that is
not installed skips its tests. The results are the rows of docs/where-it-works.md.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import BrowserContext, Page, expect

import chinchilla_widget as cw
from browser.conftest import FLAGS, chromium
from browser.lab import Lab, LabPage, free_port, serving
from browser.watch import LAB_NOISE, Watch
from chinchilla_widget.quantities import show
from chinchilla_widget.report import export_widget

ROOT = Path(__file__).parents[2]

CELLS = [
    "%load_ext chinchilla_widget",
    "%chinchilla $1M --chips 512",
    "%chinchilla $3M --embed",
    "import chinchilla_widget as cw\ncw.plan('$5M')",
]
ONE, THREE, FIVE = (
    show(cw.plan(budget, chips=chips).params, "params")
    for budget, chips in (("$1M", 512), ("$3M", None), ("$5M", None))
)
LIVE = ".cw-picture svg"


def needs(module: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(
        importlib.util.find_spec(module) is None, reason=f"{module} is not installed: make hosts"
    )


def run(*command: str, folder: Path) -> str:
    """A command in `folder`; its output, or a failure with it."""
    environment = {**os.environ, "JUPYTER_PREFER_ENV_PATH": "1", "IPYTHONDIR": str(folder / ".ip")}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def execute(folder: Path, *, keep_state: bool, cells: list[str] = CELLS) -> Path:
    """A notebook of these cells, executed by nbclient."""
    path = folder / "notebook.ipynb"
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    made = [nbformat.v4.new_code_cell(cell) for cell in cells]
    nbformat.write(nbformat.v4.new_notebook(cells=made, metadata=kernel), path)
    run(
        *(sys.executable, "-m", "nbconvert", "--to", "notebook", "--inplace", "--execute"),
        *(f"--ExecutePreprocessor.store_widget_state={keep_state}", path.name),
        folder=folder,
    )
    return path


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cells, executed once, without widget state in the file."""
    return execute(tmp_path_factory.mktemp("executed"), keep_state=False)


def open_alone(context: BrowserContext, url: str) -> tuple[Page, list[str]]:
    """A page with no network but the machine's own, and what it complained of besides that."""
    complaints: list[str] = []
    context.route(
        lambda asked: asked.startswith("http") and "//127.0.0.1" not in asked,
        lambda route: route.abort(),
    )
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    page = context.new_page()
    page.goto(url)
    return page, complaints


def is_live(page: Page, text: str) -> None:
    """A widget is on the page, says this, and answers another budget without a kernel."""
    page.locator(LIVE).first.wait_for(timeout=60_000)
    figure = page.locator("[data-quantity='params']").first
    assert figure.text_content() == text
    budget = page.locator("input[type=text][data-word='budget']").first
    budget.fill("$10,000")
    budget.press("Enter")
    expect(figure).not_to_have_text(re.compile(f"^({re.escape(text)}|–|)$"))


def is_still(page: Page, text: str) -> None:
    """A picture that was really loaded, and a table with this figure."""
    image = page.locator("img[src^='data:image/svg+xml']").first
    image.wait_for()
    assert image.evaluate("image => image.naturalWidth") == 640
    assert page.locator("td", has_text=text).first.is_visible()


# --- nbconvert -----------------------------------------------------------------------------------


def converted(notebook: Path, folder: Path, form: str, *options: str) -> Path:
    copy = folder / notebook.name
    shutil.copyfile(notebook, copy)
    run(sys.executable, "-m", "nbconvert", "--to", form, *options, copy.name, folder=folder)
    return copy.with_suffix({"html": ".html", "markdown": ".md"}[form])


def test_html_without_widget_state(context: BrowserContext, executed: Path, tmp_path: Path) -> None:
    page, complaints = open_alone(context, converted(executed, tmp_path, "html").as_uri())
    is_still(page, ONE)
    is_live(page, THREE)
    assert page.locator("td", has_text=FIVE).count() >= 1
    assert [each for each in complaints if "require" not in each] == []


def test_html_with_widget_state_keeps_the_embedded_plan_live(
    context: BrowserContext, tmp_path: Path
) -> None:
    """The planner's own output asks a CDN for its manager, and stays blank without a network."""
    notebook = execute(tmp_path, keep_state=True)
    page, _ = open_alone(context, _html(notebook).as_uri())
    is_live(page, THREE)
    assert page.locator("td", has_text=ONE).count() == 0


def _html(notebook: Path) -> Path:
    run(sys.executable, "-m", "nbconvert", "--to", "html", notebook.name, folder=notebook.parent)
    return notebook.with_suffix(".html")


def test_sanitized_html_runs_nothing(
    context: BrowserContext, executed: Path, tmp_path: Path
) -> None:
    """nbconvert escapes every image there, whoever wrote it: its source is printed."""
    path = converted(executed, tmp_path, "html", "--HTMLExporter.sanitize_html=True")
    page, _ = open_alone(context, path.as_uri())
    page.wait_for_timeout(1000)
    assert page.locator(LIVE).count() == 0
    assert "<img" in page.locator("body").inner_text()
    assert ONE in page.locator("body").inner_text()


def test_markdown(executed: Path, tmp_path: Path) -> None:
    text = converted(executed, tmp_path, "markdown").read_text("utf-8")
    assert ONE in text
    assert "data:image/svg+xml;base64," in text
    assert FIVE in text


def test_html_to_pdf_through_chromium(executed: Path, tmp_path: Path) -> None:
    page = converted(executed, tmp_path, "html")
    run(
        *(chromium(), "--headless", *FLAGS, "--virtual-time-budget=10000"),
        *(f"--print-to-pdf={tmp_path / 'page.pdf'}", page.as_uri()),
        folder=tmp_path,
    )
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "page.pdf").stat().st_size > 20_000


# --- JupyterLab ----------------------------------------------------------------------------------


def test_jupyterlab_trusted(lab_page: LabPage) -> None:
    lab_page.open(CELLS)
    lab_page.run_all(waits_for=LIVE)
    lab_page.page.locator(LIVE).nth(5).wait_for()
    shown = lab_page.page.locator(".jp-OutputArea-output")
    assert lab_page.output(1).locator("[data-quantity='params']").text_content() == ONE
    assert lab_page.output(2).locator("[data-quantity='params']").text_content() == THREE
    assert shown.locator("td", has_text=FIVE).count() >= 1


def test_jupyterlab_untrusted(lab_page: LabPage, executed: Path) -> None:
    """What somebody else sent: no script runs, a picture and a table are there."""
    lab_page.open(executed)
    lab_page.page.locator("img").first.wait_for()
    for cell, text in ((1, ONE), (2, THREE)):
        output = lab_page.output(cell)
        assert output.locator("img").first.evaluate("image => image.naturalWidth") == 640
        assert text in output.inner_text()
        assert "DecompressionStream" not in output.inner_text()
    assert lab_page.page.locator(LIVE).count() == 0


def test_jupyterlab_reopened(context: BrowserContext, lab: Lab, executed: Path) -> None:
    """Trusted and not run: the embedded plan lives; a planner's place says that it must be run.

    JupyterLab's widget manager also says so on the console, so this page is not watched.
    """
    path = lab.root / "reopened.ipynb"
    shutil.copyfile(executed, path)
    trust = (sys.executable, "-m", "jupyter", "trust", str(path))
    data = {**os.environ, "JUPYTER_DATA_DIR": str(lab.root.parent / "data")}
    subprocess.run(trust, env=data, check=True, capture_output=True)
    shown = LabPage(context.new_page(), lab)
    shown.page.goto(f"{lab.url}/doc/tree/{path.name}?reset")
    try:
        shown.page.locator(LIVE).first.wait_for(timeout=60_000)
        assert shown.output(2).locator("[data-quantity='params']").text_content() == THREE
        shown.output(1).get_by_text("model not found").wait_for(timeout=60_000)
        assert shown.output(1).locator(LIVE).count() == 0
    finally:
        shown.close()


# --- Voilà, marimo, papermill --------------------------------------------------------------------


@needs("voila")
def test_voila(context: BrowserContext, tmp_path: Path) -> None:
    """The planner lives, and its kernel hears: a cell prints what the page asked for."""
    cells = [
        "import ipywidgets\nimport chinchilla_widget as cw\np = cw.Planner('$1M')\n"
        "said = ipywidgets.Label('nothing yet')\n"
        "p.observe(lambda change: setattr(said, 'value', f'{change.new.params:.6g}'), 'plan')\n"
        "display(p, said)",
    ]
    notebook = execute(tmp_path, keep_state=False, cells=cells)
    port = free_port()
    command = (sys.executable, "-m", "voila", notebook.name, "--no-browser", f"--port={port}")
    with serving(*command, folder=tmp_path, ready="/favicon.ico", port=port) as url:
        page, _ = open_alone(context, url)
        is_live(page, "60.8\u00a0B")
        page.get_by_text(f"{cw.plan('$10,000').params:.6g}").wait_for(timeout=10_000)


MARIMO = """
import marimo

app = marimo.App()


@app.cell
def _():
    import marimo as mo
    import chinchilla_widget as cw
    return cw, mo


@app.cell
def _(cw, mo):
    planner = mo.ui.anywidget(cw.Planner("$1M"))
    planner
    return (planner,)


@app.cell
def _(mo, planner):
    mo.md(f"asked {planner.value['budget']}, got {planner.widget.plan.params:.6g}")
    return


@app.cell
def _(mo):
    button = mo.ui.run_button(label="Nine million")
    button
    return (button,)


@app.cell
def _(button, planner):
    if button.value:
        planner.widget.budget = "$9,000,000"
    return


if __name__ == "__main__":
    app.run()
"""


@needs("marimo")
def test_marimo(context: BrowserContext, tmp_path: Path) -> None:
    """Both ways: the kernel hears what is typed, and what the kernel sets is shown."""
    (tmp_path / "notebook.py").write_text(MARIMO, "utf-8")
    port = free_port()
    command = (sys.executable, "-m", "marimo", "run", "notebook.py", "--headless", "--no-token")
    with serving(*command, f"--port={port}", folder=tmp_path, ready="/health", port=port) as url:
        page, _ = open_alone(context, url)
        is_live(page, "60.8\u00a0B")
        page.get_by_text(f"{cw.plan('$10,000').params:.6g}").wait_for(timeout=15_000)
        page.get_by_role("button", name="Nine million").click()
        figure = page.locator("[data-quantity='params']").first
        expected = show(cw.plan("$9M").params, "params")
        deadline = time.monotonic() + 15
        while figure.text_content() != expected and time.monotonic() < deadline:
            page.wait_for_timeout(100)
        assert figure.text_content() == expected


@needs("papermill")
def test_papermill(tmp_path: Path) -> None:
    path = tmp_path / "in.ipynb"
    first = nbformat.v4.new_code_cell("budget = '$1M'", metadata={"tags": ["parameters"]})
    rest = nbformat.v4.new_code_cell(
        "import chinchilla_widget as cw\nplanner = cw.Planner(budget)\n"
        "planner.report('plan.json')\nplanner"
    )
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=[first, rest], metadata=kernel), path)
    command = ("papermill", "in.ipynb", "out.ipynb", "-p", "budget", "$3M", "--cwd", ".")
    run(sys.executable, "-m", *command, folder=tmp_path)
    assert cw.Plan.from_json(tmp_path / "plan.json") == cw.plan("$3M")
    told = json.loads((tmp_path / "out.ipynb").read_text("utf-8"))
    data = told["cells"][-1]["outputs"][-1]["data"]
    assert THREE in "".join(data["text/html"])


# --- Sphinx --------------------------------------------------------------------------------------

MYST_NB = """
extensions = ["myst_nb"]
nb_execution_mode = "off"
nb_mime_priority_overrides = [("*", "application/vnd.jupyter.widget-view+json", None)]
"""
NBSPHINX = """
import nbsphinx
extensions = ["nbsphinx"]
nbsphinx_execute = "never"
nbsphinx.DISPLAY_DATA_PRIORITY_HTML = tuple(
    kind for kind in nbsphinx.DISPLAY_DATA_PRIORITY_HTML if "widget-view" not in kind
)
"""


@pytest.mark.parametrize(
    "configuration",
    [
        pytest.param(MYST_NB, id="myst-nb", marks=needs("myst_nb")),
        pytest.param(
            NBSPHINX,
            id="nbsphinx",
            marks=[
                needs("nbsphinx"),
                pytest.mark.skipif(shutil.which("pandoc") is None, reason="nbsphinx needs pandoc"),
            ],
        ),
    ],
)
def test_sphinx(
    context: BrowserContext, executed: Path, tmp_path: Path, configuration: str
) -> None:
    told = nbformat.read(executed, as_version=4)
    told.cells.insert(0, nbformat.v4.new_markdown_cell("# A plan"))
    nbformat.write(told, tmp_path / "index.ipynb")
    (tmp_path / "conf.py").write_text(configuration, "utf-8")
    run(sys.executable, "-m", "sphinx", "-q", "-b", "html", ".", "built", folder=tmp_path)
    page, complaints = open_alone(context, (tmp_path / "built" / "index.html").as_uri())
    is_still(page, ONE)
    is_live(page, THREE)
    assert complaints == []


MYST = shutil.which("myst") or shutil.which("myst", path=str(ROOT / "node_modules" / ".bin"))
# MyST's themes come from its own server; a site of contents alone wants only the name of one.
THEME = """jtex: v1
version: 1.0.0
title: none
build:
  install: "true"
  start: "true"
"""


@pytest.mark.skipif(MYST is None, reason="mystmd is not installed: make hosts")
def test_myst_takes_the_exported_widget(tmp_path: Path) -> None:
    """Its syntax tree holds the module and the values; that module runs in test_embedded.py."""
    module, values = export_widget(cw.plan("$1M", chips=512), tmp_path)
    body = values.read_text("utf-8")
    (tmp_path / "index.md").write_text(
        f"# A plan\n\n:::{{anywidget}} {module.name}\n{body}:::\n", "utf-8"
    )
    (tmp_path / "myst.yml").write_text(
        "version: 1\nproject:\n  title: x\nsite:\n  template: ./theme\n", "utf-8"
    )
    theme = tmp_path / "theme"
    theme.mkdir()
    (theme / "template.yml").write_text(THEME, "utf-8")
    (theme / "package.json").write_text("{}", "utf-8")
    assert MYST is not None
    run(MYST, "build", "--site", folder=tmp_path)
    built = tmp_path / "_build" / "site"
    found: list[dict[str, Any]] = []

    def walk(node: Any) -> None:
        if isinstance(node, dict) and node.get("type") == "anywidget":
            found.append(node)
        for child in node.values() if isinstance(node, dict) else node:
            if isinstance(child, (dict, list)):
                walk(child)

    walk(json.loads((built / "content" / "index.json").read_text("utf-8")))
    (widget,) = found
    assert widget["model"] == json.loads(body)
    served = built / "public" / str(widget["esm"]).lstrip("/")
    assert served.read_bytes() == module.read_bytes()


def test_the_watch_sees_a_request(context: BrowserContext) -> None:
    """The tests above forgive what hosts ask for; what the widget asks for, others watch."""
    watch = Watch(context, LAB_NOISE)
    page, _ = open_alone(context, "data:text/html,<img src='http://example.invalid/x'>")
    page.wait_for_timeout(200)
    assert watch.outside == ["http://example.invalid/x"]
