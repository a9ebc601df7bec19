"""A progress bar for long work, where tqdm is installed: in the notebook or the terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress(total: int, unit: str) -> Iterator[Callable[[int], object]]:
    """A function to call with how much more is done; the bar shows after a second only."""
    try:
        from tqdm.auto import tqdm
    except ImportError:
        yield lambda more: None
        return
    # In a notebook a bar is a widget; outside one it belongs on a terminal and nowhere else.
    hidden = not sys.stderr.isatty() and "ipykernel" not in sys.modules
    with tqdm(total=total, unit=f" {unit}", delay=1.0, leave=False, disable=hidden) as bar:
        yield bar.update
