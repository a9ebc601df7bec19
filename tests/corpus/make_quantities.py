"""Writes quantities.json, the cases that hold the Python printer and the browser's equal.

Run it after a deliberate change of what is printed; tests/unit/test_quantities.py fails while the
file is stale, and tests/js/format.test.ts while JavaScript prints otherwise.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

from chinchilla_widget.quantities import ShowKind, parse_quantity, show, words

CORPUS = Path(__file__).with_name("quantities.json")
LANGUAGES = ("en", "es")

# Which kind reads what a kind prints; the rest is only printed.
READ_AS = {
    "params": "params",
    "tokens": "tokens",
    "flops": "flops",
    "money": "dollars",
    "price": "price",
    "percent": "share",
    "ratio": "number",
    "loss": "loss",
    "hours": "hours",
    "count": "count",
}

# Ties, carries and the borders between units, where two printers would part first.
_EDGES = [0, 0.001, 0.0123, 0.05, 0.125, 0.3, 0.5, 0.999, 0.9995, 1, 1.005, 1.115, 2.675, 9.995]
_EDGES += [12.5, 99.95, 99.996, 512, 999.4, 999.5, 999.96, 1000, 1234, 9999.5, 12345, 99995]
_BY_KIND: dict[str, list[float]] = {
    "params": [999_499, 999_500, 350e6, 999.5e6, 7e9, 60.8e9, 60.85e9, 999.5e9, 1.1e12, 1.105e12],
    "tokens": [15e12, 300e9, 999.5e12, 1e15, 2.345e17, 1e30, 123_456, 1e-9, -6e10],
    "flops": [1e21, 4.02e23, 4.025e23, 9.995e23, 3.8e25, 1e30, 1e-7, 2.5e9],
    "money": [2.95, 73, 295.5, 1500, 558_600, 1e6, 5.576e6, 9_999_999, 9_999_999.5, 1e7, -250],
    "brief": [1_485_041, 148_504.1, 999_499, 999_500, 1e7, 1e9, 9.999e14, 1e15, 1e18, 1e-7, -3e6],
    "price": [0.1, 1.5, 2, 2.95, 3.673, 12.289, 98.32, 1500, 15_000, 1e30],
    "percent": [0.37, 0.3745, 0.391, 0.4, 0.98, 0.99949, 0.99951, 1e-6, 1e-8, 23.456, 1e20],
    "ratio": [
        999_400,
        999_500,
        2_043_067_726_592,
        18.1,
        20,
        18.05,
        1e5,
        123_456_789,
        1e15,
        1e-5,
        1e-4,
    ],
    "loss": [1.98, 1.985, 1.9349, 2, 1.6895, 3.2, 999.5],
    "hours": [338_983, 2_788_000, 30_840_000, 3.04, 24, 1e14, 1e15, 1e24],
    "duration": [59.4, 59.96, 3597, 3600, 10_800, 35_990, 36_000, 171_000, 172_800, 1e12, 1e30],
    "energy": [261_000, 261.5, 999.5, 999_500, 1e9, 1.2345e9, 1e15, 1e30],
    "mass": [104_000, 8.93e6, 31_200, 999.5, 999_500, 1e9, 1e14, 1e30],
    "count": [1024, 2.5, 1e6, 1e15, 1e30],
    "constant": [1.8172181, 477.82598, 2143.41688, 0.34731051, 0.0886, 8.8e13, 999_995, -2.845108],
    "plain": [7e10, 6.08e10, 1e5, 123_456_789, 1e-5, 1e21, 5e-324, -2.5, 0.1 + 0.2, 2.5e23],
}
_BY_KIND["money"] += [12_345_678, 25e6, 99.95e6, 250e6, 999.5e6, 1.25e9, 2.5e9, 1e12, 999.9e12]
_BY_KIND["money"] += [1e15, 1e18, 1e30, 1e-7]
_BY_KIND["duration"] += [days * 86_400 for days in (1, 28, 144, 729.4, 729.6, 767)]
_BY_KIND["plain"] += [100_000.5, 1.7976931348623157e308, 1e-6]


def cases() -> list[dict[str, Any]]:
    """Every case: value, kind, language, what is printed, in words, and read back."""
    return [
        {
            "value": value,
            "kind": kind,
            "lang": lang,
            "text": show(value, kind, lang),
            "words": words(value, kind, lang),
            "read": _read_back(value, kind, lang),
        }
        for kind in get_args(ShowKind)
        for value in sorted({float(v) for v in _EDGES + _BY_KIND[kind]})
        for lang in LANGUAGES
    ]


def _read_back(value: float, kind: ShowKind, lang: str) -> float | None:
    if kind not in READ_AS:
        return float(show(value, kind, lang)) if kind == "plain" else None
    if value < 0 and kind != "ratio":
        return None
    return parse_quantity(show(value, kind, lang), READ_AS[kind], lang)  # type: ignore[arg-type]


def text() -> str:
    """The file's text: one case a line, so that a change shows as the lines it touches."""
    lines = (json.dumps(case, ensure_ascii=False) for case in cases())
    return "[\n" + ",\n".join(lines) + "\n]\n"


if __name__ == "__main__":
    CORPUS.write_text(text(), encoding="utf-8")
