"""A real JupyterLab of its own (folders, port, kernel), and a page that drives it."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
from playwright.sync_api import Locator, Page

# Nothing here changes how a notebook behaves; it keeps JupyterLab from asking the internet for
# news, updates and extensions, and from covering the page with what it found.
PAGE_CONFIG = {
    "disabledExtensions": {
        "@jupyterlab/apputils-extension:announcements": True,
        "@jupyterlab/extensionmanager-extension": True,
    }
}
SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {
        "checkForUpdates": False,
        "doNotDisturbMode": True,
        "fetchNews": "false",
    }
}


class Lab:
    """A running server: where it is, and the folder its notebooks lie in."""

    def __init__(self, url: str, root: Path) -> None:
        self.url = url
        self.root = root


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_lab(folder: Path) -> Iterator[Lab]:
    """Start JupyterLab under `folder`; stop exactly that process, and with it its kernels."""
    root = folder / "notebooks"
    config = folder / "config"
    (config / "labconfig").mkdir(parents=True)
    root.mkdir()
    (config / "labconfig" / "page_config.json").write_text(json.dumps(PAGE_CONFIG))
    (config / "labconfig" / "default_setting_overrides.json").write_text(json.dumps(SETTINGS))
    own = {
        "JUPYTER_CONFIG_DIR": config,
        "JUPYTER_DATA_DIR": folder / "data",
        "JUPYTER_RUNTIME_DIR": folder / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": folder / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": folder / "workspaces",
        "IPYTHONDIR": folder / "ipython",
    }
    environment = {k: v for k, v in os.environ.items() if not k.startswith("JUPYTER")}
    environment |= {name: str(path) for name, path in own.items()}
    environment |= {"JUPYTER_PREFER_ENV_PATH": "1", "NO_PROXY": "127.0.0.1,localhost"}
    port = free_port()
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *("--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"),
        *("--IdentityProvider.token=", f"--ServerApp.root_dir={root}"),
        *("--LabApp.extension_manager=readonly", "--LabApp.expose_app_in_browser=True"),
        "--JupyterNotebookApp.expose_app_in_browser=True",
        "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
    ]
    with serving(*command, folder=root, port=port, log=folder / "lab.log", env=environment) as url:
        yield Lab(url, root)


@contextmanager
def serving(
    *command: str,
    folder: Path,
    port: int,
    log: Path | None = None,
    env: dict[str, str] | None = None,
    ready: str = "/api/status",
) -> Iterator[str]:
    """A server that was started here, once it answers at `ready`; no other is stopped."""
    log = log or folder / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, cwd=folder, env=env
        )
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 90
        while not answers(f"{url}{ready}"):
            if server.poll() is not None or time.monotonic() > deadline:
                said = log.read_text(errors="replace")[-3000:]
                raise RuntimeError(f"{command[0]} did not start:\n{said}")
            time.sleep(0.2)
        yield url
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def answers(url: str) -> bool:
    """Whether a server is there, whatever it says."""
    try:
        urllib.request.urlopen(url, timeout=60).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


class LabPage:
    """A notebook in JupyterLab, as a person sees it, and its kernel, as a program asks it."""

    def __init__(self, page: Page, lab: Lab) -> None:
        self.page = page
        self.lab = lab

    def open(self, notebook: Path | list[str]) -> None:
        """Open a notebook file, or one made of these cells, in the notebook's own tab alone."""
        if isinstance(notebook, Path):
            name = notebook.name
            shutil.copyfile(notebook, self.lab.root / name)
        else:
            name = f"cells-{time.monotonic_ns()}.ipynb"
            cells = [nbformat.v4.new_code_cell(cell) for cell in notebook]
            kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
            nbformat.write(
                nbformat.v4.new_notebook(cells=cells, metadata=kernel), self.lab.root / name
            )
        self.page.goto(f"{self.lab.url}/doc/tree/{name}?reset")
        self.page.wait_for_function(
            """() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel
                     ?.connectionStatus === "connected" """,
            timeout=90_000,
        )

    def run_all(self, waits_for: str | None = None, timeout: float = 90) -> None:
        """Run all cells; raise what a cell raised; wait for a selector (a widget's, say)."""
        self.page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
        if problems := self.errors():
            raise AssertionError("a cell failed:\n" + "\n".join(problems))
        if waits_for is not None:
            self.page.locator(waits_for).first.wait_for(timeout=timeout * 1000)

    def errors(self) -> list[str]:
        """What the cells raised or wrote to stderr."""
        shown = self.page.locator(
            ".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr'],"
            ".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.error']"
        )
        return shown.all_inner_texts()

    def output(self, cell: int) -> Locator:
        """What a cell shows below itself; cells count from 0."""
        return self.page.locator(".jp-Cell").nth(cell).locator(".jp-OutputArea-output")

    def python(self, code: str, timeout: float = 30) -> str:
        """Run code in the notebook's kernel and return what it printed or evaluated to, as text."""
        answer = self.page.evaluate(
            """async ([code, timeout]) => {
              const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
              const future = kernel.requestExecute({ code, store_history: false });
              let text = "";
              let failed = false;
              future.onIOPub = ({ header, content }) => {
                if (header.msg_type === "stream") text += content.text;
                if (header.msg_type === "execute_result") text += content.data["text/plain"];
                if (header.msg_type === "error") {
                  failed = true;
                  text += `${content.ename}: ${content.evalue}`;
                }
              };
              const late = new Promise((_, no) => {
                const error = new Error(`the kernel did not answer in ${timeout} s`);
                setTimeout(() => no(error), timeout * 1000);
              });
              await Promise.race([future.done, late]);
              return { text, failed };
            }""",
            [code, timeout],
        )
        if answer["failed"]:
            raise AssertionError(answer["text"])
        return str(answer["text"]).strip()

    def eventually(self, code: str, expected: str, timeout: float = 10) -> None:
        """Ask the kernel until it answers `expected`."""
        deadline = time.monotonic() + timeout
        while (answer := self.python(code)) != expected:
            if time.monotonic() > deadline:
                raise AssertionError(f"{code}: {answer!r}, not {expected!r}, after {timeout} s")
            self.page.wait_for_timeout(50)

    def close(self) -> None:
        """Shut the notebook's kernel down, so that the next test's starts on a free machine."""
        self.page.evaluate(
            """async () => {
              await window.jupyterapp?.shell.currentWidget?.sessionContext?.shutdown();
            }"""
        )
