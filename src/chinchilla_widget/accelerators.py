"""The catalogue of accelerators: dense peaks by precision, prices with date and source.

The facts stand in ``data/accelerators.csv``; what a person reads about them in ``messages``.
"""

from __future__ import annotations

import csv
import difflib
import io
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from importlib.resources import files
from typing import Final, Literal

from chinchilla_widget.messages import ChinchillaError, UnknownNameError, catalogue, say
from chinchilla_widget.quantities.sentences import error

Age = Literal["fresh", "old", "undated"]

TERA: Final = 1e12
DTYPES: Final = ("bf16", "fp16", "tf32", "fp8")
OLD_AFTER_DAYS: Final = 180
HIGH_MFU: Final = 0.60

# Published peaks are rounded in several ways (989, 989.4, 989.5): within this they are the same.
_SAME_PEAK = 0.01
# No accelerator computes less than this: a smaller number is TFLOP/s typed without its 10¹².
_SMALLEST_PEAK = 1e10

_CHIP_WORDS = "gpus?|chips?|accelerators?|aceleradore?s?"
_DTYPE_NAMES = {"bfloat16": "bf16", "float16": "fp16", "half": "fp16", "float8": "fp8"}


@dataclass(frozen=True)
class Price:
    """Dollars per chip-hour: the lowest, usual and highest seen, when, and where.

    ``typical`` is None where the source gives no usual price. ``date`` is an ISO date or the
    start of one ("2026-05", "2026"), None where a part of the price has none.
    """

    low: float
    typical: float | None
    high: float
    date: str | None
    source: str

    @property
    def estimate(self) -> tuple[float, bool]:
        """The price to count with, and whether it is the geometric mean of low and high."""
        if self.typical is not None:
            return self.typical, False
        if self.low == self.high:
            return self.low, False
        return math.sqrt(self.low * self.high), True


@dataclass(frozen=True)
class Misread:
    """A published number often taken for the dense peak: what it is, and its FLOP/s."""

    what: str
    flops: float


