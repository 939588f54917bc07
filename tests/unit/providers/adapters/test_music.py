import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from clappper.base.errors import UnusableInputError
from clappper.base.units import Money
from clappper.media.audio import RATE, read_audio
from clappper.providers.adapters.music import create, make_bed
from clappper.providers.child import facts_file
from clappper.providers.contract import GenRequest, Kind, RemoteState
from clappper.providers.workbench import Workbench

REQUEST = GenRequest(
    "bed", Kind.MUSIC, "music", "bed-1", "warm, cosy", 2.0, seed=4, extra={"bpm": 120, "mood": "warm"}
)


async def test_a_bed_is_composed_in_a_child_and_comes_with_its_beats(tmp_path: Path) -> None:
    music = create(Workbench(tmp_path / "scratch"))
    try:
        remote_id = await music.submit(REQUEST)
        progress = await music.poll(remote_id)
        while progress.state is RemoteState.RUNNING:
            await asyncio.sleep(0.05)
            progress = await music.poll(remote_id)
        assert progress.state is RemoteState.SUCCEEDED, progress.error
        assert progress.cost == Money()
        assert progress.sent["beats_seconds"][:2] == [0.0, 0.5]
        await music.fetch(remote_id, progress.outputs[0], tmp_path / "bed.wav")
        assert len(read_audio(tmp_path / "bed.wav")) == 2 * RATE
    finally:
        await music.aclose()


def test_the_beats_lie_beside_the_music(tmp_path: Path) -> None:
    steps: list[float] = []
    make_bed(REQUEST, tmp_path / "a.wav", lambda fraction, _stage: steps.append(fraction))
    facts = json.loads(facts_file(tmp_path / "a.wav").read_text())
    assert facts["bpm"] == 120
    assert facts["licence"] == "ok"
    assert steps == sorted(steps)
    make_bed(REQUEST, tmp_path / "b.wav", lambda _fraction, _stage: None)
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()


@pytest.mark.parametrize(
    ("extra", "field"),
    [
        ({"mood": "grumpy"}, "extra.mood"),
        ({"bpm": 20}, "extra.bpm"),
        ({"bpm": True}, "extra.bpm"),
        ({"bpm": "fast"}, "extra.bpm"),
        ({"sections": 3}, "extra.sections"),
        ({"tempo": 90}, "extra.tempo"),
    ],
)
async def test_wrong_options_are_named_before_anything_starts(
    tmp_path: Path, extra: dict[str, object], field: str
) -> None:
    music = create(Workbench(tmp_path))
    request = replace(REQUEST, extra=extra)
    assert [issue.field for issue in music.validate(request) if issue.blocking] == [field]
    with pytest.raises(UnusableInputError):
        await music.submit(request)


async def test_it_is_always_ready_and_free(tmp_path: Path) -> None:
    music = create(Workbench(tmp_path))
    assert (await music.check()).ready
    assert music.estimate(REQUEST).high == Money()
    assert music.validate(REQUEST) == ()
