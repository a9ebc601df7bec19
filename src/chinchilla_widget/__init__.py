"""From a sum of money to the best language model it can train.

>>> import chinchilla_widget as cw
>>> plan = cw.plan("$1M")
>>> f"{plan.params:.3g} params, {plan.tokens:.3g} tokens"
'6.08e+10 params, 1.1e+12 tokens'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from chinchilla_widget.accelerators import ACCELERATORS
from chinchilla_widget.laws import LAWS
from chinchilla_widget.messages import ChinchillaError
from chinchilla_widget.plans import Plan, Status
from chinchilla_widget.scenario import Scenario
from chinchilla_widget.solver import plan, sweep

if TYPE_CHECKING:
    from chinchilla_widget.fitting import Fit, fit, load_law
    from chinchilla_widget.widget import Planner

    __version__: str

__all__ = [
    "ACCELERATORS",
    "LAWS",
    "ChinchillaError",
    "Fit",
    "Plan",
    "Planner",
    "Scenario",
    "Status",
    "fit",
    "load_ipython_extension",
    "load_law",
    "plan",
    "sweep",
    "unload_ipython_extension",
]


# A plan must not pay for the widget (anywidget, IPython) or for a fit: imported when asked for.
_LATER = {"Planner": "widget", "Fit": "fitting", "fit": "fitting", "load_law": "fitting"}


def __getattr__(name: str) -> Any:
    if name in _LATER:
        return getattr(import_module(f"chinchilla_widget.{_LATER[name]}"), name)
    if name == "__version__":
        from importlib.metadata import version

        return version("chinchilla_widget")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def load_ipython_extension(shell: Any) -> None:
    """``%load_ext chinchilla_widget``: registers ``%chinchilla``."""
    from chinchilla_widget.magic import load_ipython_extension as load

    load(shell)


def unload_ipython_extension(shell: Any) -> None:
    """``%unload_ext chinchilla_widget``: takes ``%chinchilla`` away."""
    from chinchilla_widget.magic import unload_ipython_extension as unload

    unload(shell)