@dataclass(frozen=True)
class Accelerator:
    """One accelerator of the catalogue.

    ``peak_flops`` holds dense FLOP/s by precision; ``matmul_ceiling`` the most that a bare bf16
    matrix multiplication was measured to reach. ``mfu`` is the default for a whole run and
    ``mfu_why`` the name of its reason; ``headline`` says what the vendor's number is.
    """

    id: str
    name: str
    vendor: str
    chip_word: str
    aliases: tuple[str, ...]
    peak_flops: Mapping[str, float] = field(hash=False)
    headline_flops: float
    headline: str
    misreads: tuple[Misread, ...]
    matmul_ceiling: float | None
    memory_gb: float
    bandwidth_tb_s: float
    tdp_w: float | None
    on_demand: Price | None
    spot: Price | None
    mfu: float
    mfu_why: str
    spec_source: str

    @property
    def mfu_reason(self) -> str:
        """Why the default MFU is what it is, in English."""
        return self.says("mfu_reason")

    @property
    def headline_note(self) -> str:
        """What the vendor's headline number is, in English."""
        return self.says("headline_note")

    @property
    def note(self) -> str:
        """A trap its user must know, in English; "" where there is none."""
        return self.says("note")

    def says(self, what: Literal["mfu_reason", "headline_note", "note"], lang: str = "en") -> str:
        """One of its three remarks in a language."""
        if what == "note":
            return catalogue(lang).get(f"accelerators.note_{self.id}", "")
        if what == "mfu_reason":
            return say(f"accelerators.mfu_{self.mfu_why}", lang)
        return say(f"accelerators.what_{self.headline}", lang)

    def peak(self, dtype: str | None = None, lang: str = "en") -> tuple[str, float]:
        """``(dtype, dense FLOP/s)``; without a dtype bf16, or fp16 where there is no bf16.

        Raises:
            ChinchillaError: the chip has no such precision; the sentence lists what it has.
        """
        if dtype is None:
            name = "bf16" if "bf16" in self.peak_flops else "fp16"
            return name, self.peak_flops[name]
        name = dtype.strip().lower().removeprefix("torch.").replace("-", "")
        name = _DTYPE_NAMES.get(name, name)
        if name not in self.peak_flops:
            raise ChinchillaError(
                "accelerators.no_dtype",
                lang,
                name=self.name,
                dtype=dtype,
                known=", ".join(self.peak_flops),
            )
        return name, self.peak_flops[name]

    def check_peak(self, flops: float, lang: str = "en", *, dtype: str | None = None) -> float:
        """A peak of the asker's own in dense FLOP/s a chip, if it can be one.

        Raises:
            ChinchillaError: it is not a positive number, lacks its 10¹², or is a published number
                of this chip that is no dense peak (sparse, FP32, …), which the sentence names.
        """
        if not (math.isfinite(flops) and flops > 0):
            raise ChinchillaError("accelerators.peak_not_positive", lang, value=f"{flops:g}")
        if flops < _SMALLEST_PEAK:
            raise error(
                "accelerators.peak_too_small", lang, value=("ratio", flops), tera=f"{flops:g}e12"
            )
        name, dense = self.peak(dtype, lang)
        if _same(flops, dense):
            return flops
        what = next((each.what for each in self.misreads if _same(flops, each.flops)), None)
        other = next((key for key, peak in self.peak_flops.items() if _same(flops, peak)), None)
        if what is None and other is None:
            return flops
        code = (
            "peak_of_dtype"
            if what is None
            else "peak_misread_or_dtype"
            if other
            else "peak_misread"
        )
        raise error(
            f"accelerators.{code}",
            lang,
            name=self.name,
            value=("ratio", flops / TERA),
            what=what and say(f"accelerators.what_{what}", lang),
            dtype=name,
            dense=("ratio", dense / TERA),
            other=other,
        )

    def check_mfu(
        self,
        mfu: float,
        dtype: str | None = None,
        lang: str = "en",
        *,
        peak_flops: float | None = None,
    ) -> tuple[str, ...]:
        """Codes of what to say about an MFU: empty, or that it is high.

        ``peak_flops`` is the peak the MFU is a share of, where it is not the catalogue's.

        Raises:
            ChinchillaError: it is no share of the peak, or more than a bare matrix multiplication
                was measured to reach (in bf16; in fp16 where that is as fast).
        """
        if not 0 < mfu <= 100:
            raise ChinchillaError("accelerators.mfu_range", lang, value=f"{mfu:g}")
        if mfu > 1:
            raise error(
                "accelerators.mfu_percent",
                lang,
                value=("percent", mfu / 100),
                share=f"{mfu / 100:g}",
                percent=f"{mfu:g}%",
            )
        limit = self.highest_mfu(dtype, lang, peak_flops=peak_flops)
        if self.matmul_ceiling is not None and mfu > limit:
            name, dense = self.peak(dtype, lang)
            peak = dense if peak_flops is None else peak_flops
            # With a peak of the asker's own it is the peak that is wrong as likely as the MFU.
            own = "" if _same(peak, dense) else "_own_peak"
            raise error(
                f"accelerators.mfu_above_ceiling{own}",
                lang,
                mfu=("percent", mfu),
                name=self.name,
                ceiling=("ratio", self.matmul_ceiling / TERA),
                peak=("ratio", peak / TERA),
                reached=("ratio", mfu * peak / TERA),
                dtype=name,
                dense=("ratio", dense / TERA),
                limit=("percent", _rounded_down(limit)),
            )
        return ("accelerators.mfu_high",) if mfu > HIGH_MFU else ()

    def highest_mfu(
        self, dtype: str | None = None, lang: str = "en", *, peak_flops: float | None = None
    ) -> float:
        """The MFU that a bare matrix multiplication reaches; infinite where none was measured."""
        _, dense = self.peak(dtype, lang)
        if self.matmul_ceiling is None or dense != self.peak_flops.get("bf16"):
            return math.inf
        return self.matmul_ceiling / (dense if peak_flops is None else peak_flops)

    def price(
        self, kind: str = "on-demand", lang: str = "en"
    ) -> tuple[float | None, tuple[str, ...]]:
        """Dollars a chip-hour (None: no price is known) and codes of what to say about it.

        Raises:
            ChinchillaError: ``kind`` is neither "on-demand" nor "spot".
        """
        if kind not in ("on-demand", "spot"):
            raise ChinchillaError("accelerators.price_kind", lang, kind=kind)
        price = self.spot if kind == "spot" else self.on_demand
        if price is None:
            return None, ()
        dollars, is_mean = price.estimate
        return dollars, ("accelerators.geometric_mean",) if is_mean else ()


class Accelerators(Mapping[str, Accelerator]):
    """The accelerators by id, in the order of the file, read at first use."""

    @cached_property
    def _rows(self) -> dict[str, Accelerator]:
        text = files("chinchilla_widget").joinpath("data/accelerators.csv").read_text("utf-8")
        return {row["id"]: _accelerator(row) for row in csv.DictReader(io.StringIO(text))}

    @cached_property
    def by_alias(self) -> dict[str, Accelerator]:
        """Every written form, without case, spaces and hyphens, and what it means."""
        return {
            _squeeze(form): chip
            for chip in self._rows.values()
            for form in (chip.id, chip.name, *chip.aliases)
        }

    def __getitem__(self, key: str) -> Accelerator:
        if key in self._rows:
            return self._rows[key]
        chip = self.by_alias.get(_squeeze(str(key)))
        near = [chip.id] if chip else difflib.get_close_matches(str(key), self._rows, n=3)
        if near:
            raise UnknownNameError("accelerators.no_id_near", text=key, near=", ".join(near))
        raise UnknownNameError("accelerators.no_id", text=key, known=", ".join(self._rows))

    def __contains__(self, key: object) -> bool:
        return key in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        return f"<ACCELERATORS: {', '.join(self)}>"


