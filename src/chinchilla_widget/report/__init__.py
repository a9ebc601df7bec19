"""A plan outside the notebook: a page that still moves, Markdown, JSON, LaTeX, a picture."""

from chinchilla_widget.report.writing import report

__all__ = ["report"]
