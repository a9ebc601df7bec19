"""A report into its file: the extension decides how, atomically, over nothing that is not ours."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from os import PathLike
from pathlib import Path
from typing import Final, NamedTuple

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
FORMS: Final[Mapping[str, Form]] = {
    ".html": _HTML,
    ".htm": _HTML,
    ".md": _MARKDOWN,
    ".markdown": _MARKDOWN,
    ".json": Form(json.text, json.MARK),
    ".tex": Form(latex.text, latex.MARK),
    ".svg": Form(pictures.svg, pictures.SVG_MARK),
    ".png": Form(pictures.png, pictures.PNG_MARK),
}
_HEAD = 4096


def report(
    plan: Plan,
    path: str | PathLike[str],
    *,
    title: str | None = None,
    author: str | None = None,
    force: bool = False,
) -> Path:
    """Write ``plan`` to ``path`` and return the path.

    Raises:
        ChinchillaError: the extension is not known, the file is there and not ours, it cannot be
            written, or its form needs an extra that is not installed.
    """
    lang = plan.scenario.lang
    # A link stays one: what it names is written.
    target = Path(path).expanduser()
    form = FORMS.get(target.suffix.lower())
    if form is None:
        known = ", ".join(EXTENSIONS)
        raise ChinchillaError("report.extension", lang, name=target.name, known=known)
    refuse_foreign(target, form.mark, lang, force)
    contents = Contents(plan, title, author)
    if form is _MARKDOWN and (drawn := pictures.png_or_none(contents)) is not None:
        # Code hosts show no picture that is inside a file: it stands beside it.
        beside = target.with_suffix(".png")
        refuse_foreign(beside, pictures.PNG_MARK, lang, force)
        write(beside, drawn, lang)
        contents.picture = beside.name
    write(target, form.make(contents), lang)
    return target


def refuse_foreign(target: Path, mark: bytes, lang: str, force: bool) -> None:
    """Refuse a file that is there and was not made here."""
    try:
        if not target.exists():
            return
        if not target.is_file():
            raise ChinchillaError("report.no_file", lang, name=str(target))
        if force:
            return
        with target.open("rb") as file:
            ours = mark in file.read(_HEAD)
    except OSError as problem:
        raise unwritten(target, problem, lang) from None
    if not ours:
        raise ChinchillaError("report.foreign", lang, name=str(target))


def write(target: Path, content: bytes, lang: str) -> None:
    """All of it or nothing: beside the old file first, then in its place."""
    place = target.resolve()
    beside: str | None = None
    try:
        handle, beside = tempfile.mkstemp(prefix=f".{place.name}.", dir=place.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, _mode(place))
        os.replace(beside, place)
    except OSError as problem:
        raise unwritten(target, problem, lang) from None
    finally:
        if beside is not None and os.path.exists(beside):
            os.unlink(beside)


def unwritten(target: Path, problem: OSError, lang: str) -> ChinchillaError:
    reason = problem.strerror or type(problem).__name__
    return ChinchillaError("report.unwritten", lang, name=str(target), reason=reason)


def _mode(place: Path) -> int:
    """The old file's permissions; a new one's are what the user's mask leaves."""
    if place.exists():
        return place.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
