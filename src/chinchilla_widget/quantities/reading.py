"""The reader of budgets: text to what is to be spent, or one sentence saying why not."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, NoReturn

from chinchilla_widget.messages import ChinchillaError, say
from chinchilla_widget.quantities import records as said
from chinchilla_widget.quantities.currencies import CHOICES, code_of
from chinchilla_widget.quantities.grammar import parse_budget_text
from chinchilla_widget.quantities.numerals import (
    LARGEST,
    Context,
    Read,
    Rule,
    read_number,
    scale_of,
    typed,
)
from chinchilla_widget.quantities.opening import opened
from chinchilla_widget.quantities.printing import show, show_money
from chinchilla_widget.quantities.units import flop_in, hours_in, language_of

MOST_CHIPS: Final = 10**9
"""More than there are in the world."""

# What a shell leaves of “$1M”, “$100”, “$1,000” and “$1.5M” between double quotes: $1 is empty.
_SHELL_ATE = re.compile(
    r"(?:[kmbt]|mm|0+[kmbt]|00+|0{0,2}(?:[.,]000)+|[.,][0-9][0-9.,]*(?:e[0-9]+)?\s?[kmbt]?"
    r"|(?:thousand|million|billion|millon(?:es)?)(?:\s+(?:de\s+)?(?:dollars|dolares))?)"
    r"(?=$|\s+(?:on|at|en|spot|con|with)\b|\s*@)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class BudgetText:
    """A budget as it was written; ``value`` is in units of ``currency``, FLOP or chip-hours.

    A cluster's value is chips times hours, and ``chips`` keeps how many; money on so many chips
    ("$1M on 512 H100") has both too. ``accelerator`` is what was typed, for the catalogue to find;
    None where only "GPU" was said. ``note`` is an echo of the reading where it deserves one.
    """

    kind: Literal["money", "flop", "chip_time"]
    value: float
    currency: str = "USD"
    accelerator: str | None = None
    chips: int | None = None
    mfu: float | None = None
    price_per_hour: float | None = None
    price_currency: str | None = None
    price_kind: Literal["on-demand", "spot"] | None = None
    note: str | None = None


def parse_budget(text: str, lang: str = "en") -> BudgetText:
    """The budget that ``text`` states: money, FLOP, GPU time or a cluster for a time.

    English and Spanish are read alike; ``lang`` settles a separator that both could have meant,
    and is the language of the sentences. A month is 730.5 hours; ``$`` alone is US dollars.

    >>> parse_budget("512 H100 for 28 days at 40% MFU").value
    344064.0

    Raises ChinchillaError, with one sentence, for whatever is not a budget or has two readings.
    """
    lang = "es" if lang == "es" else "en"
    plain, quoted = opened(text, lang)
    if _SHELL_ATE.match(plain):
        raise ChinchillaError("quantities.shell_ate", lang, text=quoted)
    parsed = parse_budget_text(plain)
    if parsed is None:
        raise ChinchillaError("quantities.unreadable", lang, text=quoted)
    return _Interpreter(quoted, lang).budget(parsed)


class _Interpreter:
    """What a parsed budget means in a language; one instance a text."""

    def __init__(self, text: str, lang: str) -> None:
        self.text = text
        self.lang = lang
        self.notes: list[str] = []

    def budget(self, parsed: said.Budget) -> BudgetText:
        what, tails = parsed.what, list(parsed.tails)
        if isinstance(what, said.Clock):  # "28 days on 512 H100" is a cluster, said backwards
            on = next((t for t in tails if isinstance(t, said.On) and t.chips), None)
            if on and on.chips:
                what = said.Cluster(on.chips, on.hardware, what.time, what.unit)
                tails.remove(on)
        if parsed.negative or (isinstance(what, said.Money) and what.negative):
            self.refuse("negative")
        known = self.core(what)
        for tail in tails:
            self.add(known, self.tail(tail))
        if self.notes:
            known["note"] = "; ".join(self.notes)
        return BudgetText(**known)

    def core(self, what: said.What) -> dict[str, Any]:
        if isinstance(what, said.Money):
            return self.money(what)
        if isinstance(what, said.Compute):
            return self.compute(what)
        if isinstance(what, said.ChipTime):
            return self.chip_time(what)
        if isinstance(what, said.Cluster):
            return self.cluster(what)
        if isinstance(what, said.Clock):
            self.refuse("time_alone")
        if isinstance(what, said.CountOnly):
            self.count_only(what)
        self.bare(what)

    def money(self, what: said.Money) -> dict[str, Any]:
        currency = self.currency(what.prefix, what.suffix)
        rule: Rule = "language" if what.number.scale else "thousands"
        scale, _, _ = scale_of(what.number.scale)

        def offer(value: float) -> str:
            return show_money(value, currency, self.lang)

        read = read_number(
            what.number,
            rule,
            self.context(offer, what.suffix),
            millions_after=scale == "m" and what.prefix is None,
        )
        value = self.amount(read, offer)
        # In Spanish a bare $ may have meant pesos, and a B a billón: say what was read.
        symbols = {what.prefix, what.suffix} - {None}
        if self.lang == "es" and read.other is None and (symbols == {"$"} or scale in ("b", "t")):
            self.echo(offer(value))
        return {"kind": "money", "value": value, "currency": currency}

    def compute(self, what: said.Compute) -> dict[str, Any]:
        if what.kind == "SPEED":
            self.refuse("speed")
        unit, tens = flop_in(what.unit, what.kind)

        def offer(value: float) -> str:
            return f"{typed(value * unit, self.lang)} FLOP"

        read = read_number(what.number, "language", self.context(offer, what.unit), tens=tens)
        value = read.value * unit
        self.amount(Read(value), offer)
        if read.other is not None:
            self.echo(offer(read.value), offer(read.other))
        return {"kind": "flop", "value": value}

    def chip_time(self, what: said.ChipTime) -> dict[str, Any]:
        hours = hours_in(what.unit)
        accelerator = _named(what.hardware)

        def offer(value: float) -> str:
            name = accelerator or "GPU"
            amount = show(value * hours, "hours", self.lang)
            return f"{amount} horas de {name}" if self.lang == "es" else f"{amount} {name}-hours"

        rule: Rule = "language" if what.number.scale else "thousands"
        read = read_number(what.number, rule, self.context(offer, what.unit))
        value = self.amount(read, offer) * hours
        return {"kind": "chip_time", "value": value, "accelerator": accelerator}

    def count_only(self, what: said.CountOnly) -> NoReturn:
        """Chips without a time; a word without a digit ("1 BTC") may not be one at all."""
        name = _named(what.hardware)
        self.refuse("no_time" if name is None or re.search("[0-9]", name) else "unknown_unit")

    def cluster(self, what: said.Cluster) -> dict[str, Any]:
        if not what.hardware:
            self.refuse("no_hardware")
        chips = self.chips(what.chips)
        hours = hours_in(what.unit)

        def offer(value: float) -> str:
            return f"{typed(value, self.lang)} {what.unit}"

        time = read_number(what.time, "language", self.context(offer, what.unit))
        value = chips * self.amount(time, offer) * hours
        self.amount(Read(value), offer)
        return {
            "kind": "chip_time",
            "value": value,
            "accelerator": _named(what.hardware),
            "chips": chips,
        }

    def bare(self, what: said.Bare) -> NoReturn:
        read = read_number(what.number, "language", self.context(lambda v: typed(v, self.lang)))
        digits = _again(what.number, self.amount(read, str), self.lang)
        name, _, _ = scale_of(what.number.scale)
        if what.noun or name in ("b", "bn", "t", "tn"):
            raise ChinchillaError("quantities.model_size", self.lang, text=self.text, digits=digits)
        raise ChinchillaError("quantities.bare_number", self.lang, text=self.text, digits=digits)

    def tail(self, tail: said.Tail) -> dict[str, Any]:
        if isinstance(tail, said.Mfu):
            return {"mfu": self.mfu(tail)}
        if isinstance(tail, said.Price):
            return self.price(tail)
        if isinstance(tail, said.On):
            on: dict[str, Any] = {"accelerator": _named(tail.hardware)}
            return on | ({"chips": self.chips(tail.chips)} if tail.chips else {})
        return {"price_kind": tail.kind}

    def add(self, known: dict[str, Any], more: dict[str, Any]) -> None:
        """Puts a tail's values in; what was said before may be said again, not otherwise."""
        for name, value in more.items():
            if value is not None and known.get(name, value) not in (None, value):
                self.refuse("said_twice")
            known[name] = known.get(name) if value is None else value

    def mfu(self, tail: said.Mfu) -> float:
        number = said.Number(tail.digits, "%" if tail.percent else None)
        share = read_number(number, "decimal", self.context(str)).value
        if not 0 < share <= 1:
            self.refuse("mfu")
        return share

    def price(self, tail: said.Price) -> dict[str, Any]:
        currency = self.currency(tail.prefix, tail.suffix)

        def offer(value: float) -> str:
            return f"{show_money(value, currency, self.lang)}/h"

        price = read_number(said.Number(tail.digits), "price", self.context(offer)).value
        if price <= 0:
            self.refuse("price_zero")
        return {"price_per_hour": price, "price_currency": currency}

    def chips(self, number: said.Number) -> int:
        read = read_number(number, "thousands", self.context(lambda v: typed(v, self.lang)))
        if read.value != int(read.value) or not 1 <= read.value <= MOST_CHIPS:
            self.refuse("chips")
        return int(read.value)

    def currency(self, prefix: str | None, suffix: str | None) -> str:
        codes = []
        for name in (prefix, suffix):
            if name is None:
                continue
            code = code_of(name)
            if code is None:
                choices = CHOICES["yen" if "¥" in name else "peso"]
                raise ChinchillaError(
                    "quantities.which_currency",
                    self.lang,
                    text=self.text,
                    name=name,
                    choices=", ".join(choices),
                )
            codes.append(code)
        if len(codes) == 2 and prefix == "$":  # "$1M MXN": the code says which dollar or peso
            codes = codes[1:]
        if len(set(codes)) > 1:
            self.refuse("two_currencies")
        return codes[0]

    def amount(self, read: Read, offer: Callable[[float], str]) -> float:
        """A value that can be a budget; echoed where it could have been read otherwise."""
        if read.value <= 0:
            self.refuse("zero")
        if read.value > LARGEST:
            self.refuse("too_large")
        if read.other is not None:
            self.echo(offer(read.value), offer(read.other))
        return read.value

    def context(self, offer: Callable[[float], str], unit: str | None = None) -> Context:
        return Context(self.text, self.lang, offer, language_of(unit))

    def echo(self, reading: str, other: str = "") -> None:
        code = "quantities.read_as_not" if other else "quantities.read_as"
        self.notes.append(say(code, self.lang, reading=reading, other=other))

    def refuse(self, name: str) -> NoReturn:
        raise ChinchillaError(f"quantities.{name}", self.lang, text=self.text)


