"""``%chinchilla``: the planner in a notebook, from a line of words.

Every line that stands by itself shows its planner, not only a cell's last.
"""

from __future__ import annotations

import dis
import re
import shlex
import sys
from types import FrameType
from typing import Any

from IPython.core.display_functions import display
from IPython.core.magic import no_var_expand

from chinchilla_widget import options
from chinchilla_widget.messages import ChinchillaError, say

# A line to complete; an assignment may stand before it.
_LINE = r"(?:.*=\s*)?%?chinchilla\b"
# What stands in braces is an expression of the notebook, $name a variable; "$1M" is money.
_EXPRESSION = re.compile(r"\{([^{}]*)\}|\$([A-Za-z_]\w*)")

# "$US" is no variable, though written like one.
_DOLLARS = ("us", "usd")


def load_ipython_extension(shell: Any) -> None:
    """Registers ``%chinchilla`` and its completions."""

    @no_var_expand
    def magic(line: str) -> Any:
        answer = chinchilla(line, shell)
        if answer is not None and _dropped(shell):
            display(answer)  # type: ignore[no-untyped-call]
            return None
        return answer

    magic.__doc__ = f"{say('options.magic')}\n\n{_parser('en').format_help()}"
    shell.register_magic_function(magic, "line", "chinchilla")
    if shell.Completer is not None:
        _forget_completions(shell)
        shell.set_hook("complete_command", _complete, re_key=_LINE)


def unload_ipython_extension(shell: Any) -> None:
    """Takes ``%chinchilla`` away again."""
    shell.magics_manager.magics["line"].pop("chinchilla", None)
    _forget_completions(shell)


def _dropped(shell: Any) -> bool:
    """Whether the cell does nothing with what the magic returns, nor IPython, which shows the last.

    Every line that stands by itself shows its planner, in a loop too; ``p = %chinchilla`` does not.
    """
    frame: FrameType | None = sys._getframe()
    while frame is not None and frame.f_globals is not shell.user_global_ns:
        frame = frame.f_back
    if frame is None:
        return False
    at = frame.f_lasti
    after = (each.opname for each in dis.get_instructions(frame.f_code) if each.offset > at)
    return next(after, "") == "POP_TOP"


def chinchilla(line: str, shell: Any) -> Any:
    """A ``Planner`` (or with ``--plan`` a ``Plan``) for the words of ``line``.

    A mistake is one sentence, printed; the result is then None.
    """
    try:
        # A semicolon at the end of a cell is IPython's, and no part of the budget.
        return _answer(line.rstrip().rstrip(";"), shell)
    except options.Finished:
        return None
    except ChinchillaError as error:
        print(f"%chinchilla: {error}")
        return None


def _answer(line: str, shell: Any) -> Any:
    lang = options.language(line.split())
    arguments = _split(_expanded(line, shell, lang), lang)
    lang = options.language(arguments)
    budget, words, found = options.read(_parser(lang), arguments)
    options.refuse_idle(found, lang)
    words = options.with_law(words, found, lang, shell.user_ns)
    answer = _asked(budget, words, found.plan or found.embed)
    if found.report is not None:
        from chinchilla_widget.report import write_report

        plan, said = getattr(answer, "plan", answer), {"title": found.title, "author": found.author}
        for path in write_report(plan, found.report, **said, force=found.force):
            print(say("report.written", lang, name=str(path)))
    return answer.embed() if found.embed else answer


def _asked(budget: str | None, words: dict[str, Any], as_plan: bool) -> Any:
    if as_plan:
        from chinchilla_widget.solver import plan

        enough = set(options.FIXED) & set(words)
        return plan(budget or (None if enough else "$1M"), **words)
    from chinchilla_widget.widget import Planner

    return Planner(budget, **words)


def _parser(lang: str) -> options.Parser:
    made = options.parser("%chinchilla", say("options.magic_examples", lang), lang)
    made.others.add_argument("--plan", action="store_true", help=say("options.plan", lang))
    made.others.add_argument("--embed", action="store_true", help=say("options.embed", lang))
    options.add_report(made)
    return made


def _expanded(line: str, shell: Any, lang: str) -> str:
    """The line with ``{expression}`` and ``$identifier`` replaced by their values.

    IPython's own expansion would take the 1 off "$1,000,000", so the magic does it itself.
    """

    def value(match: re.Match[str]) -> str:
        source = match[1] if match[1] is not None else match[2]
        if match[2] is not None and match[2] not in shell.user_ns:
            if match[2].lower() in _DOLLARS:
                return match[0]
            raise ChinchillaError("options.no_variable", lang, name=match[2])
        try:
            return str(eval(source, shell.user_global_ns, shell.user_ns))
        except Exception as error:
            reason = " ".join(f"{type(error).__name__}: {error}".split())
            raise ChinchillaError("options.expression", lang, text=source, reason=reason) from None

    return _EXPRESSION.sub(value, line)


def _split(line: str, lang: str) -> list[str]:
    try:
        return shlex.split(line, comments=True)
    except ValueError:
        raise ChinchillaError("options.quotes", lang, line=line) from None


def _complete(shell: Any, event: Any) -> list[str]:
    return options.completions(event.line, event.symbol)


def _forget_completions(shell: Any) -> None:
    """Hooks pile up where an extension is loaded again, and none can be taken away singly."""
    shell.strdispatchers["complete_command"].regexs.pop(re.compile(_LINE), None)
