"""A plan outside the notebook: a page that still moves, Markdown, JSON, LaTeX, a picture."""

from chinchilla_widget.report.embedded import Embed
from chinchilla_widget.report.export import export_widget
from chinchilla_widget.report.writing import write_report

__all__ = ["Embed", "export_widget", "write_report"]
