"""What every test may ask for."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# No test is judged by its seconds: machines are shared.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return Path(__file__).resolve().parents[1]


# Files that open a real JupyterLab.
IN_JUPYTERLAB = ("accessibility", "harness", "hosts", "in_jupyterlab", "what_notebooks_do")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """`pytest -n auto`: a worker takes a file at a time, and one worker all that share a server.

    Those that need a browser are two such groups, so that no more than two are ever open.
    """
    from xdist.scheduler import LoadScopeScheduling

    class BrowsersApart(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            if not file.startswith("tests/browser/"):
                return file
            name = file.removeprefix("tests/browser/test_").removesuffix(".py")
            return "JupyterLab" if name in IN_JUPYTERLAB else "browser"

    return BrowsersApart(config, log)
