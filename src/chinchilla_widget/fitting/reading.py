"""From a table to its columns: data frames of any kind, a dict of arrays, a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from chinchilla_widget.files import refuse_no_file
from chinchilla_widget.fitting.text_tables import read_text, unreadable
from chinchilla_widget.messages import ChinchillaError, say
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
# What is no number though it could be made one, by NumPy's letter.
_KINDS: Final = {"b": "booleans", "M": "dates", "m": "dates", "c": "complex"}
_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_LONGEST_PATH: Final = 4096


def clipped(text: str, most: int) -> str:
    """Text of others, fit to stand in a sentence."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


class Table:
    """Columns by name, made arrays when asked for.

    ``lines`` are the lines of the file that the rows stand on, where there is one.
    """

    def __init__(
        self, columns: Mapping[str, Any], lang: str, lines: Sequence[int] | None = None
    ) -> None:
        self._columns, self.lang, self._lines = columns, lang, lines
        self.names = list(columns)

    def __len__(self) -> int:
        return len(next(iter(self._columns.values()), ()))

    def raw(self, name: str) -> Any:
        """A column as it came: for labels."""
        return self._columns[name]

    def numbers(self, name: str) -> Array:
        """A column as floats, NaN where there is nothing.

        Raises:
            ChinchillaError: it holds what is no number.
        """
        values = self._columns[name]
        if values.ndim != 1:
            raise ChinchillaError("fitting.not_a_column", self.lang, name=shortened(name))
        if values.dtype.kind in "fiu":
            return values.astype(float)
        if values.dtype.kind in _KINDS:
            raise self._no_numbers(name, _KINDS[values.dtype.kind])
        return np.array([self._number(value, name) for value in values.tolist()], dtype=float)

    def _number(self, value: Any, name: str) -> float:
        if value is None:
            return np.nan
        if isinstance(value, (bool, np.bool_)):
            raise self._no_numbers(name, "booleans")
        text = str(value).strip()
        if text.lower() in EMPTY or text == "<NA>":
            return np.nan
        try:
            return float(text)
        except ValueError:
            words = {"name": shortened(name), "text": shortened(text)}
            raise ChinchillaError("fitting.text", self.lang, **words) from None

    def _no_numbers(self, name: str, kind: str) -> ChinchillaError:
        what = say(f"fitting.holds_{kind}", self.lang)
        return ChinchillaError("fitting.no_numbers", self.lang, name=shortened(name), what=what)

    @property
    def by_lines(self) -> bool:
        """Whether ``first`` gives lines of a text file; otherwise rows, from 1."""
        return self._lines is not None

    def first(self, rows: Array) -> str:
        """The numbers of the first rows that a mask means."""
        chosen = np.flatnonzero(rows)
        numbers = [str(i + 1 if self._lines is None else self._lines[i]) for i in chosen[:5]]
        return ", ".join(numbers) + (", …" if chosen.size > 5 else "")

    def find(self, what: str, given: Any, *, needed: bool) -> str | None:
        """The name of the column that holds ``what``: the one given, or one of the usual names.

        Raises:
            ChinchillaError: it is not there, or two could be meant.
        """
        if given is not None:
            # Columns may be numbered: 0 names the column "0".
            name = shortened(str(given))
            if isinstance(given, (str, int, np.integer)) and str(given) in self.names:
                return str(given)
            raise ChinchillaError("fitting.no_column", self.lang, name=name, known=self._known())
        found = [name for name in self.names if _bare(name) in USUAL[what]]
        if len(found) > 1:
            names = clipped(", ".join(found), 200)
            raise ChinchillaError("fitting.two_columns", self.lang, what=what, names=names)
        if not found and needed:
            words = {"what": what, "word": f"{what}=", "known": self._known()}
            raise ChinchillaError("fitting.which_column", self.lang, **words)
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
    lines = None
    if isinstance(runs, (str, Path)):
        pairs, lines = _file(runs, lang)
    elif isinstance(runs, Mapping):
        pairs = runs.items()
    else:
        pairs = _frame(runs, lang)
    columns: dict[str, Any] = {}
    for given, values in pairs:
        name = str(given)
        if name in columns:
            raise ChinchillaError("fitting.named_twice", lang, name=shortened(name))
        columns[name] = _column(values, name, lang)
    if len({len(each) for each in columns.values()}) > 1:
        raise ChinchillaError("fitting.lengths", lang)
    if not columns or not len(next(iter(columns.values()))):
        raise ChinchillaError("fitting.empty", lang)
    return Table(columns, lang, lines)


def _column(values: Any, name: str, lang: str) -> Array:
    """Values as an array; what a mask hides is missing."""
    try:
        if isinstance(values, np.ma.MaskedArray):
            kind = float if values.dtype.kind in "fiu" else object
            return np.ma.filled(values.astype(kind), np.nan if kind is float else None)
        found = np.asarray(values)
    except ValueError:  # lists of several lengths within
        found = np.array(None)
    if found.ndim == 0:
        raise ChinchillaError("fitting.not_a_column", lang, name=shortened(name))
    return found


def _frame(runs: Any, lang: str) -> Iterable[tuple[Any, Any]]:
    # Altair's own dependency, for the same purpose: it reads every kind of data frame.
    import narwhals.stable.v1 as nw

    if _is_arrow(runs):  # narwhals knows its tables, not its batches
        return _arrow(runs)
    try:
        frame = nw.from_native(runs)
        if isinstance(frame, nw.LazyFrame):
            frame = frame.collect()
        return [(column.name, column.to_numpy()) for column in frame.iter_columns()]
    except TypeError:
        raise ChinchillaError("fitting.no_table", lang, kind=type(runs).__name__) from None
    except ValueError:  # narwhals refuses columns of one name without saying so in its type
        names = [str(name) for name in getattr(runs, "columns", ())]
        for name in names:
            if names.count(name) > 1:
                short = shortened(name)
                raise ChinchillaError("fitting.named_twice", lang, name=short) from None
        raise


def _is_arrow(runs: Any) -> bool:
    return type(runs).__module__.partition(".")[0] == "pyarrow" and hasattr(runs, "column_names")


def _arrow(runs: Any) -> Iterable[tuple[str, Any]]:
    return [
        (name, np.asarray(column))
        for name, column in zip(runs.column_names, runs.columns, strict=True)
    ]


def _file(given: str | Path, lang: str) -> tuple[Iterable[tuple[str, Any]], list[int] | None]:
    """The columns of a file, and the lines of its rows where it has lines."""
    text = str(given)
    if isinstance(given, str) and ("\n" in text or len(text) > _LONGEST_PATH):
        raise ChinchillaError("fitting.text_no_path", lang, text=clipped(shortened(text), 60))
    name = clipped(shortened(text), 120)
    if _ADDRESS.match(text):
        raise ChinchillaError("fitting.address", lang, path=name)
    path = Path(given)
    try:
        path = path.expanduser()
        there = path.is_file()
    except (OSError, RuntimeError, ValueError):  # too long a name, no such user, a null byte
        there = False
    refuse_no_file(path, lang)
    if not there:
        raise ChinchillaError("fitting.no_file", lang, path=name)
    if path.suffix.lower() not in (".parquet", ".pq"):
        found = read_text(path, name, lang)
        return zip(found.names, found.columns, strict=True), found.lines
    try:
        import pyarrow.parquet as parquet
    except ImportError:
        raise ChinchillaError("fitting.no_pyarrow", lang) from None
    try:
        return _arrow(parquet.read_table(path)), None
    except Exception as error:  # pyarrow raises many kinds
        raise unreadable(name, error, lang) from None
