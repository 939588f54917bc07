from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from clappper.base.units import FrameRange
from clappper.flow.editing.colour_match import match_colour
from clappper.flow.project.session import Session
from clappper.media.colour import GradeValues
from clappper.media.conform import yuv_of
from clappper.media.encode import FrameWriter
from clappper.media.encoding import Encoding
from clappper.timeline.change import with_clips
from clappper.timeline.model import Clip, Footage, MediaKind, Take
from clappper.timeline.queries import clip_of


def write(path: Path, session: Session, values: GradeValues) -> None:
    ramp = np.linspace(0.1, 0.8, 64, dtype=np.float32)[None, :, None] * np.ones((36, 1, 3), np.float32)
    rgb = np.round(np.clip(values.apply(ramp), 0, 1) * 255).astype(np.uint8)
    with FrameWriter(path, Encoding(64, 36, session.timeline.rate, options={"crf": "4"})) as writer:
        for _ in range(4):
            writer.write(yuv_of(rgb))


async def test_shots_are_matched_in_one_step(session: Session) -> None:
    clips = []
    for at, (name, values) in enumerate(
        {"one": GradeValues(), "two": GradeValues(0.4), "three": GradeValues(-0.3)}.items()
    ):
        write(session.project.media / f"{name}.mp4", session, values)
        take = Take(name, f"media/{name}.mp4", MediaKind.VIDEO, FrameRange(0, 4), 64, 36)
        clips.append(Clip(name, Footage((take,)), FrameRange(4 * at, 4 * at + 4)))
    session.edit("Lay", lambda timeline: with_clips(timeline, {"shots": clips}))
    steps = session.place
    assert await match_colour(session, ["one", "two", "three"], "two") == ()
    assert (session.place, session.undo_name) == (steps + 1, "Match colour")
    found = [clip_of(session.timeline, name).grade.exposure for name in ("one", "two", "three")]
    assert found == pytest.approx([0.4, 0.0, 0.7], abs=0.12)
