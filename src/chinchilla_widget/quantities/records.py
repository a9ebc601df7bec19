"""What the grammar hands over: what was said, before anyone asks what it means."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Number(NamedTuple):
    """A number as typed: ``digits`` with its separators, then a scale word or symbol."""

    digits: str
    scale: str | None = None
    and_half: bool = False


class Money(NamedTuple):
    number: Number
    prefix: str | None
    suffix: str | None
    negative: bool


class Compute(NamedTuple):
    number: Number
    kind: str  # the terminal: FLOP, FLOP_TIME or SPEED
    unit: str


class ChipTime(NamedTuple):
    number: Number
    unit: str
    hardware: tuple[str, ...]


class Cluster(NamedTuple):
    """Chips for a time; ``hardware`` is empty where no chip was named ("512 for 28 days")."""

    chips: Number
    hardware: tuple[str, ...]
    time: Number
    unit: str


class Clock(NamedTuple):
    """A time without chips: complete only where a tail says how many of what."""

    time: Number
    unit: str


class CountOnly(NamedTuple):
    """Chips without a time."""

    chips: Number
    hardware: tuple[str, ...]


class Bare(NamedTuple):
    """A number without a unit, or with a noun that is no budget (``70B params``)."""

    number: Number
    noun: str | None


What = Money | Compute | ChipTime | Cluster | Clock | CountOnly | Bare


class Mfu(NamedTuple):
    digits: str
    percent: bool


class Price(NamedTuple):
    digits: str
    prefix: str | None
    suffix: str | None


class On(NamedTuple):
    chips: Number | None
    hardware: tuple[str, ...]


class PriceKind(NamedTuple):
    kind: Literal["on-demand", "spot"]


Tail = Mfu | Price | On | PriceKind


class Budget(NamedTuple):
    what: What
    negative: bool
    tails: tuple[Tail, ...]


class Quantity(NamedTuple):
    """One number with its unit; ``unit`` is the terminal of the grammar that matched it."""

    number: Number
    negative: bool
    unit: str | None = None
    word: str = ""
    prefix: str | None = None
    suffix: str | None = None
