"""``python -m chinchilla_widget '$1M'`` and the console script ``chinchilla-widget``."""

from __future__ import annotations

import io
import json
import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, NamedTuple

from chinchilla_widget import options
from chinchilla_widget.accelerators import ACCELERATORS
from chinchilla_widget.laws import LAWS
from chinchilla_widget.messages import ChinchillaError, say
from chinchilla_widget.plans import Plan
from chinchilla_widget.plans.saved import written
from chinchilla_widget.quantities import parse_quantity, show
from chinchilla_widget.quantities.sentences import sentence
from chinchilla_widget.solver import plan

_TEXTS: Final = ("name", "data", "source", "verified", "note")
_REMARKS: Final = ("mfu_reason", "headline_note", "note")

PROGRAM = "chinchilla-widget"
MISTAKE = 2
MOVED = 1


class Answer(NamedTuple):
    """What is printed, the exit status, and what is told aside where a program reads the rest."""

    text: str
    status: int = 0
    aside: str = ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a plan for people, or with ``--json`` for programs; 2 and one sentence on a mistake.

    With ``--check`` 1 where the plan moved.
    """
    given = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # An encoding without “×” prints “?” and no traceback.
            stream.reconfigure(errors="replace")
    status = 0
    try:
        text, status, aside = _answer(given)
        if aside:
            print(aside, file=sys.stderr)
        print(text)
        sys.stdout.flush()
    except options.Finished:
        return 0
    except ChinchillaError as error:
        print(f"{PROGRAM}: {error}", file=sys.stderr)
        return MISTAKE
    except BrokenPipeError:  # `| head` has seen enough; what is still buffered has nowhere to go
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status


def _answer(given: Sequence[str]) -> Answer:
    lang = options.language(given)
    made = options.parser(PROGRAM, say("options.examples", lang), lang)
    made.others.add_argument(
        "--export-widget", metavar="DIR", default=None, help=say("options.export_widget", lang)
    )
    for flag, metavar in (("check", "FILE"), ("tolerance", "SHARE")):
        text = say(f"options.{flag}", lang)
        made.others.add_argument(f"--{flag}", metavar=metavar, default=None, help=text)
    for flag in ("json", "list_laws", "list_accelerators"):
        name = f"--{flag.replace('_', '-')}"
        made.others.add_argument(name, action="store_true", help=say(f"options.{flag}", lang))
    options.add_report(made)
    budget, words, found = options.read(made, given)
    options.refuse_idle(found, lang)
    if found.list_laws:
        return Answer(_json(laws_list(lang)) if found.json else laws_table(lang))
    if found.list_accelerators:
        return Answer(_json(accelerators_list(lang)) if found.json else accelerators_table(lang))
    old = None if found.check is None else Plan.from_json(found.check)
    if budget is not None or set(options.FIXED) & set(words):
        return _told(plan(budget, **options.with_law(words, found, lang, {})), old, found)
    if old is None:
        raise ChinchillaError("options.no_budget", lang)
    from chinchilla_widget.report.check import asked_again

    return _told(asked_again(old, **options.with_law(words, found, lang, {})), old, found)


def _told(answer: Plan, old: Plan | None, found: Namespace) -> Answer:
    """What is printed of a plan, in its language, once its files are written."""
    lang = answer.scenario.lang
    paths: list[Path] = []
    if found.report is not None:
        from chinchilla_widget.report import write_report

        said = {"title": found.title, "author": found.author}
        paths += write_report(answer, found.report, **said, force=found.force)
    if found.export_widget is not None:
        from chinchilla_widget.report import export_widget

        paths += export_widget(answer, found.export_widget, force=found.force)
    lines = [written(answer.to_dict()) if found.json else str(answer)]
    if not found.json:  # what is printed for a program stays what a program reads
        lines += [say("report.written", lang, name=str(path)) for path in paths]
    moved = None if old is None else _moved(old, answer, found.tolerance, lang)
    if moved is None:
        return Answer("\n".join(lines))
    told, status = moved
    if found.json:
        return Answer("\n".join(lines), status, told)
    return Answer("\n".join([*lines, told]), status)


def _moved(old: Plan, new: Plan, tolerance: str | None, lang: str) -> tuple[str, int]:
    from chinchilla_widget.report.check import TOLERANCE, compare

    share = TOLERANCE if tolerance is None else parse_quantity(tolerance, "share", lang)
    checked = compare(old, new, share)
    within = ("percent", share)
    head = sentence("check.differs" if checked.moved else "check.same", lang, tolerance=within)
    status = MOVED if checked.moved else 0
    return "\n".join([head, *checked.moved, *checked.because]), status


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
