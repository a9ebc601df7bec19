"""``Plan``: what is answered; ``Status``: the sentences that belong to it."""

from chinchilla_widget.plans.doubt import spread
from chinchilla_widget.plans.plan import FIGURES, UNITS, Plan, Status
from chinchilla_widget.plans.saved import FORMS

__all__ = ["FIGURES", "FORMS", "UNITS", "Plan", "Status", "spread"]
