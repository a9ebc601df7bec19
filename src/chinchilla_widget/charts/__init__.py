"""The pictures: one file a panel, the solver as signals, and the figure made of them."""

from chinchilla_widget.charts.figure import figure
from chinchilla_widget.charts.program import law_signals, program
from chinchilla_widget.charts.specs import specs

__all__ = ["figure", "law_signals", "program", "specs"]
