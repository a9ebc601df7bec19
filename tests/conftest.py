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


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """`pytest -n auto`: a worker takes a file at a time, and one worker all that needs a browser.

    Two browsers at once, each with its JupyterLab, would starve on a small machine.
    """
    from xdist.scheduler import LoadScopeScheduling

    class OneBrowser(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return "browser" if file.startswith("tests/browser/") else file

    return OneBrowser(config, log)
