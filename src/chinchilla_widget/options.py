"""The words of ``%chinchilla`` and of the command line, defined once: the keywords of ``plan``."""

from __future__ import annotations

import argparse
import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NoReturn

from chinchilla_widget.accelerators import ACCELERATORS, DTYPES
from chinchilla_widget.laws import LAWS
from chinchilla_widget.messages import LANGUAGES, ChinchillaError, say
from chinchilla_widget.plans import FORMS
from chinchilla_widget.scenario import FIXED as FIXED
from chinchilla_widget.scenario import KINDS, PRICE_KINDS, WORDS, read_word

_FLAG: Final = re.compile(r"^--[\w-]+")

# What may follow the first word of a flag's value, in one value with it.
_MOST_WORDS: Final = 3
_UNIT: Final = re.compile(r"[a-z%/]", re.IGNORECASE)
_NAME_GOES_ON: Final = re.compile(r"[a-z0-9]", re.IGNORECASE)

# Flags that are words of the question, in the order help lists them; the rest is up to the host.
_FLAGS: Final = tuple(word for word in WORDS if word != "budget")

# What --columns may name.
COLUMNS: Final = ("params", "tokens", "loss", "flops", "unique_tokens", "cluster", "weights")


class Finished(Exception):
    """Help was asked for and printed: there is nothing more to do."""


class Parser(argparse.ArgumentParser):
    """An argument parser that speaks ``lang`` and raises instead of leaving the process.

    ``others`` is the group for the flags of the host.
    """

    lang = "en"
    others: argparse._ArgumentGroup

    def error(self, message: str) -> NoReturn:
        raise ChinchillaError("options.mistake", self.lang, message=message)

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        raise Finished

    def format_help(self) -> str:
        return super().format_help().replace("usage:", say("options.usage", self.lang), 1)


def language(arguments: Sequence[str]) -> str:
    """The language asked for, where it can be read before anything else is."""
    words = [part for argument in arguments for part in argument.split("=", 1)]
    asked = [words[i + 1] for i, word in enumerate(words[:-1]) if word == "--lang"]
    return asked[-1] if asked and asked[-1] in LANGUAGES else "en"


def parser(prog: str, epilog: str = "", lang: str = "en") -> Parser:
    """A parser for the budget and every keyword of ``plan``."""
    made = Parser(
        prog=prog,
        usage="%(prog)s [BUDGET] [--WORD VALUE ...]",
        description=say("options.about", lang),
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        exit_on_error=False,
        add_help=False,
    )
    made.lang = lang
    words = made.add_argument_group(say("options.words", lang))
    words.add_argument("budget", nargs="*", metavar="BUDGET", help=say("options.budget", lang))
    words.add_argument("--budget", dest="budget_flag", metavar="BUDGET", help=argparse.SUPPRESS)
    for word in _FLAGS:
        names = [f"--{word.replace('_', '-')}"]
        text = say(f"options.{word}", lang)
        if word == "repeats":
            words.add_argument(
                *names, action=argparse.BooleanOptionalAction, default=None, help=text
            )
            continue
        metavar = _METAVARS.get(word, "X")
        words.add_argument(*names, dest=word, metavar=metavar, default=None, help=text)
    table = say("options.fit", lang)
    words.add_argument("--fit", metavar="TABLE", default=None, help=table)
    columns = say("options.columns", lang)
    words.add_argument("--columns", metavar="WHAT=NAME,…", default=None, help=columns)
    family = say("options.family", lang)
    words.add_argument("--family", metavar="NAME", default=None, help=family)
    made.others = made.add_argument_group(say("options.others", lang))
    made.others.add_argument("-h", "--help", action="help", help=say("options.help", lang))
    return made


def add_report(made: Parser) -> None:
    """The flags of a report: where to, over what, under which title, by whom."""
    lang = made.lang
    report = say("options.report", lang, known=", ".join(FORMS))
    made.others.add_argument("--report", metavar="FILE", default=None, help=report)
    for flag in ("title", "author"):
        text = say(f"options.{flag}", lang)
        made.others.add_argument(f"--{flag}", metavar="X", default=None, help=text)
    made.others.add_argument("--force", action="store_true", help=say("options.force", lang))


def read(
    made: Parser, arguments: Sequence[str]
) -> tuple[str | None, dict[str, Any], argparse.Namespace]:
    """Budget text, keywords for ``plan``, and everything parsed (for flags of the host).

    Raises:
        ChinchillaError: an unknown flag (with the nearest one), or a flag without its value.
        Finished: help was asked for.
    """
    try:
        whole = _joined(_hyphened(arguments), made.lang)
        found, unknown = made.parse_known_intermixed_args(whole)
    except argparse.ArgumentError as error:
        raise _mistaken(made, error) from None
    if unknown:
        raise _unknown(made, unknown[0])
    words = {word: getattr(found, word) for word in _FLAGS if getattr(found, word) is not None}
    budget = " ".join([*([found.budget_flag] if found.budget_flag else []), *found.budget])
    return budget.strip() or None, words, found


def refuse_idle(found: argparse.Namespace, lang: str) -> None:
    """Refuse a flag that says how another is done where that other is not there.

    Raises:
        ChinchillaError: as it would do nothing.
    """
    for flag, needed in _NEEDS.items():
        there = [getattr(found, each, None) is not None for each in needed]
        if getattr(found, flag, None) not in (None, False) and not any(there):
            other = " / ".join(f"--{each.replace('_', '-')}" for each in needed if each in found)
            raise ChinchillaError("options.idle", lang, flag=f"--{flag}", other=other)


