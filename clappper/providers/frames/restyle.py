"""A clip in the look of a few of its pictures that were edited."""

from __future__ import annotations

from pathlib import Path

from clappper.base.errors import UnusableInputError
from clappper.media.audio import read_audio
from clappper.media.decode import FrameReader, StillReader
from clappper.media.encode import FrameWriter
from clappper.media.encoding import Encoding
from clappper.media.probe import probe
from clappper.media.spread import EditedFrame, spread
from clappper.providers.child import Report
from clappper.providers.contract import GenRequest, Role
from clappper.providers.frames.film import OPTIONS


def make(request: GenRequest, destination: Path, report: Report) -> None:
    """Write the source video of a request in the look of its keyframes, each at its ``at_seconds``.

    Raises:
        UnusableInputError: there is no clip or no edited picture, or one cannot be read.
    """
    source = next((Path(file.path) for file in request.files if file.role is Role.SOURCE_VIDEO), None)
    pictures = [file for file in request.files if file.role is Role.KEYFRAME]
    if source is None or not pictures:
        raise UnusableInputError("Spreading a look needs a clip and an edited picture of it.")
    facts = probe(source)
    total = max(1, facts.frame_count or facts.rate.frame_at(facts.duration_seconds))
    size = facts.width // 2 * 2, facts.height // 2 * 2
    edited = [
        EditedFrame(
            min(max(facts.rate.frame_at(file.at_seconds or 0.0), 0), total - 1),
            StillReader(Path(file.path), width=size[0], height=size[1]).at(0),
        )
        for file in pictures
    ]
    sound = read_audio(source) if facts.has_audio else None
    with (
        FrameReader(source, rate=facts.rate, width=size[0], height=size[1]) as reader,
        FrameWriter(destination, Encoding(*size, facts.rate, options=OPTIONS), sound) as writer,
    ):
        for number, picture in enumerate(spread(reader, total, edited), 1):
            writer.write(picture)
            report(number / total, "spreading the look")
