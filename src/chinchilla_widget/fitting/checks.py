"""From columns to runs: rows left out are counted, units are looked at, what cannot be fitted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from chinchilla_widget.fitting.reading import Table
from chinchilla_widget.fitting.runs import Note, Runs
from chinchilla_widget.laws import DEFAULT_LAW, LAWS
from chinchilla_widget.messages import ChinchillaError
from chinchilla_widget.quantities.sentences import error

Array = Any
LEAST_DISTINCT: Final = 3
# Powers of ten between a table's units and the base units, of params and tokens together.
UNITS: Final = {1e3: "10³", 1e6: "10⁶", 1e9: "10⁹", 1e12: "10¹²", 1e15: "10¹⁵", 1e18: "10¹⁸"}
# What compute is told in instead of FLOP, beyond the reach of any way to count it.
COMPUTE_UNITS: Final = {
    "GFLOP": 1e9,
    "TFLOP": 1e12,
    "PFLOP": 1e15,
    "TFLOP/s-days": 8.64e16,
    "EFLOP": 1e18,
    "PFLOP/s-days": 8.64e19,
    "ZFLOP": 1e21,
}
# No language model has fewer params, no training run fewer tokens.
SMALLEST_LARGEST: Final = {"params": 1e5, "tokens": 1e6}


def read_runs(
    table: Table,
    names: Mapping[str, str | int | None],
    weights: Any,
    cluster: Any,
    family: str,
    lang: str,
) -> Runs:
    """The rows that can be used, with a note on every row that cannot.

    Raises:
        ChinchillaError: a column is missing or no numbers, or what is left determines no law.
    """
    columns = _columns(table, names, family)
    values = {what: table.numbers(name) for what, name in columns.items()}
    if "params" not in values:
        values["params"] = values["flops"] / (6.0 * values["tokens"])
    if "tokens" not in values:
        values["tokens"] = values["flops"] / (6.0 * values["params"])
    weight = _weights(table, weights, lang)
    used, notes = _usable(table, values, weight, columns)
    if not used.any():
        raise error("fitting.no_rows", lang, rows=len(table))
    labels, of_sweeps = _clusters(table, cluster, lang)
    runs = Runs(
        values["params"][used],
        values["tokens"][used],
        values["loss"][used],
        None if "unique_tokens" not in values else values["unique_tokens"][used],
        None if labels is None else labels[used],
        None if weights is None else weight[used],
        {**columns, **({} if of_sweeps is None else {"cluster": of_sweeps})},
        len(table),
        tuple(notes),
    )
    _refuse(runs, family, lang)
    flops = values["flops"][used] if "flops" in values else None
    return Runs(**{**vars(runs), "notes": (*notes, *_suspicious(runs, flops, lang))})


def _columns(table: Table, names: Mapping[str, str | int | None], family: str) -> dict[str, str]:
    found = {"loss": table.find("loss", names["loss"], needed=True)}
    for what in ("params", "tokens"):
        found[what] = table.find(what, names[what], needed=False)
    missing = [what for what in ("params", "tokens") if found[what] is None]
    # One of the two may follow from C = 6ND, but not both.
    found["flops"] = table.find("flops", names["flops"], needed=False)
    if missing and (len(missing) == 2 or found["flops"] is None):
        table.find(missing[0], None, needed=True)
    if family == "repeats" or names["unique_tokens"] is not None:
        found["unique_tokens"] = table.find("unique_tokens", names["unique_tokens"], needed=True)
    columns = {what: name for what in names if (name := found.get(what)) is not None}
    if len(set(columns.values())) < len(columns):
        twice = next(n for n in columns.values() if list(columns.values()).count(n) > 1)
        raise ChinchillaError("fitting.column_twice", table.lang, name=twice)
    return columns


def _weights(table: Table, weights: Any, lang: str) -> Array:
    if weights is None:
        return np.ones(len(table))
    if isinstance(weights, (str, int, np.integer)) and not isinstance(weights, bool):
        name = table.find("loss", weights, needed=True)
        assert name is not None
        found = table.numbers(name)
    else:
        try:
            found = np.ma.filled(np.ma.asarray(weights, dtype=float), np.nan)
        except (TypeError, ValueError):  # text, or lists of several lengths
            found = np.array(np.nan)
    if found.shape != (len(table),) or not np.isfinite(found).all() or (found < 0.0).any():
        raise error("fitting.weights", lang, rows=len(table))
    if not found.any():
        raise error("fitting.weights_zero", lang)
    return found


def _clusters(table: Table, cluster: Any, lang: str) -> tuple[Array | None, str | None]:
    """The sweep of each row, and the column that says so, where one does."""
    if cluster is None:
        return None, None
    name = None
    if isinstance(cluster, (str, int, np.integer)) and not isinstance(cluster, bool):
        name = table.find("loss", cluster, needed=True)
        assert name is not None
        cluster = table.raw(name)
    labels = cluster_labels(cluster)
    if labels.shape != (len(table),):
        raise error("fitting.clusters", lang, rows=len(table))
    return np.unique(labels, return_inverse=True)[1], name


def cluster_labels(given: Any) -> Array:
    """Labels as text, in an array of one dimension if they are a label a row."""
    try:
        return np.asarray(given).astype(str)
    except ValueError:  # lists of several lengths
        return np.array("")


def _usable(
    table: Table, values: Mapping[str, Array], weight: Array, columns: Mapping[str, str]
) -> tuple[Array, list[Note]]:
    """Which rows can be used, and for each reason how many cannot, with the first of them."""
    used, notes = np.ones(weight.size, bool), list[Note]()

    def leave_out(code: str, bad: Array, **words: str) -> None:
        fresh = bad & used
        if fresh.any():
            count = int(fresh.sum())
            notes.append((code, {"count": count, **words, "where": table.where(fresh)}))

    for what, each in values.items():
        if what == "flops" and "params" in columns and "tokens" in columns:
            continue  # looked at for units only
        # What follows from the compute has no column of its own.
        name = columns.get(what) or columns["flops"]
        missing, infinite = np.isnan(each), np.isinf(each)
        negative = ~missing & ~infinite & (each <= 0.0)
        leave_out("fitting.rows_missing", missing, name=name)
        leave_out("fitting.rows_infinite", infinite, name=name)
        leave_out("fitting.rows_not_positive", negative, name=name)
        used &= ~(missing | infinite | negative)
    leave_out("fitting.rows_weightless", weight == 0.0)
    return used & (weight > 0.0), notes


def _refuse(runs: Runs, family: str, lang: str) -> None:
    for what in ("params", "tokens"):
        distinct = np.unique(np.round(np.log(getattr(runs, what)), 6)).size
        if distinct < LEAST_DISTINCT:
            raise error(f"fitting.few_{what}", lang, count=distinct, least=LEAST_DISTINCT)
    unknowns = {"tied": 4, "kaplan": 4, "repeats": 7}.get(family, 5)
    if len(runs) <= unknowns:
        raise error("fitting.few_rows", lang, rows=len(runs), unknowns=unknowns)
    if np.ptp(np.log(runs.loss)) < 1e-6:
        raise error("fitting.constant_loss", lang, loss=("loss", float(runs.loss[0])))
    for what, largest in SMALLEST_LARGEST.items():
        most = float(getattr(runs, what).max())
        if most < largest:
            if what in runs.columns:
                raise error("fitting.unit", lang, name=runs.columns[what], most=(what, most))
            words = {"name": runs.columns["flops"], "what": what, "most": (what, most)}
            raise error("fitting.unit_follows", lang, **words)


def _suspicious(runs: Runs, flops: Array, lang: str) -> list[Note]:
    """What looks wrong and may be right."""
    notes: list[Note] = []
    told = np.isfinite(flops) & (flops > 0.0) if flops is not None else np.zeros(1, bool)
    if told.any() and {"params", "tokens"} <= set(runs.columns):
        off = float(np.median(flops[told] / runs.flops[told]))
        name = runs.columns["flops"]
        for unit, flop in COMPUTE_UNITS.items():
            if 1 / 3.0 < off * flop < 3.0:
                values = {"name": name, "unit": unit, "flop": ("flops", flop)}
                raise error("fitting.unit_of_flops", lang, **values)
        for factor, unit in UNITS.items():
            # Power of ten, or product of two: within 6 of any, which counting FLOP never reaches.
            if 1 / 5.0 < off / factor < 5.0:
                values = {"unit": unit, "factor": ("ratio", off)}
                raise error("fitting.unit_by_flops", lang, **values)
        if not 0.1 < off < 10.0:
            notes.append(("fitting.flops_far", {"name": name, "factor": ("ratio", off)}))
        elif not 0.5 < off < 2.0:
            notes.append(("fitting.flops_apart", {"factor": ("ratio", off)}))
    expected = LAWS[DEFAULT_LAW].loss(runs.params, runs.tokens)
    off = float(np.median(runs.loss / expected))
    # Bits per token are 1.44 nats; bits per byte about a third of nats per token.
    if 1.3 < off < 1.75:
        notes.append(("fitting.bits", {"factor": ("ratio", off)}))
    elif not 0.35 < off < 2.5:
        notes.append(("fitting.loss_scale", {"factor": ("ratio", off)}))
    rows = np.stack([runs.params, runs.tokens, runs.loss], axis=1)
    twice = len(runs) - np.unique(rows, axis=0).shape[0]
    if twice:
        notes.append(("fitting.duplicates", {"count": twice}))
    return notes
