"""A whole clip at another frame rate: decoded, interpolated and encoded picture by picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from clappper.base.errors import UnusableInputError
from clappper.base.units import FrameRate
from clappper.media.audio import read_audio
from clappper.media.decode import FrameReader
from clappper.media.encode import FrameWriter
from clappper.media.encoding import Encoding
from clappper.media.interpolate.retime import Retimer, TimedRetimer
from clappper.media.interpolate.warp import Interpolator
from clappper.media.probe import MediaFacts, probe

LEAST_FACTOR, LARGEST_FACTOR = 2, 8
FASTEST = 240
OPTIONS = {"preset": "veryfast", "crf": "14"}
"""Near the source, because the result goes on to be edited."""

Report = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Interpolated:
    """What was written: ``frames`` pictures at ``rate``. ``cuts`` are source frames that start a new shot."""

    frames: int
    rate: FrameRate
    source_frames: int
    source_rate: FrameRate
    cuts: tuple[int, ...]


def multiplied(rate: FrameRate, factor: int) -> FrameRate:
    """Give a rate ``factor`` times as fast.

    Raises:
        UnusableInputError: the factor is not 2 to 8.
    """
    if not LEAST_FACTOR <= factor <= LARGEST_FACTOR:
        raise UnusableInputError(f"A clip can be made 2 to 8 times as smooth, not {factor} times.")
    return FrameRate(rate.num * factor, rate.den)


def write_interpolated(
    source: Path,
    destination: Path,
    interpolator: Interpolator,
    target: FrameRate | int,
    report: Report = lambda _: None,
) -> Interpolated:
    """Write a clip at the rate ``target``, or ``target`` times its own, with its sound and exact length.

    Raises:
        UnusableInputError: the source is no clip or damaged, or the rate makes no sense.
        ClappperError: the destination cannot be written.
    """
    facts = _clip_facts(source)
    rate = multiplied(facts.rate, target) if isinstance(target, int) else target
    if rate.fps > FASTEST:
        raise UnusableInputError(
            f"{float(rate.fps):g} frames a second is more than any player shows.", f"Stay within {FASTEST}."
        )
    total = _frame_count(facts)
    shown = facts.duration_seconds if facts.is_variable_rate else total / facts.rate.fps
    length = max(1, round(Fraction(shown) * rate.fps))
    width, height = facts.width + facts.width % 2, facts.height + facts.height % 2
    sound = read_audio(source) if facts.has_audio else None
    with (
        FrameReader(source, rate=facts.rate, width=width, height=height) as reader,
        FrameWriter(destination, Encoding(width, height, rate, options=OPTIONS), sound) as writer,
    ):
        even, timed = (
            Retimer(reader, total - 1, interpolator),
            TimedRetimer(reader, facts.rate.fps, interpolator),
        )
        for number in range(length):
            seconds = Fraction(number) / rate.fps
            picture = timed.at(seconds) if facts.is_variable_rate else even.at(seconds * facts.rate.fps)
            writer.write(picture)
            report((number + 1) / length)
    return Interpolated(length, rate, total, facts.rate, tuple(sorted(even.cuts | timed.cuts)))


def _clip_facts(source: Path) -> MediaFacts:
    facts = probe(source)
    if facts.kind != "video":
        raise UnusableInputError(f"{source.name} is no clip.", "Choose a file with moving pictures.")
    return facts


def _frame_count(facts: MediaFacts) -> int:
    counted = facts.frame_count if not facts.is_variable_rate else None
    return max(1, counted or facts.rate.frame_at(facts.duration_seconds))
