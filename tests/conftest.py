"""What every test may ask for."""

from pathlib import Path

import pytest
from hypothesis import settings

# No test is judged by its seconds: machines are shared.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return Path(__file__).resolve().parents[1]
