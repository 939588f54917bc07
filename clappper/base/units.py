"""Money, frame rates and frame ranges: exact integers, so that no cent and no frame is lost to rounding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Self

MICROS_PER_DOLLAR = 1_000_000
MICROS_PER_CENT = 10_000


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount of US dollars in whole micro-dollars."""

    micros: int = 0

    @classmethod
    def dollars(cls, amount: Decimal | float | str) -> Self:
        """Round ``amount`` dollars to the nearest micro-dollar, halves to even."""
        exact = Decimal(str(amount)) * MICROS_PER_DOLLAR
        return cls(int(exact.to_integral_value(ROUND_HALF_EVEN)))

    def __add__(self, other: Self) -> Self:
        return type(self)(self.micros + other.micros)

    def __sub__(self, other: Self) -> Self:
        return type(self)(self.micros - other.micros)

    def __str__(self) -> str:
        """Show it rounded to cents, halves up: ``$1.50``; less than a cent is ``<$0.01``."""
        sign, amount = "-" if self.micros < 0 else "", abs(self.micros)
        if 0 < amount < MICROS_PER_CENT:
            return f"{sign}<$0.01"
        whole, cents = divmod((amount + MICROS_PER_CENT // 2) // MICROS_PER_CENT, 100)
        return f"{sign}${whole}.{cents:02d}"

    @property
    def exact(self) -> str:
        """Show it with all its digits, as prices of a second or a token need: ``$0.0042``."""
        sign = "-" if self.micros < 0 else ""
        whole, rest = divmod(abs(self.micros), MICROS_PER_DOLLAR)
        return f"{sign}${whole}.{f'{rest:06d}'.rstrip('0').ljust(2, '0')}"

    @property
    def rounded_up(self) -> Money:
        """Give the next whole cent: what something costs at most is not told too low."""
        return Money(-(-self.micros // MICROS_PER_CENT) * MICROS_PER_CENT)


def price_range(low: Money | None, high: Money | None) -> str:
    """Show a price range: ``$0.40 to $0.60``, ``up to $0.60``, ``free``, or ``unknown`` without ``high``."""
    if high is None:
        return "unknown"
    if not high.micros:
        return "free"
    most = str(high if high.micros < MICROS_PER_CENT else high.rounded_up)
    if low is None or str(low) == most or low == high:
        return most
    return f"{low} to {most}" if low.micros else f"up to {most}"


@dataclass(frozen=True, slots=True)
class FrameRate:
    """Frames per second as an exact fraction, such as 30000/1001."""

    num: int
    den: int = 1

    def __post_init__(self) -> None:
        if self.num <= 0 or self.den <= 0:
            raise ValueError(f"a frame rate is positive, not {self.num}/{self.den}")

    @property
    def fps(self) -> Fraction:
        return Fraction(self.num, self.den)

    def frame_at(self, seconds: Fraction | float) -> int:
        """Give the frame whose start is nearest to ``seconds``."""
        return round(Fraction(seconds) * self.fps)

    def seconds_at(self, frame: int) -> float:
        """Give the time, in seconds, at which ``frame`` starts."""
        return float(frame / self.fps)

    def timecode(self, frame: int) -> str:
        """Show ``frame`` as non-drop ``HH:MM:SS:FF``, counted at the rounded rate."""
        base = round(self.fps)
        sign = "-" if frame < 0 else ""
        seconds, frames = divmod(abs(frame), base)
        minutes, seconds = divmod(seconds, 60)
        hours, minutes = divmod(minutes, 60)
        return f"{sign}{hours:02d}:{minutes:02d}:{seconds:02d}:{frames:02d}"


@dataclass(frozen=True, slots=True, order=True)
class FrameRange:
    """Whole frames from ``start`` up to, but without, ``end``."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"a frame range ends at or after its start, not {self.start}..{self.end}")

    def __len__(self) -> int:
        return self.end - self.start

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.start, self.end))

    def __contains__(self, frame: int) -> bool:
        return self.start <= frame < self.end

    def shifted(self, by_frames: int) -> Self:
        return type(self)(self.start + by_frames, self.end + by_frames)

    def intersection(self, other: Self) -> Self:
        """Give the frames in both; an empty range at ``other``'s side when they do not meet."""
        start = max(self.start, other.start)
        return type(self)(start, max(start, min(self.end, other.end)))

    def overlaps(self, other: Self) -> bool:
        return self.start < other.end and other.start < self.end
