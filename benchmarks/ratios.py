"""Statistics of measured numbers. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean, median


def ratio(above: Iterable[float], below: Iterable[float]) -> float:
    """The median of one side over the median of the other."""
    return median(above) / median(below)


def exponent(points: Mapping[int, float]) -> float:
    """The slope of a straight line through size and time on logarithmic scales: 1 is linear growth.

    Least squares. Raises ValueError for fewer than two sizes.
    """
    if len(points) < 2:
        raise ValueError("a slope needs two sizes")
    across, up = [math.log(size) for size in points], [math.log(time) for time in points.values()]
    x, y = fmean(across), fmean(up)
    rise = sum((a - x) * (b - y) for a, b in zip(across, up, strict=True))
    return rise / sum((a - x) ** 2 for a in across)


def rounded(numbers: Mapping[str, float | int]) -> dict[str, float | int]:
    """Four significant digits: the rest is noise. Whole numbers stay whole."""
    return {key: value if isinstance(value, int) else float(f"{value:.4g}") for key, value in numbers.items()}


def spread(values: Sequence[float]) -> float:
    """The range of one side's values, as a share of their median."""
    return (max(values) - min(values)) / median(values)