ACCELERATORS = Accelerators()


def find_accelerator(text: str, lang: str = "en") -> Accelerator:
    """The accelerator written as ``text``: an id, a name or an alias; never a guess.

    Raises:
        ChinchillaError: no accelerator is called so; the sentence names the nearest.
    """
    squeezed = _squeeze(text)
    chip = ACCELERATORS.by_alias.get(squeezed) or ACCELERATORS.by_alias.get(_bare(squeezed))
    if chip is not None:
        return chip
    if not _bare(squeezed):
        raise ChinchillaError(
            "accelerators.no_hardware", lang, text=text.strip(), examples="H100, A100 80GB, TPU v5e"
        )
    near = difflib.get_close_matches(_bare(squeezed), ACCELERATORS.by_alias, n=20, cutoff=0.5)
    # Of forms equally near, those that begin alike: B100 is a B200 mistyped sooner than a V100.
    near.sort(key=lambda form: form[0] != squeezed[0])
    names = list(dict.fromkeys(ACCELERATORS.by_alias[form].name for form in near))[:3]
    if names:
        raise ChinchillaError(
            "accelerators.unknown_near", lang, text=text.strip(), near=", ".join(names)
        )
    known = ", ".join(chip.name for chip in ACCELERATORS.values())
    raise ChinchillaError("accelerators.unknown", lang, text=text.strip(), known=known)


def price_age(dated: str | None, today: date) -> Age:
    """Whether a price is older than 180 days on a day: "fresh", "old" or "undated".

    A month counts from its first day. A bare year says too little ("undated") until even its
    last day is that old.
    """
    if not dated:
        return "undated"
    year, *rest = (int(part) for part in dated.split("-"))
    if not rest:
        return "old" if (today - date(year, 12, 31)).days > OLD_AFTER_DAYS else "undated"
    day = date(year, rest[0], rest[1] if len(rest) > 1 else 1)
    return "old" if (today - day).days > OLD_AFTER_DAYS else "fresh"


def _accelerator(row: Mapping[str, str]) -> Accelerator:
    def number(name: str) -> float | None:
        return float(row[name]) if row[name] else None

    def price(kind: str) -> Price | None:
        low, high = number(f"{kind}_low"), number(f"{kind}_high")
        if low is None or high is None:
            return None
        dated, source = row[f"{kind}_date"] or None, row[f"{kind}_source"]
        return Price(low, number(f"{kind}_typical"), high, dated, source)

    peaks = {dtype: number(f"{dtype}_tflops") for dtype in DTYPES}
    ceiling = number("matmul_ceiling_tflops")
    return Accelerator(
        id=row["id"],
        name=row["name"],
        vendor=row["vendor"],
        chip_word=row["chip_word"],
        aliases=tuple(row["aliases"].split(";")),
        peak_flops={dtype: peak * TERA for dtype, peak in peaks.items() if peak is not None},
        headline_flops=float(row["headline_tflops"]) * TERA,
        headline=row["headline"],
        misreads=tuple(
            Misread(what, float(tflops) * TERA)
            for what, _, tflops in (
                pair.partition(":") for pair in row["misread_tflops"].split(";")
            )
            if what
        ),
        matmul_ceiling=None if ceiling is None else ceiling * TERA,
        memory_gb=float(row["memory_gb"]),
        bandwidth_tb_s=float(row["bandwidth_tb_s"]),
        tdp_w=number("tdp_w"),
        on_demand=price("on_demand"),
        spot=price("spot"),
        mfu=float(row["mfu"]),
        mfu_why=row["mfu_reason"],
        spec_source=row["spec_source"],
    )


def _squeeze(text: str) -> str:
    return re.sub(r"[\s_\-‐-―]+", "", text).casefold()


def _bare(squeezed: str) -> str:
    """Without maker, word for a chip and plural: "NVIDIA H100 GPUs", "GPU H100", "H100s"."""
    bare = re.sub(rf"^(nvidia|amd|google|cloud|intel|aws|{_CHIP_WORDS})+", "", squeezed)
    bare = re.sub(rf"({_CHIP_WORDS}|tpus?)$", "", bare)
    return bare if bare in ACCELERATORS.by_alias else bare.removesuffix("s")


def _rounded_down(share: float) -> float:
    """To two digits: a limit as printed must itself be allowed."""
    scale = 10.0 ** (1 - math.floor(math.log10(share)))
    return math.floor(share * scale) / scale


def _same(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=_SAME_PEAK)
