"""``%chinchilla``: the planner in a notebook, from a line of words."""

from __future__ import annotations

import re
import shlex
from typing import Any

from IPython.core.magic import no_var_expand

from chinchilla_widget import options
from chinchilla_widget.messages import ChinchillaError, say

# What stands in braces is an expression of the notebook, $name a variable; "$1M" is money.
_EXPRESSION = re.compile(r"\{([^{}]*)\}|\$([A-Za-z_]\w*)")


def load_ipython_extension(shell: Any) -> None:
    """Registers ``%chinchilla`` and its completions."""

    @no_var_expand
    def magic(line: str) -> Any:
        return chinchilla(line, shell)

    made = _parser()
    magic.__doc__ = f"{say('options.magic')}\n\n{made.format_help()}"
    shell.register_magic_function(magic, "line", "chinchilla")
    if shell.Completer is not None:
        shell.set_hook("complete_command", _complete, re_key=r"%?chinchilla\b")


def unload_ipython_extension(shell: Any) -> None:
    """Takes ``%chinchilla`` away again."""
    shell.magics_manager.magics["line"].pop("chinchilla", None)


def chinchilla(line: str, shell: Any) -> Any:
    """A ``Planner`` (or with ``--plan`` a ``Plan``) for the words of ``line``.

    A mistake is one sentence, printed; the result is then None.
    """
    try:
        return _answer(line, shell)
    except options.Finished:
        return None
    except ChinchillaError as error:
        print(f"%chinchilla: {error}")
        return None


def _answer(line: str, shell: Any) -> Any:
    made = _parser()
    budget, words, found = options.read(made, _split(_expanded(line, shell)))
    if found.plan:
        from chinchilla_widget.solver import plan

        return plan(budget or (None if words else "$1M"), **words)
    from chinchilla_widget.widget import Planner

    return Planner(budget, **words)


def _parser() -> options.Parser:
    made = options.parser("%chinchilla", say("options.magic_examples"))
    made.add_argument("--plan", action="store_true", help=say("options.plan"))
    return made


def _expanded(line: str, shell: Any) -> str:
    """The line with ``{expression}`` and ``$identifier`` replaced by their values.

    IPython's own expansion would take the 1 off "$1,000,000", so the magic does it itself.
    """

    def value(match: re.Match[str]) -> str:
        source = match[1] if match[1] is not None else match[2]
        if match[2] is not None and match[2] not in shell.user_ns:
            return match[0]  # a currency, or money yet to be read
        try:
            return str(eval(source, shell.user_global_ns, shell.user_ns))
        except Exception as error:
            raise ChinchillaError(
                "options.expression", text=source, reason=f"{type(error).__name__}: {error}"
            ) from None

    return _EXPRESSION.sub(value, line)


def _split(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        raise ChinchillaError("options.quotes", line=line) from None


def _complete(shell: Any, event: Any) -> list[str]:
    return options.completions(event.line, event.symbol)
