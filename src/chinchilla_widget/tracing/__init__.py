"""The two carriers of arithmetic that are ours: ``Dual`` (derivatives) and ``Symbol`` (Vega text).

A formula written once with Python operators and NumPy functions runs on floats, on arrays, on
duals over either, and on symbols (or duals over symbols, which is how a derivative gets into a
chart).
"""

from chinchilla_widget.tracing.dual import Dual, Outer, where
from chinchilla_widget.tracing.symbol import Symbol, emit

__all__ = ["Dual", "Outer", "Symbol", "emit", "where"]
