"""Where a clip's keyframes and seams are: from its recipe, at its own rate, and from the edit's markers."""

import json
from dataclasses import replace
from fractions import Fraction

from clappper.base.units import FrameRange
from clappper.flow.project.session import Session
from clappper.flow.reviewing.landmarks import Landmarks, landmarks
from clappper.flow.reviewing.review_desk import generated_clips
from clappper.jobs.recipes import DOCUMENT, SEAM_MARKER
from clappper.timeline.model import Clip, Footage, Marker, MediaKind, Take, Track, TrackKind
from tests.unit.review.clips import land


def recipe(job: str, seams: list[int]) -> str:
    moments = [{"frame": frame} for frame in (0, 12, 24)]
    drifts = [
        {"frame": 12, "by": "CLIP", "across": None, "inside": None, "reason": "cannot compute: no."},
        {"frame": 12, "by": "EfficientNet", "across": 0.25, "inside": 0.05, "reason": ""},
    ]
    page = {"job": job, "recipe": {"fps": 24.0, "moments": moments}, "stitches": [12], "seams": seams}
    page["drifts"] = drifts
    return json.dumps(page)


def test_frames_of_a_recipe_are_told_at_the_clips_own_rate(session: Session) -> None:
    land(session.project, 2)
    session.project.documents.save(DOCUMENT, "s0", recipe("job-alpha-0", [12]))
    session.project.documents.save(DOCUMENT, "s0", recipe("job-alpha-1", []))
    found = landmarks(session, generated_clips(session.project))
    words = {4: ("CLIP: cannot compute: no.", "EfficientNet 0.250 across, 0.050 inside")}
    assert found["asset-alpha-0"] == Landmarks((0, 4, 8), (4,), (4,), words)
    assert found["asset-alpha-1"] == Landmarks((0, 4, 8), (4,), (), words)


def test_a_marker_of_the_edit_is_found_in_the_clip_under_it(session: Session) -> None:
    land(session.project, 2)
    rate = session.timeline.rate
    second = round(rate.fps)
    take = Take("t", "x.mp4", MediaKind.VIDEO, FrameRange(0, 10 * second), asset_id="asset-alpha-1")
    clip = Clip(
        "c", Footage((take,)), FrameRange(second, 4 * second), source_start=second // 2, speed=Fraction(2)
    )
    track = Track("v", TrackKind.VIDEO, "Pictures", (clip,))
    markers = (
        Marker(2 * second, f"{SEAM_MARKER} s1"),
        Marker(2 * second + 5, "beat"),
        Marker(0, f"{SEAM_MARKER} s0"),
    )
    session.edit("mark", lambda timeline: replace(timeline, tracks=(track,), markers=markers))
    session.project.documents.save(DOCUMENT, "s1", recipe("job-alpha-1", [60]))
    found = landmarks(session, generated_clips(session.project))
    assert found["asset-alpha-0"] == Landmarks()
    assert found["asset-alpha-1"].seams == (20,)
