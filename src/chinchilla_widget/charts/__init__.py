"""The pictures: one file a panel, the solver as expressions, and the figure made of the panels.

Only ``figure`` and ``panels`` import altair: the page's panels are made when the package is built.
"""

from chinchilla_widget.charts.models import drawn_models, real_models
from chinchilla_widget.charts.program import law_signals, program
from chinchilla_widget.charts.specs import specs
from chinchilla_widget.charts.sure import sure_signals

__all__ = [
    "drawn_models",
    "law_signals",
    "program",
    "real_models",
    "specs",
    "sure_signals",
]
