"""What is written to disk: all of it or nothing, and over nothing that was not made here."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from chinchilla_widget.messages import ChinchillaError

# A mark of ours stands this near the beginning of a file.
_HEAD = 4096
# Longer names are cut in sentences.
_SHOWN = 120
_WRITABLE = 0o222


def path_of(given: Any, lang: str) -> Path:
    """The path that was meant; ``~`` is the home folder.

    Raises:
        ChinchillaError: it is empty, or neither text nor a path.
    """
    if not isinstance(given, (str, os.PathLike)) or isinstance(os.fspath(given), bytes):
        raise ChinchillaError("files.no_path", lang, kind=type(given).__name__)
    if not os.fspath(given):
        raise ChinchillaError("files.no_name", lang)
    if "\0" in os.fspath(given):
        raise ChinchillaError("files.unnameable", lang, name=shown(Path(given)))
    try:
        return Path(given).expanduser()
    except RuntimeError:  # "~name" of nobody
        return Path(given)


def refuse_no_file(source: Path, lang: str) -> None:
    """Refuse to read what is there and is no file: a pipe waits, and a device may never end."""
    try:
        odd = source.exists() and not source.is_file()
    except (OSError, ValueError):  # too long a name, a null byte: nothing of that name is there
        odd = False
    if odd:
        raise ChinchillaError("files.not_a_file", lang, name=shown(source))


def refuse_foreign(target: Path, mark: bytes, lang: str, force: bool) -> None:
    """Refuse a file that is there and was not made here, or may not be written."""
    if must_ask(target, lang, force) and mark not in beginning(target, lang):
        raise ChinchillaError("files.foreign", lang, name=shown(target))


def must_ask(target: Path, lang: str, force: bool) -> bool:
    """Whether a file is there that must be asked whose it is before it is replaced."""
    try:
        if not target.exists():
            return False
        if not target.is_file():  # opening a pipe or a device waits, or writes into it
            raise ChinchillaError("files.no_file", lang, name=shown(target))
        # An administrator may write what is locked; whoever locked it meant everybody.
        if not force and not target.stat().st_mode & _WRITABLE:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except (OSError, ValueError) as problem:
        if isinstance(problem, ChinchillaError):
            raise
        raise unwritten(target, problem, lang) from None
    return not force


def beginning(target: Path, lang: str) -> bytes:
    """The first bytes of a file, where a mark of ours stands."""
    try:
        with target.open("rb") as file:
            return file.read(_HEAD)
    except OSError as problem:
        raise unwritten(target, problem, lang) from None


def write(files: Sequence[tuple[Path, bytes]], lang: str) -> None:
    """All of them or none: each beside its old file first, then all in their places.

    A link stays one: what it names is written.
    """
    ready: list[tuple[str, Path]] = []
    target = files[0][0]
    try:
        for target, content in files:
            place = Path(os.path.realpath(target))
            if place.is_symlink():
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
            if not place.parent.is_dir():
                raise ChinchillaError("files.no_folder", lang, path=shown(place.parent))
            # The name of the target in it could be longer than a name may be.
            handle, beside = tempfile.mkstemp(prefix=".chinchilla-", dir=place.parent)
            ready.append((beside, place))
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(beside, _mode(place))
        for beside, place in ready:
            os.replace(beside, place)
    except ChinchillaError:
        raise
    except (OSError, ValueError) as problem:
        raise unwritten(target, problem, lang) from None
    finally:
        for beside, _ in ready:
            if os.path.exists(beside):
                os.unlink(beside)


def unwritten(target: Path, problem: Exception, lang: str) -> ChinchillaError:
    reason = getattr(problem, "strerror", None) or type(problem).__name__
    return ChinchillaError("files.unwritten", lang, name=shown(target), reason=reason)


def encoded(text: str) -> bytes:
    """Text as it stands in a file; a name that no encoding holds has “?” there."""
    return text.encode("utf-8", "replace")


def shown(path: Path) -> str:
    """A path fit to stand in a sentence: its end, which tells it from others."""
    text = encoded(str(path)).decode()
    return text if len(text) <= _SHOWN else f"…{text[-_SHOWN:]}"


def _mode(place: Path) -> int:
    """The old file's permissions; a new one's are what the user's mask leaves."""
    if place.exists():
        return place.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
