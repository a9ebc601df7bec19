"""The built front end of reports, and what it is given, as they travel in files."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any, Final

from chinchilla_widget.files import encoded
from chinchilla_widget.messages import ChinchillaError

_GZIP_HEAD: Final = 10  # bytes, where no file name is kept
_STATIC: Final = Path(__file__).parents[1] / "static"


@cache
def code() -> str:
    """A script that defines ``chinchilla_widget``: ``page``, ``mount`` and ``render``."""
    return gzip.decompress(_zipped()).decode()


@cache
def packed_code() -> str:
    """The same, gzipped, in base64."""
    return base64.b64encode(_zipped()).decode()


@cache
def dense_code() -> str:
    """The same for a page that unpacks it by itself: five letters for four bytes."""
    return _dense(_zipped())


@cache
def key() -> str:
    """A short name of this very script: pages share what the first to unpack it has unpacked."""
    return hashlib.sha256(_zipped()).hexdigest()[:16]


@cache
def style(name: str) -> str:
    """A style sheet: "widget" or "report"."""
    return (_STATIC / f"{name}.css").read_text(encoding="utf-8").strip()


@cache
def page_starter() -> str:
    """What unpacks the script in a page and starts it."""
    return (_STATIC / "report.start.js").read_text(encoding="utf-8").strip()


@cache
def starter(name: str) -> str:
    """What starts the script elsewhere: in an "output" of a notebook, as a "module"."""
    text = Path(__file__).with_name(f"start_{name}.js").read_text(encoding="utf-8")
    return re.sub(r"^(//.*\n|\s+)", "", text, flags=re.MULTILINE).strip()


def pack(told: Any) -> str:
    """JSON, gzipped, in base64: no text of anybody's stands in a page as mark-up."""
    return base64.b64encode(_zip(told)).decode()


def pack_dense(told: Any) -> str:
    """The same for a page that unpacks it by itself."""
    return _dense(_zip(told))


def _zip(told: Any) -> bytes:
    plain = json.dumps(told, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return gzip.compress(encoded(plain), 9, mtime=0)


def _dense(packed: bytes) -> str:
    """Base 85, whose "<" is a comma here, so that it holds no mark-up.

    Without gzip's head: who reads one takes the length from its last bytes, which padding moves.
    """
    return base64.b85encode(packed[_GZIP_HEAD:], pad=True).decode().replace("<", ",")


def _zipped() -> bytes:
    try:
        return (_STATIC / "report.js.gz").read_bytes()
    except FileNotFoundError:
        raise ChinchillaError("widget.not_built") from None
