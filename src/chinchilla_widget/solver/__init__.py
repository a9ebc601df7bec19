"""``Scenario`` to ``Plan``; ``sweep`` for arrays of scenarios."""

from chinchilla_widget.solver.planning import plan, plan_for
from chinchilla_widget.solver.points import solve
from chinchilla_widget.solver.sweeps import sweep

__all__ = ["plan", "plan_for", "solve", "sweep"]
