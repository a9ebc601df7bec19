"""The report as LaTeX, to be ``\\input`` where a paper wants it."""

from __future__ import annotations

from chinchilla_widget.files import encoded
from chinchilla_widget.plans.forms import escape_latex, latex_table
from chinchilla_widget.report.contents import Contents

MARK = b"% chinchilla_widget"


def text(contents: Contents) -> bytes:
    lines = [f"{MARK.decode()} {contents.version}"]
    if contents.title is not None:
        lines.append(rf"\paragraph{{{escape_latex(contents.title)}}}")
    if contents.author is not None:
        lines += [rf"\textit{{{escape_latex(contents.author)}}}", ""]
    lines += [escape_latex(contents.question), "", latex_table(contents.plan, contents.sure), ""]
    return encoded("\n".join(lines))
