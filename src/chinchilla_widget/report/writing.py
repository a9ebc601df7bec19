"""A report into its file: the extension decides how, atomically, over nothing that is not ours."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
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
_WRITABLE: Final = 0o222


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
        ChinchillaError: as ``write_report``.
    """
    return write_report(plan, path, title=title, author=author, force=force)[0]


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
    target = named(path, lang)
    form = FORMS.get(target.suffix.lower())
    if form is None:
        known = ", ".join(EXTENSIONS)
        raise ChinchillaError("report.extension", lang, name=target.name, known=known)
    refuse_foreign(target, form.mark, lang, force)
    contents = Contents(plan, title, author)
    files: list[tuple[Path, bytes]] = []
    if form is _MARKDOWN:
        beside = target.with_suffix(".png")
        # The text bears the title.
        drawn = pictures.png_or_none(Contents(plan), made_for=target.name)
        if drawn is not None:
            _refuse_picture(beside, target, lang, force)
            contents.picture = beside.name
            files.append((beside, drawn))
    # The text last: it never names a picture that is not there.
    write([*files, (target, form.make(contents))], lang)
    return [target, *(beside for beside, _ in files)]


def named(path: str | PathLike[str], lang: str) -> Path:
    """The path somebody wrote. A link stays one: what it names is written.

    Raises:
        ChinchillaError: it can be none, or leads round in a circle.
    """
    try:
        target = Path(path).expanduser()
        target.resolve()
    except (OSError, ValueError, RuntimeError) as problem:
        raise unwritten(Path(path), problem, lang) from None
    return target


def refuse_foreign(target: Path, mark: bytes, lang: str, force: bool) -> None:
    """Refuse a file that is there and was not made here, or may not be written."""
    if not _there(target, lang, force):
        return
    if mark not in _start(target, lang):
        raise ChinchillaError("report.foreign", lang, name=str(target))


def _refuse_picture(beside: Path, text: Path, lang: str, force: bool) -> None:
    """Refuse a picture that belongs to nothing, or to something else: nobody named it."""
    if not _there(beside, lang, force):
        return
    start = _start(beside, lang)
    if pictures.PNG_MARK not in start:
        raise ChinchillaError("report.foreign", lang, name=str(beside))
    if pictures.made_for(text.name) not in start and not _shows(text, beside, lang):
        raise ChinchillaError("report.picture", lang, name=str(beside), text=text.name)


def _shows(text: Path, picture: Path, lang: str) -> bool:
    """Whether the text of before, which is ours, shows the picture: by an older version of us."""
    return text.exists() and markdown.link(picture.name).encode() in _start(text, lang, None)


def _there(target: Path, lang: str, force: bool) -> bool:
    """Whether a file is there that must be asked before it is replaced."""
    try:
        if not target.exists():
            return False
        if not target.is_file():
            raise ChinchillaError("report.no_file", lang, name=str(target))
        # An administrator may write what is locked; whoever locked it meant everybody.
        if not force and not target.stat().st_mode & _WRITABLE:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as problem:
        raise unwritten(target, problem, lang) from None
    return not force


def _start(target: Path, lang: str, most: int | None = _HEAD) -> bytes:
    try:
        with target.open("rb") as file:
            return file.read(most)
    except OSError as problem:
        raise unwritten(target, problem, lang) from None


def write(files: Sequence[tuple[Path, bytes]], lang: str) -> None:
    """All of them or none: each beside its old file first, then all in their places."""
    ready: list[tuple[str, Path]] = []
    target = files[0][0]
    try:
        for target, content in files:
            place = target.resolve()
            handle, beside = tempfile.mkstemp(prefix=f".{place.name[:100]}.", dir=place.parent)
            ready.append((beside, place))
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(beside, _mode(place))
        for beside, place in ready:
            os.replace(beside, place)
    except (OSError, ValueError, RuntimeError) as problem:
        raise unwritten(target, problem, lang) from None
    finally:
        for beside, _ in ready:
            if os.path.exists(beside):
                os.unlink(beside)


def unwritten(target: Path, problem: Exception, lang: str) -> ChinchillaError:
    reason = getattr(problem, "strerror", None) or str(problem) or type(problem).__name__
    return ChinchillaError("report.unwritten", lang, name=str(target), reason=reason)


def _mode(place: Path) -> int:
    """The old file's permissions; a new one's are what the user's mask leaves."""
    if place.exists():
        return place.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
