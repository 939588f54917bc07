from pathlib import Path

import pytest

from clappper.base.units import FrameRange, FrameRate
from clappper.brief.schema import AdBrief
from clappper.flow.footage import known_take, take_of, title_of
from clappper.store.assets import Asset
from clappper.store.project import ProjectFolder
from clappper.timeline.model import MediaKind
from tests.unit.flow.conftest import three_shots

RATE = FrameRate(30)


def asset(kind: str, origin: str, path: str, **facts: object) -> Asset:
    return Asset("asset_1", kind, path, "0" * 64, 1, dict(facts), origin, "2026-01-01T00:00:00+00:00")


@pytest.mark.parametrize(
    ("kind", "facts", "available"),
    [
        ("video", {"duration_seconds": 2.0, "width": 64, "height": 36, "has_audio": True}, FrameRange(0, 60)),
        ("audio", {"duration_seconds": 0.0, "audio_seconds": 1.5}, FrameRange(0, 45)),
        ("still", {"duration_seconds": 0.0, "width": 64, "height": 36}, FrameRange(0, 0)),
    ],
)
def test_an_asset_becomes_a_take_in_frames(
    tmp_path: Path, kind: str, facts: dict[str, object], available: FrameRange
) -> None:
    with ProjectFolder.create(tmp_path / "ad") as project:
        take = take_of(project, asset(kind, "import:my clip.mp4", "media/0.mp4", **facts), RATE)
    assert (take.kind, take.available, take.label) == (MediaKind(kind), available, "my clip")
    assert (take.has_audio, take.focus, take.asset_id) == (
        bool(facts.get("has_audio")),
        (0.5, 0.5),
        "asset_1",
    )


def test_what_was_generated_is_called_after_who_made_it() -> None:
    made = asset("video", "job:job_7", "generated/motion/job_7.mp4")
    assert title_of(made) == "motion"


def test_a_take_that_a_clip_has_is_found_again(brief: AdBrief) -> None:
    timeline = three_shots(brief)
    found = known_take(timeline, asset("video", "import:b.mp4", "media/b.mp4"))
    assert found is not None
    assert found.id == "b-take"
    assert known_take(timeline, asset("video", "import:x.mp4", "media/x.mp4")) is None
