"""Writes budgets.json, the budgets that a page reads without Python, and some that it must not.

Run it after a deliberate change of what is printed or read; tests/unit/test_quantities.py fails
while the file is stale, and tests/js/budget-text.test.ts while JavaScript reads otherwise.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from chinchilla_widget.accelerators import ACCELERATORS
from chinchilla_widget.messages import ChinchillaError
from chinchilla_widget.quantities import parse_budget
from chinchilla_widget.scenario import printed_budget

CORPUS = Path(__file__).with_name("budgets.json")
_AMOUNTS = {
    "money": [1.0, 2.95, 999.5, 1e3, 12_345, 1e6, 1_234_567, 9_999_999, 1e7, 25.5e6, 1e9, 2.5e9],
    "flop": [1e18, 2.5e23, 4.02e23, 9.99e26, 1e27],
    "chip_time": [100.0, 338_983, 1e6, 12_345_678, 1e9, 1.5],
}
# What people type and the page takes, or leaves to Python: (language, text).
_TYPED = [
    ("en", "$1k"), ("en", "$10k"), ("en", "$1M"), ("en", "$2.5M"), ("en", "$1B"), ("en", "$ 3 M"),
    ("en", "2.5e23 FLOP"), ("en", "1e24 FLOP"), ("en", "1e+24 FLOP"), ("en", "$1,500"),
    ("es", "1 M US$"), ("es", "10 mil US$"), ("es", "1,5 M US$"), ("es", "2,5e23 FLOP"),
    ("es", "1.000.000 US$"), ("es", "100.000 horas de GPU"),
    ("en", "512 H100 for 28 days"), ("en", "€500k"), ("en", "a million dollars"), ("en", "1e6"),
    ("en", "$1,00"), ("en", "$1.234"), ("en", "$-5"), ("en", "$0"), ("en", "60 B"), ("en", ""),
    ("en", "$1M spot"), ("en", "1,000,000 US$"), ("en", "1.000.000 US$"), ("en", "$1.000.000"),
    ("es", "$1,000,000"), ("es", "1,000,000 US$"), ("es", "1.5e23 FLOP"), ("es", "un millón"),
    ("en", "2.5e23"), ("en", "$1e6"), ("en", "$1M$"), ("en", "<img src=x>"), ("en", "NaN FLOP"),
    ("en", "Infinity FLOP"), ("en", "1e999 FLOP"), ("es", "1 MM US$"), ("en", "10k H100-hours"),
]  # fmt: skip


def cases() -> list[dict[str, Any]]:
    """Every case: text, language, chip, and what Python reads, None where it refuses."""
    chips = [ACCELERATORS["h100-sxm"], ACCELERATORS["tpu-v5p"], ACCELERATORS["trn2"]]
    printed = [
        {"text": printed_budget(kind, amount, chip, lang), "lang": lang, "chip": chip.chip_word}
        for kind, amounts in _AMOUNTS.items()
        for amount in amounts
        for lang in ("en", "es")
        for chip in (chips if kind == "chip_time" else chips[:1])
    ]
    typed = [{"text": text, "lang": lang, "chip": "GPU"} for lang, text in _TYPED]
    return [
        {**case, "printed": case in printed, **_read(case["text"], case["lang"])}
        for case in [*printed, *typed]
    ]


def _read(text: str, lang: str) -> dict[str, Any]:
    try:
        found = parse_budget(text, lang)
    except ChinchillaError:
        return {"kind": None, "value": None}
    plain = found.kind != "money" or found.currency in (None, "USD")
    return {"kind": found.kind, "value": found.value} if plain else {"kind": None, "value": None}


def text() -> str:
    """The file's text: one case a line, so that a change shows as the lines it touches."""
    lines = (json.dumps(case, ensure_ascii=False) for case in cases())
    return "[\n" + ",\n".join(lines) + "\n]\n"


if __name__ == "__main__":
    CORPUS.write_text(text(), encoding="utf-8")
