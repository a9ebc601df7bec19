"""What repetition is worth: effective tokens and effective parameters.

Muennighoff et al. 2023 (arXiv:2305.16264), equations 5 and 6. Arithmetic only: every carrier.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def saturating(repeats: Any, scale: Any) -> Any:
    """``scale·(1 − e^(−repeats/scale))``: what repeats are worth, in first readings."""
    return scale * (1.0 - np.exp(repeats / (-scale)))


def effective_tokens(unique_tokens: Any, repeats: Any, scale: Any) -> Any:
    """Fresh tokens worth as much as ``unique_tokens`` read ``1 + repeats`` times."""
    return unique_tokens * (1.0 + saturating(repeats, scale))


def effective_params(params: Any, useful_params: Any, scale: Any) -> Any:
    """Params worth as much where only ``useful_params`` suit the unique data (equation 6)."""
    excess = np.maximum(params / useful_params - 1.0, 0.0)
    return np.minimum(params, useful_params) * (1.0 + saturating(excess, scale))
