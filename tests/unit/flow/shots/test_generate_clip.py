from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from clappper.base.errors import UnusableInputError
from clappper.base.events import EventHub
from clappper.base.units import Money
from clappper.flow.shots.generate_clip import ClipOrder, Quote, clip_request, generate_clip
from clappper.providers.contract import Capabilities, Kind, Role
from clappper.providers.workbench import EMBEDDED

MODEL = Capabilities(
    "paid",
    "m1",
    (Kind.TEXT_TO_VIDEO, Kind.IMAGE_TO_VIDEO, Kind.KEYFRAMES),
    seconds=(4, 10),
    durations=(4, 6, 10),
    fps=(16, 25),
)
ORDER = ClipOrder(Path("p"), "paid", "m1", "a calm sea")


def pictures(folder: Path, count: int) -> tuple[Path, ...]:
    paths = tuple(folder / f"{n}.png" for n in range(count))
    for path in paths:
        path.write_bytes(path.name.encode())
    return paths


def test_what_is_not_said_suits_the_model() -> None:
    request = clip_request(ORDER, MODEL)
    assert (request.kind, request.seconds, request.fps) == (Kind.TEXT_TO_VIDEO, 6, 25)
    assert (request.width, request.height) == (1080, 1920)


@pytest.mark.parametrize(
    ("count", "kind", "roles"),
    [
        (1, Kind.IMAGE_TO_VIDEO, [Role.FIRST_FRAME]),
        (2, Kind.KEYFRAMES, [Role.FIRST_FRAME, Role.LAST_FRAME]),
        (3, Kind.KEYFRAMES, [Role.FIRST_FRAME, Role.KEYFRAME, Role.LAST_FRAME]),
    ],
)
def test_pictures_take_their_parts_in_order(
    tmp_path: Path, count: int, kind: Kind, roles: list[Role]
) -> None:
    order = replace(ORDER, images=pictures(tmp_path, count), seconds=8.0)
    request = clip_request(order, MODEL)
    assert (request.kind, [file.role for file in request.files]) == (kind, roles)
    assert [file.at_seconds for file in request.files if file.role is Role.KEYFRAME] == [4.0] * (count == 3)


@pytest.mark.parametrize(
    ("order", "words"),
    [
        (replace(ORDER, aspect="7:3"), "no aspect 7:3"),
        (replace(ORDER, kind="film"), "no kind film"),
        (replace(ORDER, images=(Path("nowhere.png"),)), "no file nowhere.png"),
    ],
)
def test_what_cannot_be_used_is_named(order: ClipOrder, words: str) -> None:
    with pytest.raises(UnusableInputError, match=words):
        clip_request(order, MODEL)


async def test_a_sound_is_made_once_and_then_given_again(tmp_path: Path) -> None:
    order = ClipOrder(tmp_path / "ad", "music", "bed-1", "calm bells", seconds=1.0)
    told: list[Quote] = []
    made = await generate_clip(order, EventHub(), lambda *_: None, EMBEDDED, told.append)
    assert made.path.is_file()
    assert made.cost == Money()
    assert told[0].estimate.high == Money()
    again = await generate_clip(order, EventHub(), lambda *_: None, EMBEDDED)
    assert (again.reused, again.path) == (True, made.path)


async def test_what_cannot_be_made_leaves_no_project_behind(tmp_path: Path) -> None:
    order = ClipOrder(tmp_path / "ad", "music", "bed-1", "calm", seconds=999.0)
    for wrong in (order, replace(order, model="other"), replace(order, provider="nobody")):
        with pytest.raises(UnusableInputError):
            await generate_clip(wrong, EventHub(), lambda *_: None, EMBEDDED)
    assert not (tmp_path / "ad").exists()
