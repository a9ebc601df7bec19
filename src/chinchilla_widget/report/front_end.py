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

from chinchilla_widget.messages import ChinchillaError

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
def key() -> str:
    """A short name of this very script: pages share what the first to unpack it has unpacked."""
    return hashlib.sha256(_zipped()).hexdigest()[:16]


@cache
def style(name: str) -> str:
    """A style sheet: "widget" or "report"."""
    return (_STATIC / f"{name}.css").read_text(encoding="utf-8").strip()


@cache
def starter(name: str) -> str:
    """What starts the script: in a "page", in an "output" of a notebook, as a "module"."""
    text = Path(__file__).with_name(f"start_{name}.js").read_text(encoding="utf-8")
    return re.sub(r"^//.*\n", "", text, flags=re.MULTILINE).strip()


def pack(told: Any) -> str:
    """JSON, gzipped, in base64: no text of anybody's stands in a page as mark-up."""
    plain = json.dumps(told, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return base64.b64encode(gzip.compress(plain.encode(), 9, mtime=0)).decode()


def _zipped() -> bytes:
    try:
        return (_STATIC / "report.js.gz").read_bytes()
    except FileNotFoundError:
        raise ChinchillaError("widget.not_built") from None
