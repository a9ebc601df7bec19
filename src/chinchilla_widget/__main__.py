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
from chinchilla_widget.files import path_of, shown
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
    try:
        answer = _answer(given)
    except options.Finished:
        answer = None
    except ChinchillaError as error:
        print(f"{PROGRAM}: {error}", file=sys.stderr)
        return MISTAKE
    try:
        if answer is not None:
            if answer.aside:
                print(answer.aside, file=sys.stderr)
            print(answer.text)
        sys.stdout.flush()
    except OSError as problem:
        # What is still buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(problem, BrokenPipeError):  # `| head` has seen enough
            lang = options.language(given)
            told = say("files.unwritten", lang, name="stdout", reason=problem.strerror)
            print(f"{PROGRAM}: {told}", file=sys.stderr)
            return MISTAKE
    return 0 if answer is None else answer.status


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
    # Whatever may be refused, before anything is written.
    tolerance = None if found.tolerance is None else parse_quantity(found.tolerance, "share", lang)
    paths: list[Path] = []
    if found.report is not None:
        _keep_baseline(found, lang)
        from chinchilla_widget.report import write_report

        said = {"title": found.title, "author": found.author}
        paths += write_report(answer, found.report, **said, force=found.force)
    if found.export_widget is not None:
        from chinchilla_widget.report import export_widget

        paths += export_widget(answer, found.export_widget, force=found.force)
    lines = [written(answer.to_dict()) if found.json else str(answer)]
    if not found.json:  # what is printed for a program stays what a program reads
        lines += [say("report.written", lang, name=str(path)) for path in paths]
    moved = None if old is None else _moved(old, answer, tolerance, lang)
    if moved is None:
        return Answer("\n".join(lines))
    told, status = moved
    if found.json:
        return Answer("\n".join(lines), status, told)
    return Answer("\n".join([*lines, told]), status)


def _keep_baseline(found: Namespace, lang: str) -> None:
    """Refuse to replace the plan that is checked: the next check would be against itself."""
    if found.check is None or found.force:
        return
    report, checked = (path_of(each, lang) for each in (found.report, found.check))
    try:
        same = report.samefile(checked)
    except OSError:  # one of them is no file
        same = False
    if same:
        raise ChinchillaError("check.baseline", lang, name=shown(report))


def _moved(old: Plan, new: Plan, tolerance: float | None, lang: str) -> tuple[str, int]:
    from chinchilla_widget.report.check import TOLERANCE, compare

    share = TOLERANCE if tolerance is None else tolerance
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
