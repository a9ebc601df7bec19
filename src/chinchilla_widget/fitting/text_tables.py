"""Tables as text files: comma, semicolon, tab, bar or spaces, plain or gzipped."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from chinchilla_widget.messages import ChinchillaError
from chinchilla_widget.quantities.opening import shortened

_SEPARATORS: Final = ",;\t|"
# 1.234.567,8 and 2,58, as Excel writes them where the comma is the decimal mark.
_COMMA: Final = re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d*),\d+(?:[eE][+-]?\d+)?")
_GROUPED: Final = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+")
_RULE: Final = re.compile(r":?-{2,}:?")
_JSON: Final = re.compile(r'\s*(?:\{|\[\s*[\[{"\d])')


class TextTable(NamedTuple):
    """Headings, the cells of each column, and the line of the file that each row stands on."""

    names: list[str]
    columns: list[list[str]]
    lines: list[int]


def read_text(path: Path, name: str, lang: str) -> TextTable:
    """The table in a text file; ``name`` is the path as it stands in sentences.

    Raises:
        ChinchillaError: it cannot be read, holds no rows, or rows of another length.
    """
    try:
        opened = gzip.open if path.suffix.lower() == ".gz" else open
        with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
            text = file.read()
        if _JSON.match(text):
            raise ChinchillaError("fitting.json_table", lang, path=name)
        separator = _separator(text)
        rows = [(line, row) for line, row in _rows(text, separator) if any(row)]
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error) as error:
        raise unreadable(name, error, lang) from None
    if len(rows) < 2:
        raise ChinchillaError("fitting.empty", lang)
    (_, names), *body = rows
    for line, row in body:
        if len(row) != len(names):
            numbers = {"row": line, "cells": len(row), "columns": len(names)}
            raise ChinchillaError("fitting.ragged", lang, path=name, **numbers)
    cells = [row for _, row in body]
    if separator == ";" and any(_COMMA.fullmatch(cell) for row in cells for cell in row):
        cells = [[_with_point(cell) for cell in row] for row in cells]
    columns = [list(column) for column in zip(*cells, strict=True)]
    # A column without a heading is an index, or what a spreadsheet leaves beside the table.
    kept = [i for i, each in enumerate(names) if each]
    return TextTable(
        [names[i] for i in kept], [columns[i] for i in kept], [line for line, _ in body]
    )


def unreadable(name: str, error: Exception, lang: str) -> ChinchillaError:
    """The sentence for a file that no reader could make a table of."""
    reason = shortened(" ".join(str(error).split())[:160])
    return ChinchillaError("fitting.unreadable", lang, path=name, reason=reason)


def _separator(text: str) -> str:
    """Whichever the heading has most of; a space where it has none."""
    heading = next(iter(text.lstrip("\r\n").splitlines()), "")
    most = max(_SEPARATORS, key=heading.count)
    return most if most in heading else " "


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of the line it ends on, cells stripped."""
    file = io.StringIO(text, newline="")
    if separator not in " |":
        reader = csv.reader(file, delimiter=separator)
        for cells in reader:
            yield reader.line_num, [cell.strip() for cell in cells]
        return
    for line, row in enumerate(file, start=1):
        if separator == " ":
            yield line, row.split()
            continue
        # A bar may stand before the first cell and after the last, as Markdown has it.
        cells = [cell.strip() for cell in row.strip().strip("|").split("|")]
        if not all(_RULE.fullmatch(cell) for cell in cells):
            yield line, cells


def _with_point(cell: str) -> str:
    """A number of a file with decimal commas, as Python reads it; anything else as it is."""
    if _COMMA.fullmatch(cell) or _GROUPED.fullmatch(cell):
        return cell.replace(".", "").replace(",", ".")
    return cell
