"""What every reader does first: tidying, and refusing what no grammar need look at."""

from __future__ import annotations

import re
from typing import Final

from chinchilla_widget.messages import ChinchillaError
from chinchilla_widget.quantities.grammar import tidy

LONGEST: Final = 200
"""Characters read at most: nobody writes a longer budget, and nothing slow can be sent in."""

_NOT_FINITE = re.compile(r"(?<![a-z])(?:nan|inf|infinity|infinit[oae]s?)(?![a-z0-9])|∞", re.I)


def opened(text: object, lang: str) -> tuple[str, str]:
    """``text`` tidied, and as quoted in a sentence; refuses what no grammar need look at."""
    raw = str(text)
    quoted = shortened(raw)
    if len(raw) > LONGEST:
        raise ChinchillaError("quantities.too_long", lang, text=quoted, most=LONGEST)
    plain = tidy(raw)
    if not plain:
        raise ChinchillaError("quantities.empty", lang)
    if _NOT_FINITE.search(plain):
        raise ChinchillaError("quantities.not_finite", lang, text=quoted)
    return plain, quoted


def shortened(text: str) -> str:
    """``text`` fit to stand in a sentence: one line, not long, and possible to print."""
    # Half of a surrogate pair would make the sentence itself an encoding error.
    line = " ".join(text[: LONGEST + 1].encode("utf-8", "replace").decode("utf-8").split())
    return line if len(text) <= LONGEST else f"{line[:40]}…"
