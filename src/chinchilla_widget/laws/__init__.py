"""Laws: one file a family, arithmetic only; ``LAWS``, the registry with sources and domains."""

from chinchilla_widget.laws.base import COUNTS, FITTED, About
from chinchilla_widget.laws.draws import LEVEL, Draws, ends, normal_order
from chinchilla_widget.laws.frontier import FrontierLaw, Power
from chinchilla_widget.laws.kaplan import KaplanLaw
from chinchilla_widget.laws.parametric import ParametricLaw, draws_of
from chinchilla_widget.laws.plain import law_from_plain, plain_law
from chinchilla_widget.laws.plain_parts import note as note_from_plain
from chinchilla_widget.laws.plain_parts import number as plain_number
from chinchilla_widget.laws.plain_parts import plain_note
from chinchilla_widget.laws.registry import DEFAULT_LAW, LAWS, find_law

__all__ = [
    "COUNTS",
    "DEFAULT_LAW",
    "FITTED",
    "LAWS",
    "LEVEL",
    "About",
    "Draws",
    "FrontierLaw",
    "KaplanLaw",
    "ParametricLaw",
    "Power",
    "draws_of",
    "ends",
    "find_law",
    "law_from_plain",
    "normal_order",
    "note_from_plain",
    "plain_law",
    "plain_note",
    "plain_number",
]
