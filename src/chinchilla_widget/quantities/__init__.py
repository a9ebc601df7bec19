"""Numbers as people write them, in English and Spanish: one reader and one printer for both.

Reading is by one grammar (`budget.lark`), built when the first text is read; printing is `show`,
whose text reads back. Nothing is guessed: what has two readings is refused with both of them.
"""

from chinchilla_widget.quantities.currencies import bank_rate, show_rate, to_dollars
from chinchilla_widget.quantities.printing import (
    ShowKind,
    show,
    show_apart,
    show_ends,
    show_money,
)
from chinchilla_widget.quantities.quantity import Kind, parse_quantity
from chinchilla_widget.quantities.reading import MOST_CHIPS, BudgetText, parse_budget
from chinchilla_widget.quantities.wording import words

__all__ = [
    "MOST_CHIPS",
    "BudgetText",
    "Kind",
    "ShowKind",
    "bank_rate",
    "parse_budget",
    "parse_quantity",
    "show",
    "show_apart",
    "show_ends",
    "show_money",
    "show_rate",
    "to_dollars",
    "words",
]
