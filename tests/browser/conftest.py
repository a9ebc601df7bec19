"""A real Chromium, a real JupyterLab, and a bare page for the widget alone.

Every page is watched: a request to another machine or an error on the console fails its test.
Playwright's loop runs in this thread while it is open, so it closes with this folder: tests
elsewhere have loops of their own.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from browser.host import WidgetPage, running_host
from browser.lab import Lab, LabPage, running_lab
from browser.watch import LAB_NOISE, Watch

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# No test is judged by its seconds: ten planners take a while to draw on a busy machine.
expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("browser")


def chromium() -> str:
    names = [os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"]
    for path in map(shutil.which, filter(None, names)):
        if path:
            return path
    raise RuntimeError("no Chromium on the PATH: install one, or name it with CHROMIUM=/path/to/it")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture(scope="package")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with running_lab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture
def lab_page(context: BrowserContext, lab: Lab) -> Iterator[LabPage]:
    """JupyterLab in a tab: `open` a notebook, `run_all`, then look, or ask `python(...)`."""
    watch = Watch(context, LAB_NOISE)
    page = LabPage(context.new_page(), lab)
    yield page
    try:
        watch.check()  # before the kernel goes: JupyterLab complains of that too
    finally:
        page.close()


@pytest.fixture(scope="package")
def host() -> Iterator[str]:
    with running_host() as url:
        yield url


@pytest.fixture
def page_with_widget(
    context: BrowserContext, host: str
) -> Iterator[Callable[[Mapping[str, Any]], WidgetPage]]:
    """`page_with_widget(state)`: the built widget on a bare page, over these trait values."""
    watch = Watch(context)
    yield lambda state: WidgetPage(context.new_page(), host, state)
    watch.check()
