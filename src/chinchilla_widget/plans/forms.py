"""A plan as a table for a page, a wiki or a paper: HTML, Markdown, LaTeX.

Names of laws may be anybody's text; in every form they stay text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from chinchilla_widget.laws import LEVEL
from chinchilla_widget.messages import say
from chinchilla_widget.quantities.sentences import sentence

if TYPE_CHECKING:
    from chinchilla_widget.plans.plan import Plan

# Marks that turn the direction of what follows, and characters that are no text at all.
_UNSEEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]+"
    "|[\ud800-\udfff]"
)
# What a line would begin a list, a rule or a heading with.
_BEGINNING: Final = re.compile(r"^(?=[-+=]|\d+[.)](?:\s|$))(\d*)")
_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]<>#!|~&$])")
_LATEX: Final = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "_": r"\_",
    "|": r"\textbar{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    # These would turn into curly quotation marks.
    '"': r"\texttt{\char34}",
    "`": r"\`{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "\u00a0": "~",
    "×": r"$\times$",
    "·": r"$\cdot$",
    "−": "$-$",
    "₂": "$_2$",
    "∞": r"$\infty$",
    "α": r"$\alpha$",
    "β": r"$\beta$",
}
_LIGATURES: Final = re.compile(r"([-,'])(?=\1)")
_RAISED: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


def clean(text: str) -> str:
    """Text on one line, without control characters and marks of direction."""
    return _UNSEEN.sub(" ", text).strip()


def escape_markdown(text: str) -> str:
    """Text that Markdown prints as it is."""
    return _BEGINNING.sub(r"\1\\", _MARKDOWN.sub(r"\\\1", clean(text)))


def escape_latex(text: str) -> str:
    """Text that LaTeX prints as it is, powers of ten in its own way."""
    # Two of a kind would become one sign: a dash, a quotation mark.
    told = "".join(_LATEX.get(letter, letter) for letter in clean(text))
    told = _LIGATURES.sub(r"\1{}", told)
    return re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+", lambda run: f"$^{{{run[0].translate(_RAISED)}}}$", told)


def html_table(plan: Plan) -> str:
    """The figures and the sentences, without a script or a style sheet: hosts take those away."""
    lang = plan.scenario.lang
    rows = "".join(
        f'<tr><th scope="row" style="text-align:start;font-weight:normal">{html.escape(label)}</th>'
        f'<td style="text-align:end">{html.escape(value)}</td></tr>'
        for label, value in plan.rows()
    )
    doubts = "".join(f"<p>{html.escape(clean(str(status)))}</p>" for status in plan.status)
    return f'<div lang="{lang}"><table><tbody>{rows}</tbody></table>{doubts}</div>'


def markdown_table(plan: Plan, sure: Mapping[str, str] | None = None) -> str:
    """The figures as a table of GitHub's Markdown, then the sentences.

    ``sure``: the interval of a figure by its label, in a column of its own.
    """
    rows = [f"| {' | '.join(map(escape_markdown, row))} |" for row in _columns(plan, sure)]
    rows.insert(1, f"| --- |{' ---: |' * (2 if sure else 1)}")
    doubts = "".join(f"\n\n> {escape_markdown(str(status))}" for status in plan.status)
    return "\n".join(rows) + doubts


def latex_table(plan: Plan, sure: Mapping[str, str] | None = None) -> str:
    """The figures as a ``tabular`` that needs no package, then the sentences.

    ``sure``: the interval of a figure by its label, in a column of its own.
    """
    head, *figures = [rf"{' & '.join(map(escape_latex, row))} \\" for row in _columns(plan, sure)]
    doubts = [f"\n\\par {escape_latex(str(status))}" for status in plan.status]
    columns = "lrr" if sure else "lr"
    if sure:  # one column of values needs no name
        figures = [head, r"\hline", *figures]
    begin = rf"\begin{{tabular}}{{{columns}}}"
    return "\n".join([begin, r"\hline", *figures, r"\hline", r"\end{tabular}", *doubts])


def _columns(plan: Plan, sure: Mapping[str, str] | None) -> list[list[str]]:
    """The table's head, then a row a figure."""
    lang = plan.scenario.lang
    head = [say("ui.copy_figure", lang), say("ui.value", lang)]
    rows = [list(row) for row in plan.rows()]
    if sure:
        head.append(sentence("report.interval", lang, level=("percent", LEVEL)))
        rows = [[*row, sure.get(row[0], "")] for row in rows]
    return [head, *rows]
