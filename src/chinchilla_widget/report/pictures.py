"""The three pictures as SVG and PNG, through vl-convert: the extra ``images``."""

from __future__ import annotations

import json
import os
import re
import struct
import zlib
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from chinchilla_widget.messages import ChinchillaError
from chinchilla_widget.report.contents import Contents

SVG_MARK = b"<!-- chinchilla_widget"
PNG_MARK = b"Software\0chinchilla_widget"
_MADE_FOR = re.compile(re.escape(PNG_MARK) + rb" \S* for (\S+);")
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_VERSION = re.compile(r"/v(\d+\.\d+)")
_SCALE = 2.0
_WIDEST = 1000  # of a title, in pixels: what is longer ends in dots


def svg(contents: Contents) -> bytes:
    """The pictures as SVG, texts as texts."""
    drawn = _converter(contents.lang, ".svg").vegalite_to_svg(**_chart(contents))
    start = drawn.index("<svg")
    end = drawn.index(">", start) + 1
    mark = f"{SVG_MARK.decode()} {contents.version} -->"
    return f"{drawn[start:end]}{mark}{drawn[end:]}\n".encode()


def png(contents: Contents) -> bytes:
    """The pictures as PNG, two dots a pixel."""
    return _drawn(_converter(contents.lang, ".png"), contents)


def png_or_none(contents: Contents, text: str) -> bytes | None:
    """The same for the text of that name, or None where the extra is not installed."""
    try:
        converter = _converter(contents.lang, ".png")
    except ChinchillaError:
        return None
    return _drawn(converter, contents, text)


def made_for(beginning: bytes) -> str | None:
    """The name of the text that a picture was made for, by its first bytes; None for none."""
    found = _MADE_FOR.search(beginning)
    return None if found is None else os.fsdecode(unquote_to_bytes(found[1]))


def _drawn(converter: Any, contents: Contents, text: str | None = None) -> bytes:
    drawn = converter.vegalite_to_png(**_chart(contents), scale=_SCALE)
    # Whoever made it stands in the file, so that it may be made anew.
    header = len(_SIGNATURE) + 25
    told = PNG_MARK + f" {contents.version}".encode()
    if text is not None:
        told += f" for {quote(os.fsencode(text))};".encode()
    chunk = b"tEXt" + told
    size, check = struct.pack(">I", len(told)), struct.pack(">I", zlib.crc32(chunk))
    return bytes(drawn[:header] + size + chunk + check + drawn[header:])


def _chart(contents: Contents) -> dict[str, str]:
    """The chart, and the version of Vega-Lite that it is written in, by its own schema."""
    chart = contents.plan.chart()
    chart.background = "white"
    told = chart.to_dict(validate=False)
    if contents.title is not None or contents.author is not None:
        told["title"] = {
            "text": contents.title or "",
            **({} if contents.author is None else {"subtitle": contents.author}),
            "anchor": "start",
            "offset": 14,
            "limit": _WIDEST,
        }
    version = _VERSION.search(told["$schema"])
    assert version
    return {"vl_spec": json.dumps(told), "vl_version": version[1]}


def _converter(lang: str, form: str) -> Any:
    try:
        import vl_convert
    except ImportError:
        raise ChinchillaError("report.no_images", lang, form=form) from None
    return vl_convert
