"""The report as GitHub's Markdown: the question, the figures, what is assumed, how to repeat it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from urllib.parse import quote

from chinchilla_widget.files import encoded
from chinchilla_widget.laws import FrontierLaw
from chinchilla_widget.messages import say
from chinchilla_widget.plans.forms import escape_markdown, markdown_table
from chinchilla_widget.report.contents import Contents

MARK = b"<!-- chinchilla_widget"


def text(contents: Contents) -> bytes:
    lang = contents.lang
    head = [say(f"ui.{word}", lang) for word in ("assumed", "value", "from")]
    table = "\n".join(
        [_row(head), "| --- | --- | --- |", *(_row(row) for row in contents.assumptions)]
    )
    facts = "\n".join(f"- {name}: {escape_markdown(value)}" for name, value in contents.law_facts)
    title = contents.title or say("report.title", lang)
    parts = [
        f"{MARK.decode()} {contents.version} -->",
        f"# {escape_markdown(title)}",
        escape_markdown(contents.byline),
        escape_markdown(contents.question),
        _picture(contents),
        markdown_table(contents.plan, contents.sure),
        f"## {say('ui.sources', lang)}",
        table,
        f"## {say('ui.law', lang)}",
        facts,
        f"## {say('report.again', lang)}",
        escape_markdown(contents.needed),
        f"```sh\n{contents.command}\n```" if contents.command else "",
        f"```python\n{contents.python}\n```",
    ]
    return encoded("\n\n".join(part for part in parts if part) + "\n")


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(escape_markdown(cell) for cell in cells)} |"


def _picture(contents: Contents) -> str:
    """A link to the picture beside the file: code hosts show no picture inside one."""
    if contents.picture is None:
        return ""
    whole = isinstance(contents.plan.scenario.law, FrontierLaw)
    shown = "report.alt_frontier_loss" if whole else "report.alt"
    alt = escape_markdown(say(shown, contents.lang))
    return f"![{alt}]({quote(os.fsencode(contents.picture))})"
