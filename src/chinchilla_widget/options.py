"""The words of ``%chinchilla`` and of the command line, defined once: the keywords of ``plan``."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Mapping, Sequence
from typing import Any, Final, NoReturn

from chinchilla_widget.accelerators import ACCELERATORS
from chinchilla_widget.laws import LAWS
from chinchilla_widget.messages import ChinchillaError, say
from chinchilla_widget.scenario import PRICE_KINDS, WORDS

# Flags that are words of the question, in the order help lists them; the rest is up to the host.
_FLAGS: Final = tuple(word for word in WORDS if word != "budget")


class Parser(argparse.ArgumentParser):
    """An argument parser whose mistakes are one sentence, raised and not printed."""

    def error(self, message: str) -> NoReturn:
        raise ChinchillaError("options.mistake", message=message[:1].upper() + message[1:])

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        raise Finished


class Finished(Exception):
    """Help was asked for and printed: there is nothing more to do."""


def parser(prog: str, epilog: str = "") -> Parser:
    """A parser for the budget and every keyword of ``plan``."""
    made = Parser(
        prog=prog,
        description=say("options.about"),
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    made.add_argument("budget", nargs="*", metavar="BUDGET", help=say("options.budget"))
    for word in _FLAGS:
        names = [f"--{word.replace('_', '-')}"]
        if "_" in word:
            names.append(f"--{word}")
        if word == "repeats":
            made.add_argument(
                *names, action=argparse.BooleanOptionalAction, default=None,
                help=say("options.repeats"),
            )  # fmt: skip
            continue
        made.add_argument(
            *names, dest=word, metavar=_metavar(word), default=None, help=say(f"options.{word}")
        )
    return made


def read(made: Parser, arguments: Sequence[str]) -> tuple[str | None, dict[str, Any], argparse.Namespace]:
    """Budget text, keywords for ``plan``, and everything parsed (for flags of the host).

    Raises:
        ChinchillaError: an unknown flag (with the nearest one), or a flag without its value.
        Finished: help was asked for.
    """
    try:
        found, unknown = made.parse_known_intermixed_args(list(arguments))
    except argparse.ArgumentError as error:
        raise ChinchillaError("options.mistake", message=str(error)) from None
    if unknown:
        raise _unknown(made, unknown[0])
    words = {word: getattr(found, word) for word in _FLAGS if getattr(found, word) is not None}
    budget = " ".join(found.budget) or None
    return budget, words, found


def _unknown(made: Parser, flag: str) -> ChinchillaError:
    names = [name for action in made._actions for name in action.option_strings if "_" not in name]
    near = difflib.get_close_matches(flag.split("=")[0], names, n=1)
    if near:
        return ChinchillaError("options.unknown_near", flag=flag, near=near[0])
    return ChinchillaError("options.unknown", flag=flag)


def completions(line: str, word: str) -> list[str]:
    """What may stand where ``word`` is being typed: flags, or the values of the flag before it."""
    before = line[: len(line) - len(word)].split()
    last = before[-1].replace("_", "-") if before else ""
    choices = VALUES.get(last.removeprefix("--"))
    if last.startswith("--") and choices is not None:
        return [choice for choice in choices() if choice.startswith(word)]
    flags = [f"--{name.replace('_', '-')}" for name in _FLAGS] + ["--no-repeats", "--plan", "--help"]
    return [flag for flag in flags if flag.startswith(word)] if word.startswith("-") else []


VALUES: Final[Mapping[str, Any]] = {
    "law": lambda: list(LAWS),
    "accelerator": lambda: list(ACCELERATORS),
    "price-kind": lambda: list(PRICE_KINDS),
    "lang": lambda: ["en", "es"],
    "dtype": lambda: ["bf16", "fp16", "fp8", "tf32"],
}

_METAVARS: Final = {"law": "ID", "accelerator": "ID", "price_kind": "KIND", "lang": "LANG"}


def _metavar(word: str) -> str:
    return _METAVARS.get(word, "X")
