"""Laws: one file a family, arithmetic only; ``LAWS``, the registry with sources and domains."""

from chinchilla_widget.laws.base import About
from chinchilla_widget.laws.draws import LEVEL, Draws, ends, normal_order
from chinchilla_widget.laws.frontier import FrontierLaw, Power
from chinchilla_widget.laws.kaplan import KaplanLaw
from chinchilla_widget.laws.parametric import ParametricLaw
from chinchilla_widget.laws.plain import law_from_plain, plain_law
from chinchilla_widget.laws.registry import DEFAULT_LAW, LAWS, find_law

__all__ = [
    "DEFAULT_LAW",
    "LAWS",
    "LEVEL",
    "About",
    "Draws",
    "FrontierLaw",
    "KaplanLaw",
    "ParametricLaw",
    "Power",
    "ends",
    "find_law",
    "law_from_plain",
    "normal_order",
    "plain_law",
]
