"""``LAWS``: every law the project ships, read from ``data/laws.toml`` at first use."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from functools import cached_property, partial
from importlib.resources import files
from typing import Any

from chinchilla_widget.laws.base import COUNTS, About
from chinchilla_widget.laws.draws import shipped_draws
from chinchilla_widget.laws.frontier import FrontierLaw, Power
from chinchilla_widget.laws.parametric import ParametricLaw
from chinchilla_widget.messages import LANGUAGES, ChinchillaError, UnknownNameError

DEFAULT_LAW = "besiroglu-2024"
_LONGEST = 60  # letters of a name in a sentence

AnyLaw = ParametricLaw | FrontierLaw


class Laws(Mapping[str, AnyLaw]):
    """The laws by id, in the order of the file."""

    @cached_property
    def named(self) -> Mapping[str, AnyLaw]:
        """The laws by their names, in lower case, in every language."""
        return {
            law.about.says("name", lang).lower(): law for law in self.values() for lang in LANGUAGES
        }

    @cached_property
    def _laws(self) -> dict[str, AnyLaw]:
        text = files("chinchilla_widget").joinpath("data/laws.toml").read_text(encoding="utf-8")
        return {key: law_from(key, entry) for key, entry in tomllib.loads(text).items()}

    def __getitem__(self, key: str) -> AnyLaw:
        if key in self._laws:
            return self._laws[key]
        raise _unknown(str(key), "en")

    def __contains__(self, key: object) -> bool:
        return key in self._laws

    def __iter__(self) -> Iterator[str]:
        return iter(self._laws)

    def __len__(self) -> int:
        return len(self._laws)

    def __repr__(self) -> str:
        return f"<LAWS: {', '.join(self)}>"


def law_from(key: str, entry: Mapping[str, Any]) -> AnyLaw:
    """A law from one table of ``laws.toml``."""
    about = About(
        id=key,
        domain={name: (float(low), float(high)) for name, (low, high) in entry["domain"].items()},
        spanish=entry.get("es", {}),
        **{
            name: entry[name]
            for name in ("name", "counts", "scale", "data", "source", "verified", "note", "compare")
            if name in entry
        },
    )
    if entry["family"] == "parametric":
        law = ParametricLaw(entry["constants"], about)
        object.__setattr__(law, "shipped", partial(shipped_draws, key))
        return law
    powers = {
        field: Power(**entry[name])
        for name, field in (
            ("params", "params"),
            ("tokens", "tokens"),
            ("loss", "loss_by_flops"),
            ("loss_by_params", "loss_by_params"),
        )
        if name in entry
    }
    return FrontierLaw(
        **powers,
        compute_unit=entry.get("compute_unit", 1.0),
        params_unit=entry.get("params_unit", 1.0),
        constants=entry.get("constants", {}),
        about=about,
    )


LAWS = Laws()


def find_law(law: Any, lang: str = "en") -> Any:
    """A law from its id or name, from a law, or from anything with a ``.law`` (a fit).

    Raises:
        ChinchillaError: no law has that id or name; the sentence names the nearest ids.
    """
    if isinstance(law, str):
        name = " ".join(law.lower().split())
        if name in LAWS:
            return LAWS[name]
        if name in LAWS.named:
            return LAWS.named[name]
        raise _unknown(law, lang)
    inner = getattr(law, "law", law)
    if hasattr(inner, "optimum") and hasattr(inner, "about"):
        counts = inner.about.counts
        if counts not in COUNTS:
            told = str(counts)[:40]
            raise ChinchillaError("laws.counts", lang, counts=told, known=", ".join(COUNTS))
        return inner
    raise ChinchillaError("laws.not_a_law", lang, kind=type(law).__name__)


def _unknown(text: str, lang: str) -> UnknownNameError:
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST]}…"
    near = difflib.get_close_matches(text.lower(), LAWS, n=3, cutoff=0.4)
    if near:
        return UnknownNameError("laws.unknown_near", lang, text=text, near=", ".join(near))
    return UnknownNameError("laws.unknown", lang, text=text, known=", ".join(LAWS))
