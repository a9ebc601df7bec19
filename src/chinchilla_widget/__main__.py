"""``python -m chinchilla_widget '$1M'`` and the console script ``chinchilla-widget``."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from chinchilla_widget import options
from chinchilla_widget.accelerators import ACCELERATORS
from chinchilla_widget.laws import LAWS
from chinchilla_widget.messages import ChinchillaError, say
from chinchilla_widget.quantities import show
from chinchilla_widget.solver import plan

_TEXTS: Final = ("name", "data", "source", "verified", "note")
_REMARKS: Final = ("mfu_reason", "headline_note", "note")

PROGRAM = "chinchilla-widget"
MISTAKE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a plan for people, or with ``--json`` for programs; 2 and one sentence on a mistake."""
    given = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # An encoding without “×” prints “?” and no traceback.
            stream.reconfigure(errors="replace")
    try:
        print(_answer(given))
        sys.stdout.flush()
    except options.Finished:
        return 0
    except ChinchillaError as error:
        print(f"{PROGRAM}: {error}", file=sys.stderr)
        return MISTAKE
    except BrokenPipeError:  # `| head` has seen enough; what is still buffered has nowhere to go
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _answer(given: Sequence[str]) -> str:
    lang = options.language(given)
    made = options.parser(PROGRAM, say("options.examples", lang), lang)
    for flag in ("json", "list_laws", "list_accelerators"):
        name = f"--{flag.replace('_', '-')}"
        made.others.add_argument(name, action="store_true", help=say(f"options.{flag}", lang))
    budget, words, found = options.read(made, given)
    if found.list_laws:
        return _json(laws_list(lang)) if found.json else laws_table(lang)
    if found.list_accelerators:
        return _json(accelerators_list(lang)) if found.json else accelerators_table(lang)
    if budget is None and not set(options.FIXED) & set(words):
        raise ChinchillaError("options.no_budget", lang)
    answer = plan(budget, **words)
    return _json(answer.to_dict()) if found.json else str(answer)


def _json(answer: Any) -> str:
    return json.dumps(answer, ensure_ascii=False, indent=2, allow_nan=False)


def laws_table(lang: str = "en") -> str:
    """Every law on a line: id, family, which params it counts, where from."""
    rows = [
        (
            key,
            say(f"laws.family_{law.family}", lang),
            say(f"ui.counts_{law.about.counts.replace('-', '_')}", lang),
            law.about.says("source", lang),
        )
        for key, law in LAWS.items()
    ]
    return _table(rows)


def laws_list(lang: str = "en") -> list[dict[str, Any]]:
    """Every law with all that is known of it, as plain JSON values."""
    listed = []
    for law in LAWS.values():
        about = asdict(law.about)
        del about["spanish"]
        about |= {what: law.about.says(what, lang) for what in _TEXTS}
        listed.append({**about, "family": law.family, "constants": dict(law.constants)})
    return listed


def accelerators_list(lang: str = "en") -> list[dict[str, Any]]:
    """Every accelerator with all that is known of it, as plain JSON values."""
    return [
        {**asdict(chip), **{what: chip.says(what, lang) for what in _REMARKS}}
        for chip in ACCELERATORS.values()
    ]


def accelerators_table(lang: str = "en") -> str:
    """Every accelerator on a line: id, name, dense peak, typical price, default MFU."""
    rows = []
    for key, chip in ACCELERATORS.items():
        dtype, peak = chip.peak(None)
        price, _ = chip.price("on-demand")
        cost = "–" if price is None else f"{show(price, 'price', lang)}/h"
        speed = f"{show(peak / 1e12, 'ratio', lang)} TFLOP/s {dtype}"
        rows.append((key, chip.name, speed, cost, show(chip.mfu, "percent", lang)))
    return _table(rows)


def _table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


if __name__ == "__main__":
    sys.exit(main())