def _again(number: said.Number, value: float, lang: str) -> str:
    """The number as it was typed, to put a unit behind it; in ``lang`` if that was in words."""
    name, power, words = scale_of(number.scale)
    if not number.scale:
        return number.digits
    scale = number.scale.removesuffix(" de").removesuffix(" of").rstrip()
    if not words:
        return f"{number.digits}{scale}"
    if words != lang:
        return typed(value, lang)
    # "Medio millón", "un millón y medio"
    if number.and_half or number.digits == "0.5":
        digits, scale = typed(value / 10**power, lang), re.sub("illon$", "illones", scale)
    else:
        digits, scale = number.digits, re.sub("illon$", "illón", scale)
    return f"{digits} {scale}{' de' if words == 'es' and name != 'mil' else ''}"


_GENERIC = re.compile(
    r"(?:gpu|chip|accelerator|tarjeta)s?|acelerador(?:es)?", re.IGNORECASE | re.ASCII
)
_PLURAL = re.compile(r"(?<=[0-9])s\Z")


def _named(hardware: tuple[str, ...]) -> str | None:
    """The hardware as typed, without "GPU" and the plural; None where only that was said."""
    words = [word for word in hardware if not _GENERIC.fullmatch(word)]
    if not words:
        return None
    if words[-1].lower() == "tpus":
        words[-1] = words[-1][:-1]
    # "H100s" are several H100; "L40s" is a chip of its own.
    if words[-1].lower() != "l40s":
        words[-1] = _PLURAL.sub("", words[-1])
    return " ".join(words)
