"""Which cells show a widget, so that a cell run again leaves nothing of its last run behind.

An open widget has a model on the page and a comm in the kernel, and is saved with the notebook: a
cell run ten times would leave ten. So a widget is released once every cell that showed it has
been run again without it. Where no cell can be named (a callback, a host without cell ids) a
widget is never released.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable
from typing import Any, Protocol
from weakref import WeakSet

from IPython.core.getipython import get_ipython


class Showable(Hashable, Protocol):
    """A widget that can do without its page."""

    def release(self) -> None: ...


_by_cell: dict[str, WeakSet[Showable]] = {}
_in_this_run: WeakSet[Showable] = WeakSet()
_kept: WeakSet[Showable] = WeakSet()
_followed: WeakSet[Any] = WeakSet()


def shown(widget: Showable, elsewhere: bool = False) -> None:
    """The widget appears in the output of the cell that runs, or ``elsewhere``."""
    shell = get_ipython()
    if shell is None:
        return
    if shell not in _followed:
        _followed.add(shell)
        shell.events.register("pre_run_cell", _runs)
        shell.events.register("post_run_cell", _ran)
    # Messages from the page may be heard in a thread of their own, while any cell runs.
    if elsewhere or threading.current_thread() is not threading.main_thread():
        _kept.add(widget)
    else:
        _in_this_run.add(widget)


def _runs(info: Any) -> None:
    _kept.update(_in_this_run)  # shown by a callback, between cells
    _in_this_run.clear()


def _ran(result: Any) -> None:
    cell = getattr(result.info, "cell_id", None)
    now = set(_in_this_run)
    _in_this_run.clear()
    if cell is None:
        _kept.update(now)
        return
    before = set(_by_cell.get(cell, ()))
    _by_cell[cell] = WeakSet(now)
    for widget in before.difference(_kept, *_by_cell.values()):
        widget.release()
