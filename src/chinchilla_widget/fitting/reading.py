"""From a table to its columns: data frames of any kind, a dict of arrays, a CSV or Parquet file."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from chinchilla_widget.messages import ChinchillaError
from chinchilla_widget.quantities.opening import shortened

Array = Any
# What people call these columns, lower case, without anything but letters and digits.
USUAL: Final[Mapping[str, tuple[str, ...]]] = {
    "params": ("n", "params", "parameters", "nparams", "numparams", "modelsize", "modelparams"),
    "tokens": ("d", "tokens", "traintokens", "trainingtokens", "ntokens", "numtokens"),
    "loss": ("loss", "l", "valloss", "validationloss", "evalloss", "finalloss", "testloss"),
    "flops": ("c", "flops", "flop", "compute", "trainingflops", "trainflops", "totalflops"),
    "unique_tokens": ("uniquetokens", "u", "unique", "datasetsize"),
}
# As in other programs' tables: no number is there.
EMPTY: Final = {"", "na", "n/a", "nan", "none", "null", "-", "–"}


def clipped(text: str, most: int) -> str:
    """Text of others, fit to stand in a sentence."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


class Table:
    """Columns by name, made arrays when asked for."""

    def __init__(self, columns: Mapping[str, Any], lang: str) -> None:
        self._columns, self.lang = columns, lang
        self.names = [str(name) for name in columns]

    def __len__(self) -> int:
        return len(next(iter(self._columns.values()), ()))

    def raw(self, name: str) -> Any:
        """A column as it came: for labels."""
        return np.asarray(self._columns[name])

    def numbers(self, name: str) -> Array:
        """A column as floats, NaN where there is nothing.

        Raises:
            ChinchillaError: it holds text that is no number.
        """
        values = np.asarray(self._columns[name])
        if values.ndim != 1:
            raise ChinchillaError("fitting.not_a_column", self.lang, name=name)
        if values.dtype.kind in "fiu":
            return values.astype(float)
        return np.array([self._number(value, name) for value in values.tolist()], dtype=float)

    def _number(self, value: Any, name: str) -> float:
        if value is None:
            return np.nan
        text = str(value).strip()
        if text.lower() in EMPTY or text == "<NA>":
            return np.nan
        try:
            return np.nan if isinstance(value, bool) else float(text)
        except ValueError:
            short = shortened(text)
            raise ChinchillaError("fitting.text", self.lang, name=name, text=short) from None

    def find(self, what: str, given: str | None, *, needed: bool) -> str | None:
        """The name of the column that holds ``what``: the one given, or one of the usual names.

        Raises:
            ChinchillaError: it is not there, or two could be meant.
        """
        if given is not None:
            if given in self.names:
                return given
            raise ChinchillaError(
                "fitting.no_column", self.lang, name=shortened(str(given)), known=self._known()
            )
        found = [name for name in self.names if _bare(name) in USUAL[what]]
        if len(found) > 1:
            raise ChinchillaError(
                "fitting.two_columns", self.lang, what=what, names=", ".join(found)
            )
        if not found and needed:
            usual = f"{what}=" if what != "flops" else "flops="
            raise ChinchillaError(
                "fitting.which_column", self.lang, what=what, word=usual, known=self._known()
            )
        return found[0] if found else None

    def _known(self) -> str:
        return clipped(", ".join(self.names), 200) or "–"


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def read_table(runs: Any, lang: str = "en") -> Table:
    """A table from a data frame (pandas, polars, pyarrow, …), a mapping, or a path.

    Raises:
        ChinchillaError: it is none of these, cannot be read, or has no rows.
    """
    if isinstance(runs, (str, Path)):
        columns = _file(Path(runs), lang)
    elif isinstance(runs, Mapping):
        columns = {str(name): np.asarray(values) for name, values in runs.items()}
    else:
        columns = _frame(runs, lang)
    lengths = {np.shape(values)[:1] for values in columns.values()}
    if len(lengths) > 1:
        raise ChinchillaError("fitting.lengths", lang)
    if not columns or lengths in ({(0,)}, {()}):
        raise ChinchillaError("fitting.empty", lang)
    return Table(columns, lang)


def _frame(runs: Any, lang: str) -> Mapping[str, Any]:
    # Altair's own dependency, for the same purpose: it reads every kind of data frame.
    import narwhals.stable.v1 as nw

    try:
        frame = nw.from_native(runs, eager_only=True)
        return {name: frame[name].to_numpy() for name in frame.columns}
    except TypeError:
        raise ChinchillaError("fitting.no_table", lang, kind=type(runs).__name__) from None


def _file(path: Path, lang: str) -> Mapping[str, Any]:
    name = clipped(str(path), 120)
    if not path.is_file():
        raise ChinchillaError("fitting.no_file", lang, path=name)
    if path.suffix.lower() in (".parquet", ".pq"):
        try:
            import pyarrow.parquet as parquet
        except ImportError:
            raise ChinchillaError("fitting.no_pyarrow", lang) from None
        try:
            table = parquet.read_table(path)
        except Exception as error:  # pyarrow raises many kinds
            raise _unreadable(name, error, lang) from None
        return {column: table[column].to_numpy() for column in table.column_names}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = file.read(8192)
            file.seek(0)
            rows = list(csv.reader(file, _dialect(head)))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _unreadable(name, error, lang) from None
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if len(rows) < 2:
        raise ChinchillaError("fitting.empty", lang)
    names, *cells = rows
    names = [each.strip() for each in names]
    for number, row in enumerate(cells, start=2):
        if len(row) != len(names):
            raise ChinchillaError(
                "fitting.ragged", lang, path=name, row=number, cells=len(row), columns=len(names)
            )
    columns = zip(*cells, strict=True)
    return {each: np.array(column) for each, column in zip(names, columns, strict=True)}


def _dialect(head: str) -> Any:
    """Comma, semicolon or tab, whichever the first line has most of."""

    class Plain(csv.excel):
        delimiter = max(",;\t", key=head.partition("\n")[0].count)

    return Plain


def _unreadable(name: str, error: Exception, lang: str) -> ChinchillaError:
    reason = clipped(" ".join(str(error).split()), 160)
    return ChinchillaError("fitting.unreadable", lang, path=name, reason=reason)
