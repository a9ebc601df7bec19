"""``Scenario``: what is asked, validated once, in base units."""

from chinchilla_widget.scenario.given import (
    given_words,
    kept_words,
    rate_day,
    rates_of,
    said_beside,
)
from chinchilla_widget.scenario.question import Budget, Scenario
from chinchilla_widget.scenario.reading import budget_amount, printed_budget, split_budget
from chinchilla_widget.scenario.words import (
    DEFAULT_ACCELERATOR,
    FIXED,
    KINDS,
    LARGEST,
    MAY_BE_ZERO,
    PRICE_KINDS,
    WORDS,
    range_of,
    read_word,
)

__all__ = [
    "DEFAULT_ACCELERATOR",
    "FIXED",
    "KINDS",
    "LARGEST",
    "MAY_BE_ZERO",
    "PRICE_KINDS",
    "WORDS",
    "Budget",
    "Scenario",
    "budget_amount",
    "given_words",
    "kept_words",
    "printed_budget",
    "range_of",
    "rate_day",
    "rates_of",
    "read_word",
    "said_beside",
    "split_budget",
]
