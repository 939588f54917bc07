"""At which rate a clip really plays, from the times of its pictures: headers guess, and some lie."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from statistics import median

from clappper.base.units import FrameRate

_STANDARD_RATES = tuple(
    Fraction(rate)
    for rate in ("24000/1001", "24", "25", "30000/1001", "30", "48", "50", "60000/1001", "60", "120")
)


def is_uneven(moments: list[int]) -> bool:
    """Whether the pace varies, beyond the rounding of times to ticks and a few missing pictures.

    ``moments`` are rising presentation times in ticks.
    """
    steps = [after - before for before, after in pairwise(moments)]
    if len(steps) < 2:
        return False
    usual = median(steps)
    odd = sum(abs(step - usual) > max(1.0, 0.05 * usual) for step in steps)
    return odd > len(steps) / 10


def real_rate(moments: list[int], base: Fraction, stated: Fraction | None) -> FrameRate:
    """Give the rate of the frame times: their average, or the usual pace of a steady clip.

    ``base`` is the length of a tick in seconds. Times are rounded to ticks, so a steady clip takes what
    its header states, or else the nearest standard rate, where that fits within the rounding.
    """
    if len(moments) < 2:
        return _as_rate(stated or Fraction(25))
    if is_uneven(moments):
        return _as_rate(((len(moments) - 1) / ((moments[-1] - moments[0]) * base)).limit_denominator(1001))
    pace = 1 / (_usual_step(moments) * base)
    rounding = Fraction(1, moments[-1] - moments[0]) + Fraction(1, 5000)
    reference = stated if stated and abs(stated / pace - 1) <= rounding else pace
    near = [rate for rate in _STANDARD_RATES if abs(rate / reference - 1) <= Fraction(1, 5000)]
    return _as_rate(near[0] if near else reference.limit_denominator(3001))


def _usual_step(moments: list[int]) -> Fraction:
    """Average the steps of a steady clip, without those over missing pictures."""
    steps = [after - before for before, after in pairwise(moments)]
    usual = median(steps)
    regular = [step for step in steps if abs(step - usual) <= max(1.0, 0.05 * usual)]
    return Fraction(sum(regular), len(regular))


def _as_rate(fps: Fraction) -> FrameRate:
    return FrameRate(fps.numerator, fps.denominator) if fps > 0 else FrameRate(1)
