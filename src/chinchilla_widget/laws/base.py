"""What every law says of itself, whatever its arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

# The number of repeats after which a token read again is worth 1/e of a new one: Muennighoff et
# al. 2023 (arXiv:2305.16264), fitted on C4. Laws without a constant of their own borrow it.
R_D_MUENNIGHOFF = 15.387756
# What a law's N may count; each has its sentence.
COUNTS: Final = ("total", "non-embedding", "excluding-input-embedding", "flop-per-token")
# The id of every law that is fitted here.
FITTED: Final = "own-fit"
# Letters of a law's name that are shown: what is longer is no name.
_MOST: Final = 300


@dataclass(frozen=True, kw_only=True)
class About:
    """A law's identity: where it comes from, what its N counts, where it was fitted.

    ``counts`` is one of ``COUNTS``.
    ``scale`` names the tokenizer and validation data its loss is measured on; losses compare
    only within one scale ("" where there is no loss). ``domain`` holds the fitted ranges of
    "params", "tokens", "flops" and "tokens_per_param", where they are known. ``doubts`` are
    sentences, by code and values, that belong to every plan made from the law.
    """

    id: str = "own"
    name: str = "own"
    counts: str = "total"
    scale: str = ""
    domain: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    data: str = ""
    source: str = ""
    verified: str = ""
    note: str = ""
    compare: bool = False
    doubts: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    spanish: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    def says(
        self, what: Literal["name", "data", "source", "verified", "note"], lang: str = "en"
    ) -> str:
        """One of its texts in a language, in English where there is no other."""
        english: str = getattr(self, what)
        told = self.spanish.get(what, english) if lang == "es" else english
        return told[:_MOST] if what == "name" else told


class Described:
    """A law's identity at hand: ``law.source`` is ``law.about.source``."""

    about: About

    @property
    def id(self) -> str:
        """Its name in ``LAWS``, or "own"."""
        return self.about.id

    @property
    def counts(self) -> str:
        """What its N counts."""
        return self.about.counts

    @property
    def domain(self) -> Mapping[str, tuple[float, float]]:
        """The ranges it was fitted on."""
        return self.about.domain

    @property
    def source(self) -> str:
        """The paper, with table or equation."""
        return self.about.source
