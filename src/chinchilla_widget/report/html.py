"""The report as one page that asks nobody for anything: the widget, and the plan as saved.

The page's policy names the scripts and the style sheet by their hashes and forbids the rest, so
nothing that somebody wrote into a title or a law can run. What the scripts read is data: text in
base 85, which holds no mark-up here.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from typing import Final

from chinchilla_widget.files import encoded
from chinchilla_widget.messages import say
from chinchilla_widget.page import state
from chinchilla_widget.plans import FIGURES, Plan
from chinchilla_widget.plans.forms import clean
from chinchilla_widget.report.contents import Contents
from chinchilla_widget.report.front_end import code, dense_code, pack_dense, page_starter, style
from chinchilla_widget.report.still import still_svg

MARK = b'<meta name="generator" content="chinchilla_widget'
_ARXIV: Final = re.compile(r"arXiv:(\d{4}\.\d{4,5})")


def page(contents: Contents) -> bytes:
    """The whole file."""
    lang = contents.lang
    script, start = code(), page_starter()
    sheet = style("widget") + style("report")
    title = contents.title or say("report.title", lang)
    policy = (
        f"default-src 'none'; script-src {_hash(start)} {_hash(script)}; "
        f"style-src {_hash(sheet)}; img-src data:; base-uri 'none'; form-action 'none'"
    )
    return encoded(f"""<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
{MARK.decode()} {contents.version}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{_text(title)}</title>
<style>{sheet}</style>
</head>
<body>
<header class="rp-head">
<h1>{_isolated(title)}</h1>
<p class="rp-before" data-moved hidden>{_text(say("report.asked_before", lang))}</p>
<p class="rp-question">{_isolated(contents.question)}</p>
<p class="rp-byline">{_isolated(contents.byline)}</p>
</header>
<main>
<h2 class="rp-hidden">{_text(say("ui.widget", lang))}</h2>
<div class="rp-place" id="cw"><noscript>
<p class="rp-failed">{_text(say("report.failed", lang))}</p>
{still_svg(contents.plan, "rp-still")}
</noscript></div>
{_saved(contents)}
</main>
<script type="text/plain" id="cw-state">{pack_dense(state(contents.plan))}</script>
<script type="text/plain" id="cw-code">{dense_code()}</script>
<script>{start}</script>
</body>
</html>
""")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _text(text: str) -> str:
    return html.escape(clean(text))


def _isolated(text: str) -> str:
    """Text whose direction, whatever it is, ends with it."""
    return f"<bdi>{_text(text)}</bdi>"


def _raised(text: str) -> str:
    """``N^α`` with a raised α, ``R_D`` with a lowered D, as the widget writes them."""
    told = re.sub(r"\^([−-]?\w+(?:[.,]\d+)?)", r"<sup>\1</sup>", _text(text))
    return re.sub(r"\b([A-Za-zα-ω])_([A-Za-z0-9]+)\b", r"\1<sub>\2</sub>", told)


def _source(text: str) -> str:
    """A source as it is written, arXiv numbers as links."""
    link = r'<a href="https://arxiv.org/abs/\1" rel="noopener noreferrer">arXiv:\1</a>'
    return _ARXIV.sub(link, _text(text))


def _saved(contents: Contents) -> str:
    """The plan as it was when it was written: figures, doubts, law, assumptions, command."""
    lang = contents.lang
    facts = "".join(
        f"<div><dt>{_text(name)}</dt><dd>{_raised(value) if index in (1, 2) else _source(value)}"
        "</dd></div>"
        for index, (name, value) in enumerate(contents.law_facts)
    )
    rows = "".join(
        f'<tr><th scope="row">{_raised(name)}</th><td>{_text(value)}</td>'
        f"<td>{_source(origin)}</td></tr>"
        for name, value, origin in contents.assumptions
    )
    head = "".join(
        f'<th scope="col">{_text(say(f"ui.{word}", lang))}</th>'
        for word in ("assumed", "value", "from")
    )
    command = contents.command
    commands = [command] if command else []
    again = "".join(
        f"<pre><code>{html.escape(each)}</code></pre>" for each in [*commands, contents.python]
    )
    told = _text(contents.needed)
    needed = f'<p class="rp-muted">{told}</p>\n' if told else ""
    return f"""<section class="rp-saved">
<h2>{_text(say("report.saved", lang))}</h2>
<p class="rp-muted" data-moved hidden>{_text(say("report.moved", lang))}</p>
<div class="rp-columns">
<div>
<table class="rp-figures"><tbody>{_figures(contents.plan)}</tbody></table>
{_doubts(contents.plan)}
</div>
<dl class="rp-facts">{facts}</dl>
</div>
<h2>{_text(say("ui.sources", lang))}</h2>
<table class="rp-assumed"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>
<h2>{_text(say("report.again", lang))}</h2>
{needed}{again}
</section>"""


def _figures(plan: Plan) -> str:
    names = [name for name in FIGURES if plan.figure(name) is not None]
    rows = []
    for name, (label, value) in zip(names, plan.rows(), strict=True):
        part = ' class="rp-part"' if name.startswith("dollars_") else ""
        cell = f'<td data-figure="{name}">{_text(value)}</td>'
        rows.append(f'<tr{part}><th scope="row">{_text(label)}</th>{cell}</tr>')
    return "".join(rows)


def _doubts(plan: Plan) -> str:
    if not plan.status:
        return ""
    told = "".join(f"<li>{_text(str(status))}</li>" for status in plan.status)
    return f'<ul class="rp-doubts">{told}</ul>'