def with_law(
    words: Mapping[str, Any], found: argparse.Namespace, lang: str, tables: Mapping[str, Any]
) -> dict[str, Any]:
    """The words with the law that ``--law`` names as a file, or the one of ``--fit``.

    ``--fit`` takes a table named in ``tables``, or a file.

    Raises:
        ChinchillaError: both are given, the table cannot be fitted, or the file holds no law.
    """
    if found.fit is None:
        for flag in ("columns", "family"):
            if getattr(found, flag) is not None:
                raise ChinchillaError("options.needs_fit", lang, flag=f"--{flag}")
        if not words.get("law", "").strip().lower().endswith(".json"):
            return dict(words)
        from chinchilla_widget.fitting import load_law

        return {**words, "law": load_law(words["law"].strip(), lang)}
    if "law" in words:
        raise ChinchillaError("options.fit_and_law", lang)
    columns: dict[str, Any] = _columns(found.columns, lang) if found.columns else {}
    if found.family is not None:
        columns["family"] = found.family
    from chinchilla_widget.fitting import fit  # a plan does not pay for it

    table = tables.get(found.fit, found.fit)
    law = fit(table, **columns, lang=lang, name=found.fit)
    if not found.columns:  # which were taken for what must be seen
        told = ", ".join(f"{what}={name}" for what, name in law.runs.columns.items())
        notes = (("fitting.columns", {"columns": told}), *law.runs.notes)
        law.runs = replace(law.runs, notes=notes)
    return {**words, "law": law}


def _columns(text: str, lang: str) -> dict[str, str]:
    """``params=N,tokens=D`` by its parts."""
    columns: dict[str, str] = {}
    for part in text.split(","):
        what, equals, name = (each.strip() for each in part.partition("="))
        what = what.replace("-", "_")
        if not equals or not name or what not in COLUMNS or what in columns:
            raise ChinchillaError(
                "options.columns_unreadable", lang, text=part.strip(), known=", ".join(COLUMNS)
            )
        columns[what] = name
    return columns


def _hyphened(arguments: Sequence[str]) -> list[str]:
    """``--served_tokens`` is taken for ``--served-tokens``; values are left alone."""
    return [_FLAG.sub(lambda flag: flag[0].replace("_", "-"), argument) for argument in arguments]


def _joined(arguments: Sequence[str], lang: str) -> list[str]:
    """Values of several words, such as ``--accelerator A100 80GB`` or ``--tokens 15 T``, in one.

    Words are joined only where they are read as one value: what follows may be the budget.
    """
    left, whole = list(arguments), []
    while left:
        flag, is_flag, value = left.pop(0).partition("=")
        whole.append(f"{flag}{is_flag}{value}")
        word = flag.removeprefix("--").replace("-", "_")
        if not flag.startswith("--") or word not in WORDS or not left:
            continue
        if not is_flag:
            value = left.pop(0)
            whole.append(value)
        for count in range(min(_MOST_WORDS, len(left)), 0, -1):
            text = " ".join([value, *left[:count]])
            # A number after a number may be the budget; "80GB" after "A100" may not.
            more = _NAME_GOES_ON if word == "accelerator" else _UNIT
            if all(more.match(each) for each in left[:count]) and _reads(word, text, lang):
                whole[-1] += text[len(value) :]
                del left[:count]
                break
    return whole


def _reads(word: str, text: str, lang: str) -> bool:
    try:
        read_word(word, text, lang)
    except ChinchillaError:
        return False
    return word == "accelerator" or word in KINDS


def _mistaken(made: Parser, error: argparse.ArgumentError) -> ChinchillaError:
    flag = str(error.argument_name).split("/")[0]
    for action in made._actions:
        if flag in action.option_strings:
            code = "options.takes_no_value" if action.nargs == 0 else "options.needs_value"
            return ChinchillaError(code, made.lang, flag=flag)
    return ChinchillaError("options.mistake", made.lang, message=str(error))


def _unknown(made: Parser, flag: str) -> ChinchillaError:
    name = flag.split("=")[0]
    names = [name for action in made._actions for name in action.option_strings]
    # The dashes, which all have, make none like another.
    bare = {each.lstrip("-"): each for each in names}
    near = difflib.get_close_matches(name.lstrip("-"), bare, n=1)
    if near:
        return ChinchillaError("options.unknown_near", made.lang, flag=name, near=bare[near[0]])
    return ChinchillaError("options.unknown", made.lang, flag=name)


def completions(line: str, word: str) -> list[str]:
    """What may stand where ``word`` is being typed: flags, or the values of the flag before it."""
    before = line[: len(line) - len(word)].split()
    last = before[-1].replace("_", "-").rstrip("=") if before else ""
    choices = VALUES.get(last.removeprefix("--"))
    if last.startswith("--") and choices is not None:
        return [choice for choice in choices() if choice.startswith(word)]
    names = [
        *(*_FLAGS, "fit", "columns", "family", "no_repeats", "plan", "embed"),
        *("report", "title", "author", "force", "help"),
    ]
    flags = [f"--{name.replace('_', '-')}" for name in names]
    return [flag for flag in flags if flag.startswith(word)] if word.startswith("-") else []


def _families() -> list[str]:
    from chinchilla_widget.fitting.families import SURFACES  # asked for, it may be waited for

    return list(SURFACES)


# Flags that only say how others are done.
_NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "title": ("report",),
    "author": ("report",),
    "force": ("report", "export_widget"),
    "tolerance": ("check",),
}

VALUES: Final[Mapping[str, Any]] = {
    "law": lambda: list(LAWS),
    "family": _families,
    "accelerator": lambda: list(ACCELERATORS),
    "price-kind": lambda: list(PRICE_KINDS),
    "lang": lambda: list(LANGUAGES),
    "dtype": lambda: list(DTYPES),
}

_METAVARS: Final = {"law": "ID", "accelerator": "ID", "price_kind": "KIND", "lang": "LANG"}
