"""What is written to disk: all of it or nothing, and over nothing that was not made here."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path
from typing import Any

from chinchilla_widget.messages import ChinchillaError

# A mark of ours stands this near the beginning of a file.
_HEAD = 4096
# Longer names are cut in sentences.
_SHOWN = 120


def path_of(given: Any, lang: str) -> Path:
    """The path that was meant; ``~`` is the home folder.

    Raises:
        ChinchillaError: it is empty, or neither text nor a path.
    """
    if not isinstance(given, (str, os.PathLike)) or isinstance(os.fspath(given), bytes):
        raise ChinchillaError("files.no_path", lang, kind=type(given).__name__)
    if not os.fspath(given):
        raise ChinchillaError("files.no_name", lang)
    try:
        return Path(given).expanduser()
    except RuntimeError:  # "~name" of nobody
        return Path(given)


def refuse_foreign(target: Path, mark: bytes, lang: str, force: bool) -> None:
    """Refuse a file that is there and was not made here."""
    try:
        if not target.exists():
            return
        if not target.is_file():  # opening a pipe or a device waits, or writes into it
            raise ChinchillaError("files.no_file", lang, name=shown(target))
        if force:
            return
        with target.open("rb") as file:
            ours = mark in file.read(_HEAD)
    except (OSError, UnicodeError) as problem:
        raise unwritten(target, problem, lang) from None
    if not ours:
        raise ChinchillaError("files.foreign", lang, name=shown(target))


def write(target: Path, content: bytes, lang: str) -> None:
    """All of it or nothing: beside the old file first, then in its place.

    A link stays one: what it names is written.
    """
    beside: str | None = None
    try:
        place = Path(os.path.realpath(target))
        if place.is_symlink():
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        if not place.parent.is_dir():
            raise ChinchillaError("files.no_folder", lang, path=shown(place.parent))
        # The name of the target in it could be longer than a name may be.
        handle, beside = tempfile.mkstemp(prefix=".chinchilla-", dir=place.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, _mode(place))
        os.replace(beside, place)
    except ChinchillaError:
        raise
    except (OSError, ValueError) as problem:
        raise unwritten(target, problem, lang) from None
    finally:
        if beside is not None and os.path.exists(beside):
            os.unlink(beside)


def unwritten(target: Path, problem: Exception, lang: str) -> ChinchillaError:
    reason = getattr(problem, "strerror", None) or type(problem).__name__
    return ChinchillaError("files.unwritten", lang, name=shown(target), reason=reason)


def shown(path: Path) -> str:
    """A path fit to stand in a sentence: its end, which tells it from others."""
    text = str(path).encode("utf-8", "replace").decode()
    return text if len(text) <= _SHOWN else f"…{text[-_SHOWN:]}"


def _mode(place: Path) -> int:
    """The old file's permissions; a new one's are what the user's mask leaves."""
    if place.exists():
        return place.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
