"""``Scenario``: what is asked, validated once, in base units."""

from chinchilla_widget.scenario.question import Budget, Scenario
from chinchilla_widget.scenario.words import (
    DEFAULT_ACCELERATOR,
    LARGEST,
    PRICE_KINDS,
    SMALLEST,
    WORDS,
    read_word,
    refuse_unknown,
)

__all__ = [
    "DEFAULT_ACCELERATOR",
    "LARGEST",
    "PRICE_KINDS",
    "SMALLEST",
    "WORDS",
    "Budget",
    "Scenario",
    "read_word",
    "refuse_unknown",
]
