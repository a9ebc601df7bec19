"""The thin layer between lark's rules and `records`. Imported late: it needs lark."""

from __future__ import annotations

from typing import Any

from lark import Token, Transformer

from chinchilla_widget.quantities import records as said

_TIMES = ("HOURS", "TIME")
_SCALES = ("SYMBOL", "WORD_SCALE", "MIL", "MILLIARD")


def _types(children: list[Any]) -> dict[str, str]:
    """The tokens among ``children``, by terminal; the last of each."""
    return {child.type: str(child) for child in children if isinstance(child, Token)}


def _scale(found: dict[str, str]) -> str | None:
    return next((found[name] for name in _SCALES if name in found), None)


def _numbers(children: list[Any]) -> list[said.Number]:
    return [child for child in children if type(child) is said.Number]


def _hardware(children: list[Any]) -> tuple[str, ...]:
    return next((child for child in children if type(child) is tuple), ())


def _unit(children: list[Any]) -> str:
    return next(str(c) for c in children if isinstance(c, Token) and c.type in _TIMES)


def _around(children: list[Any]) -> tuple[str | None, str | None]:
    """The currency before the number and the one after it."""
    prefix = suffix = None
    passed = False
    for child in children:
        if not isinstance(child, Token) or child.type == "NUMBER":
            passed = True
        elif child.type == "CURRENCY":
            prefix, suffix = (prefix, str(child)) if passed else (str(child), suffix)
    return prefix, suffix


class Records(Transformer[Any, Any]):
    """Rules to records; every method is named for its rule."""

    def plain(self, children: list[Any]) -> said.Number:
        found = _types(children)
        return said.Number(found["NUMBER"], _scale(found), "AND_HALF" in found)

    def spelled(self, children: list[Any]) -> said.Number:
        found = _types(children)
        return said.Number("0.5" if "HALF" in found else "1", _scale(found), "AND_HALF" in found)

    def thousands(self, children: list[Any]) -> said.Number:
        return said.Number("1", str(children[0]))

    def number(self, children: list[Any]) -> said.Number:
        number: said.Number = children[0]
        return number

    def hardware(self, children: list[Any]) -> tuple[str, ...]:
        return tuple(" ".join(child.split()) for child in children)

    def money(self, children: list[Any]) -> said.Money:
        return said.Money(_numbers(children)[0], *_around(children), "DASH" in _types(children))

    def compute(self, children: list[Any]) -> said.Compute:
        number, unit = children
        return said.Compute(number, unit.type, str(unit))

    def chip_time(self, children: list[Any]) -> said.ChipTime:
        return said.ChipTime(children[0], _unit(children), _hardware(children))

    def cluster(self, children: list[Any]) -> said.Cluster:
        chips, time = _numbers(children)
        return said.Cluster(chips, _hardware(children), time, _unit(children))

    def cluster_time_first(self, children: list[Any]) -> said.Cluster:
        time, chips = _numbers(children)
        return said.Cluster(chips, _hardware(children), time, _unit(children))

    def clock(self, children: list[Any]) -> said.Clock:
        return said.Clock(children[0], _unit(children))

    def count_only(self, children: list[Any]) -> said.CountOnly:
        return said.CountOnly(children[0], _hardware(children))

    def bare(self, children: list[Any]) -> said.Bare:
        return said.Bare(children[0], _types(children).get("NOUN"))

    def mfu_percent(self, children: list[Any]) -> said.Mfu:
        return said.Mfu(_types(children)["PERCENT"].rstrip("% "), True)

    def mfu_share(self, children: list[Any]) -> said.Mfu:
        return said.Mfu(_types(children)["NUMBER"], False)

    def price(self, children: list[Any]) -> said.Price:
        return said.Price(_types(children)["NUMBER"], *_around(children))

    def on(self, children: list[Any]) -> said.On:
        return said.On(next(iter(_numbers(children)), None), _hardware(children))

    def spot(self, children: list[Any]) -> said.PriceKind:
        return said.PriceKind("spot")

    def on_demand(self, children: list[Any]) -> said.PriceKind:
        return said.PriceKind("on-demand")

    def budget(self, children: list[Any]) -> said.Budget:
        negative = isinstance(children[0], Token)
        what, *tails = children[negative:]
        return said.Budget(what, negative, tuple(tails))

    def unit(self, children: list[Any]) -> Token:
        """Hours of chips are hours; every other unit is its own token."""
        tokens = [child for child in children if isinstance(child, Token)]
        return next((t for t in tokens if t.type == "HOURS"), tokens[0])

    def amount(self, children: list[Any]) -> said.Quantity:
        number, *unit = children
        return (
            said.Quantity(number, False, unit[0].type, str(unit[0]))
            if unit
            else said.Quantity(number, False)
        )

    def share(self, children: list[Any]) -> said.Quantity:
        return said.Quantity(said.Number(children[0].rstrip("% ")), False, "PERCENT", "%")

    def paid(self, children: list[Any]) -> said.Quantity:
        prefix, suffix = _around(children)
        found = _types(children)
        number = _numbers(children)[0]
        unit = "PER" if "PER" in found else "CURRENCY"
        return said.Quantity(number, "DASH" in found, unit, prefix or suffix or "", prefix, suffix)

    def quantity(self, children: list[Any]) -> said.Quantity:
        quantity: said.Quantity = children[-1]
        return quantity._replace(negative=quantity.negative or len(children) > 1)
