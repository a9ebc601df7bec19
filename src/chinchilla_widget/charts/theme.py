"""Colours, type and axes that every panel shares.

On a page the colours are CSS variables, so a notebook's theme changes them without a redraw; a
figure for a paper carries the values themselves.
"""

from __future__ import annotations

from typing import Any, Final

PAGE: Final = {
    "params": "var(--cw-params)",
    "tokens": "var(--cw-tokens)",
    "ink": "var(--cw-ink)",
    "muted": "var(--cw-muted)",
    "hairline": "var(--cw-hairline)",
    "surface": "var(--cw-surface)",
}
FIGURE: Final = {
    "params": "#3e63c9",
    "tokens": "#d6802b",
    "ink": "#1a1c20",
    "muted": "#5f6673",
    "hairline": "#e2e4e8",
    "surface": "#ffffff",
}

# Of a figure: fonts that have every superscript, or 10¹⁸ would come out in another than 10²¹.
# A plain "sans-serif" is often one that has ¹, ² and ³ alone.
FONTS: Final = "DejaVu Sans,Noto Sans,Segoe UI,Lucida Grande,Arial Unicode MS,sans-serif"

# Ticks of a logarithmic axis: powers of ten, as many as any axis may reach.
POWERS: Final = [10.0**power for power in range(43)]

_SYMBOLS: Final = {1e12: "T", 1e9: "B", 1e6: "M", 1e3: "k"}
_DIGITS: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_POWER: Final = "round(log(datum.value) / LN10)"


def count_labels(lang: str) -> str:
    """Axis labels in the field's symbols, thousands of the largest as the language groups them."""

    def label(unit: float, symbol: str) -> str:
        number = f"format(datum.value / {unit:.0f}, ',~r')"
        if lang == "es" and symbol == "T":  # four digits stand together there
            plain = f"format(datum.value / {unit:.0f}, '~r')"
            number = f"(datum.value < 1e16 ? {plain} : join(split({number}, ','), '.'))"
        return f"datum.value >= {unit:.0f} ? {number} + '{symbol}' : "

    return "".join(label(*each) for each in _SYMBOLS.items()) + "format(datum.value, '~r')"


def decimals(lang: str) -> dict[str, Any]:
    """What an axis of plain numbers needs, so that its labels have the language's decimal mark."""
    return {"labelExpr": "replace(datum.label, '.', ',')"} if lang == "es" else {}


def _digit(number: str) -> str:
    return f"slice('{_DIGITS}', {number}, {number} + 1)"


POWER_LABELS: Final = (
    f"'10' + ({_POWER} > 9 ? {_digit(f'floor({_POWER} / 10)')} : '') + {_digit(f'{_POWER} % 10')}"
)


def config(colors: dict[str, str]) -> dict[str, Any]:
    """The Vega-Lite config of a panel."""
    return {
        "background": None if colors is PAGE else colors["surface"],
        **({} if colors is PAGE else {"font": FONTS}),  # the page names its own
        "view": {"stroke": None},
        "axis": {
            "domain": False,
            "ticks": False,
            "grid": True,
            "gridColor": colors["hairline"],
            "gridDash": [3, 3],
            "labelColor": colors["muted"],
            "labelFontSize": 11,
            "labelPadding": 6,
            "labelFlush": False,
            "titleColor": colors["muted"],
            "titleFontSize": 11,
            "titleFontWeight": "normal",
            "titlePadding": 8,
        },
        "text": {"fontSize": 11},
        "legend": {"disable": True},
    }
