"""``python -m chinchilla_widget '$1M'`` and the console script ``chinchilla-widget``."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from chinchilla_widget import options
from chinchilla_widget.accelerators import ACCELERATORS
from chinchilla_widget.laws import LAWS
from chinchilla_widget.messages import ChinchillaError, say
from chinchilla_widget.plans import Plan
from chinchilla_widget.quantities import show
from chinchilla_widget.solver import plan

MISTAKE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a plan for people, or with ``--json`` for programs; 2 and one sentence on a mistake."""
    made = options.parser("chinchilla-widget", say("options.examples"))
    made.add_argument("--json", action="store_true", help=say("options.json"))
    made.add_argument("--list-laws", action="store_true", help=say("options.list_laws"))
    made.add_argument("--list-accelerators", action="store_true", help=say("options.list_accelerators"))
    try:
        budget, words, found = options.read(made, sys.argv[1:] if arguments is None else arguments)
        if found.list_laws:
            print(laws_table())
        elif found.list_accelerators:
            print(accelerators_table())
        else:
            _refuse_nothing(budget, words)
            answer = plan(budget, **words)
            print(_json(answer) if found.json else answer)
    except options.Finished:
        return 0
    except ChinchillaError as error:
        print(f"chinchilla-widget: {error}", file=sys.stderr)
        return MISTAKE
    except BrokenPipeError:  # `| head` has seen enough
        sys.stderr.close()
    return 0


def _refuse_nothing(budget: str | None, words: dict[str, object]) -> None:
    if budget is None and not {"params", "tokens", "target_loss"} & set(words):
        raise ChinchillaError("options.no_budget")


def _json(answer: Plan) -> str:
    return json.dumps(answer.to_dict(), ensure_ascii=False, indent=2, allow_nan=False)


def laws_table() -> str:
    """Every law on a line: id, name, what it was fitted on, where from."""
    rows = [(key, law.family, law.about.counts, law.about.source) for key, law in LAWS.items()]
    return _table(rows)


def accelerators_table() -> str:
    """Every accelerator on a line: id, name, dense peak, typical price, default MFU."""
    rows = []
    for key, chip in ACCELERATORS.items():
        dtype, peak = chip.peak(None)
        price, _ = chip.price("on-demand")
        cost = "–" if price is None else f"{show(price, 'price')}/h"
        rows.append((key, chip.name, f"{peak / 1e12:.4g} TFLOP/s {dtype}", cost, show(chip.mfu, "percent")))
    return _table(rows)


def _table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


if __name__ == "__main__":
    sys.exit(main())
