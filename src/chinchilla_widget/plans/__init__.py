"""``Plan``: what is answered; ``Status``: the sentences that belong to it."""

from chinchilla_widget.plans.doubt import spread
from chinchilla_widget.plans.plan import FIGURES, Plan, Status

__all__ = ["FIGURES", "Plan", "Status", "spread"]
