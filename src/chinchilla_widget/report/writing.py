"""A report into its file: the extension decides how, atomically, over nothing that is not ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from os import PathLike
from pathlib import Path
from typing import Final, NamedTuple

from chinchilla_widget.files import (
    beginning,
    must_ask,
    path_of,
    refuse_foreign,
    shown,
    write,
)
from chinchilla_widget.messages import ChinchillaError
from chinchilla_widget.plans import FORMS as EXTENSIONS
from chinchilla_widget.plans import Plan
from chinchilla_widget.report import html, json, latex, markdown, pictures
from chinchilla_widget.report.contents import Contents


class Form(NamedTuple):
    """How a report is made, and what stands near the beginning of each that was."""

    make: Callable[[Contents], bytes]
    mark: bytes


_HTML = Form(html.page, html.MARK)
_MARKDOWN = Form(markdown.text, markdown.MARK)
_PNG = Form(pictures.png, pictures.PNG_MARK)
FORMS: Final[Mapping[str, Form]] = {
    ".html": _HTML,
    ".htm": _HTML,
    ".md": _MARKDOWN,
    ".markdown": _MARKDOWN,
    ".json": Form(json.text, json.MARK),
    ".tex": Form(latex.text, latex.MARK),
    ".svg": Form(pictures.svg, pictures.SVG_MARK),
    ".png": _PNG,
}


def write_report(
    plan: Plan,
    path: str | PathLike[str],
    *,
    title: str | None = None,
    author: str | None = None,
    force: bool = False,
) -> list[Path]:
    """Write ``plan`` to ``path``; all files written, that one first.

    Markdown has a picture beside it, since code hosts show none that is inside a file.

    Raises:
        ChinchillaError: the extension is not known, a file is there and not ours, it cannot be
            written, or its form needs an extra that is not installed.
    """
    lang = plan.scenario.lang
    target = path_of(path, lang)
    form = FORMS.get(target.suffix.lower())
    if form is None:
        known = ", ".join(EXTENSIONS)
        raise ChinchillaError("report.extension", lang, name=shown(Path(target.name)), known=known)
    if form is _PNG:
        _refuse_picture(target, None, lang, force)
    else:
        refuse_foreign(target, form.mark, lang, force)
    contents = Contents(plan, title, author)
    files: list[tuple[Path, bytes]] = []
    if form is _MARKDOWN:
        beside = target.with_suffix(".png")
        # The text bears the title.
        drawn = pictures.png_or_none(Contents(plan), target.name)
        if drawn is not None:
            _refuse_picture(beside, target, lang, force)
            contents.picture = beside.name
            files.append((beside, drawn))
    # The text last: it never names a picture that is not there.
    write([*files, (target, form.make(contents))], lang)
    return [target, *(beside for beside, _ in files)]


def _refuse_picture(picture: Path, text: Path | None, lang: str, force: bool) -> None:
    """Refuse a picture that is not the text's own; alone, one that a text shows as its own."""
    refuse_foreign(picture, pictures.PNG_MARK, lang, force)
    if not must_ask(picture, lang, force):
        return
    whose, name = pictures.made_for(beginning(picture, lang)), shown(picture)
    if text is not None and whose != text.name:
        raise ChinchillaError("report.picture", lang, name=name, text=shown(Path(text.name)))
    if text is None and whose is not None and picture.with_name(whose).exists():
        raise ChinchillaError("report.shown", lang, name=name, text=whose)
