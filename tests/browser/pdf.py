"""The text of a PDF that Chromium wrote: enough of the format to see what is on the paper."""

from __future__ import annotations

import re
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj\s*(.*?)endobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl"})


def text(pdf: bytes) -> str:
    """All that is written on all pages, glyph by glyph; spaces are not told apart from none."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    fonts = {
        name: _letters(_plain(objects[int(where[1])]))
        for body in objects.values()
        for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", body)
        if (where := re.search(rb"/ToUnicode (\d+) 0 R", objects.get(int(number), b"")))
    }
    told = []
    for body in objects.values():
        letters: dict[int, str] = {}
        for font, shown in re.findall(rb"/(F\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)>", _plain(body)):
            if font:
                letters = fonts.get(font, {})
            else:
                told += [
                    letters.get(int(shown[at : at + 4], 16), "") for at in range(0, len(shown), 4)
                ]
    return "".join(told).translate(_LIGATURES)


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def _plain(body: bytes) -> bytes:
    found = _STREAM.search(body)
    if found is None:
        return b""
    return zlib.decompress(found[1]) if b"/FlateDecode" in body else found[1]


def _letters(cmap: bytes) -> dict[int, str]:
    """What each glyph of a font stands for."""
    found = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for glyph, letter in re.findall(rb"<(\w+)> <(\w+)>", block):
            found[int(glyph, 16)] = _utf16(letter)
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", cmap, re.DOTALL):
        for first, last, letter in re.findall(rb"<(\w+)> <(\w+)> <(\w+)>", block):
            for step in range(int(last, 16) - int(first, 16) + 1):
                found[int(first, 16) + step] = chr(int(letter, 16) + step)
    return found


def _utf16(letter: bytes) -> str:
    return bytes.fromhex(letter.decode()).decode("utf-16-be")
