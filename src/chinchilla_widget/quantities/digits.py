"""Rounding on decimal digits, the one way `js/format.ts` can do exactly the same.

A float is taken as its shortest decimal text, which Python and JavaScript agree on, and rounded
half up on those digits: 1.005 to two decimals is 1.01, as the person who typed it expects, and not
what binary arithmetic makes of it.
"""

from __future__ import annotations

from typing import Final, NamedTuple

MINUS: Final = "\u2212"
_SUPERSCRIPT: Final = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


class Decimal10(NamedTuple):
    """``d.ddd × 10^exponent``, the digits of a positive number; zero is ("0", 0)."""

    digits: str
    exponent: int

    def scaled(self, power: int) -> Decimal10:
        """Ten to ``power`` times as much."""
        return Decimal10(self.digits, self.exponent + power) if self.digits != "0" else self

    def rounded(self, count: int) -> Decimal10:
        """Half up, to ``count`` significant digits, zeros kept; a carry moves the exponent."""
        if count < 0:
            return Decimal10("0", 0)
        kept, rest = self.digits[:count], self.digits[count:]
        if rest[:1] < "5":
            return Decimal10(kept.ljust(count, "0"), self.exponent) if count else ZERO
        up = str(int(kept or "0") + 1)
        if len(up) > count:  # 99.96 to three digits is 100
            return Decimal10(up[: max(count, 1)], self.exponent + 1)
        return Decimal10(up.rjust(count, "0"), self.exponent)

    def to_decimals(self, decimals: int) -> Decimal10:
        """Half up, to ``decimals`` digits after the decimal mark."""
        return self.rounded(self.exponent + 1 + decimals)


ZERO: Final = Decimal10("0", 0)


def shortest(value: float) -> Decimal10:
    """The shortest digits that read back as ``value``, which is positive or zero, and finite."""
    mantissa, _, power = f"{value!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    exponent = len(whole.lstrip("0")) - 1
    if exponent < 0:
        exponent = len(digits) - len(fraction) - 1
    digits = digits.rstrip("0")
    return Decimal10(digits, exponent + int(power or 0)) if digits else ZERO


def positional(number: Decimal10, decimals: int, lang: str, *, trim: int | None = None) -> str:
    """``1,234.50``: ``decimals`` digits after the mark; zeros cut back down to ``trim`` of them.

    Spanish sets four-digit numbers without a separator, as its orthography asks.
    """
    digits, exponent = number.to_decimals(decimals)
    if exponent < 0:
        digits, exponent = "0" * -exponent + digits, 0
    padded = digits.ljust(exponent + 1 + decimals, "0")
    whole, fraction = padded[: exponent + 1], padded[exponent + 1 :][:decimals]
    if trim is not None:
        fraction = fraction[:trim] + fraction[trim:].rstrip("0")
    if lang == "es":
        whole = f"{int(whole):,}".replace(",", ".") if len(whole) > 4 else whole
        return f"{whole},{fraction}" if fraction else whole
    whole = f"{int(whole):,}"
    return f"{whole}.{fraction}" if fraction else whole


def significant(number: Decimal10, count: int, lang: str, *, trim: int | None = None) -> str:
    """``count`` significant digits, and never fewer than all whole ones: 1.98, 18.1, 1,234."""
    if number.digits == "0":
        return "0"
    decimals = max(0, count - 1 - number.exponent)
    if number.to_decimals(decimals).exponent > number.exponent:
        decimals = max(0, decimals - 1)
    return positional(number, decimals, lang, trim=trim)


def power_of_ten(number: Decimal10, lang: str) -> str:
    """``4.02 × 10²³``, three digits, with spaces that do not break."""
    digits, exponent = number.rounded(3)
    mark = "," if lang == "es" else "."
    raised = str(exponent).translate(_SUPERSCRIPT)
    return f"{digits[0]}{mark}{digits[1:].ljust(2, '0')}\u00a0×\u00a010{raised}"


def exact(number: Decimal10) -> str:
    """The shortest exact text, in no language: 7e10, 512, 0.4."""
    digits, exponent = number
    mantissa = digits[0] + (f".{digits[1:]}" if len(digits) > 1 else "")
    scientific = f"{mantissa}e{exponent}"
    if exponent < 0:
        plain = "0." + "0" * (-exponent - 1) + digits
    else:
        whole, fraction = digits[: exponent + 1].ljust(exponent + 1, "0"), digits[exponent + 1 :]
        plain = f"{whole}.{fraction}" if fraction else whole
    return plain if len(plain) <= len(scientific) else scientific
