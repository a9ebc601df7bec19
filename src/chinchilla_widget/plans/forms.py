"""A plan as a table for a page, a wiki or a paper: HTML, Markdown, LaTeX.

Names of laws may be anybody's text; in every form they stay text.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final

from chinchilla_widget.messages import say

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


def markdown_table(plan: Plan) -> str:
    """The figures as a table of GitHub's Markdown, then the sentences."""
    lang = plan.scenario.lang
    head = f"| {say('ui.copy_figure', lang)} | {say('ui.value', lang)} |\n| --- | ---: |"
    rows = [
        f"| {escape_markdown(label)} | {escape_markdown(value)} |" for label, value in plan.rows()
    ]
    doubts = "".join(f"\n\n> {escape_markdown(str(status))}" for status in plan.status)
    return "\n".join([head, *rows]) + doubts


def latex_table(plan: Plan) -> str:
    """The figures as a ``tabular`` that needs no package, then the sentences."""
    rows = [f"{escape_latex(label)} & {escape_latex(value)} \\\\" for label, value in plan.rows()]
    doubts = [f"\n\\par {escape_latex(str(status))}" for status in plan.status]
    return "\n".join(
        [r"\begin{tabular}{lr}", r"\hline", *rows, r"\hline", r"\end{tabular}", *doubts]
    )
