"""``python -m chinchilla_widget '$1M'`` and the console script ``chinchilla-widget``."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Sequence

from chinchilla_widget import options
from chinchilla_widget.accelerators import ACCELERATORS
from chinchilla_widget.laws import LAWS
from chinchilla_widget.messages import ChinchillaError, say
from chinchilla_widget.plans import Plan
from chinchilla_widget.quantities import show
from chinchilla_widget.solver import plan

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
        return laws_table()
    if found.list_accelerators:
        return accelerators_table(lang)
    if budget is None and not set(options.FIXED) & set(words):
        raise ChinchillaError("options.no_budget", lang)
    answer = plan(budget, **options.with_fit(words, found, lang, {}))
    return _json(answer) if found.json else str(answer)


def _json(answer: Plan) -> str:
    return json.dumps(answer.to_dict(), ensure_ascii=False, indent=2, allow_nan=False)


def laws_table() -> str:
    """Every law on a line: id, name, what it was fitted on, where from."""
    rows = [(key, law.family, law.about.counts, law.about.source) for key, law in LAWS.items()]
    return _table(rows)


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
