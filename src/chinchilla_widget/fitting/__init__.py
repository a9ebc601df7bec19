"""Runs to a law: the fit, its doubt, and what would lessen it."""

from chinchilla_widget.fitting.approaches import FrontierFit
from chinchilla_widget.fitting.backtests import Backtest
from chinchilla_widget.fitting.bootstrap import Bootstrap
from chinchilla_widget.fitting.design import Suggestion
from chinchilla_widget.fitting.fitted import Fit
from chinchilla_widget.fitting.loading import load_law
from chinchilla_widget.fitting.runs import Runs
from chinchilla_widget.fitting.solve import fit

__all__ = [
    "Backtest",
    "Bootstrap",
    "Fit",
    "FrontierFit",
    "Runs",
    "Suggestion",
    "fit",
    "load_law",
]
