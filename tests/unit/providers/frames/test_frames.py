"""What the embedded service draws from pictures."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from clappper.base.errors import UnusableInputError
from clappper.base.units import FrameRate
from clappper.media.decode import FrameReader
from clappper.media.encode import FrameWriter
from clappper.media.encoding import Encoding
from clappper.media.models import MissingModelError
from clappper.media.picture import Yuv
from clappper.providers.adapters.frames import MODELS, Frames, draw
from clappper.providers.child import facts_file
from clappper.providers.contract import GenRequest, InputFile, Kind, Role
from clappper.providers.frames.onward import pushed

RATE = FrameRate(24)


def card(path: Path, shift: int, seed: int = 1) -> Path:
    """Write a picture of blobs 96x64, shifted to the left."""
    noise = np.random.default_rng(seed).normal(0, 1, (64, 160)).astype(np.float32)
    grey = np.clip(120 + cv2.GaussianBlur(noise, (0, 0), 4) * 600, 16, 235).astype(np.uint8)
    cv2.imwrite(str(path), grey[:, 20 + shift : 116 + shift])
    return path


def asked(model: str, seconds: float, *files: InputFile, **extra: object) -> GenRequest:
    kind = next(known.kinds[0] for known in MODELS if known.model == model)
    return GenRequest(
        key="k",
        kind=kind,
        provider="frames",
        model=model,
        prompt="",
        seconds=seconds,
        width=96,
        height=64,
        fps=24,
        files=files,
        extra=extra,
    )


def file(role: Role, path: Path, at: float | None = None) -> InputFile:
    return InputFile(role, str(path), "0" * 64, "image/png", at)


def drawn(request: GenRequest, tmp_path: Path) -> list[Yuv]:
    made = tmp_path / "made.mp4"
    draw(request, made, lambda *_: None)
    with av.open(str(made)) as container:
        total = sum(1 for _ in container.decode(container.streams.video[0]))
    with FrameReader(made, rate=RATE, width=96, height=64) as reader:
        return [reader.at(number).copy() for number in range(total)]


def distance(one: Yuv, other: Yuv) -> float:
    return float(cv2.absdiff(one.y, other.y).mean())


def test_between_goes_from_picture_to_picture_in_exactly_the_time(tmp_path: Path) -> None:
    one, middle, last = (card(tmp_path / f"{shift}.png", shift) for shift in (0, 6, 0))
    request = asked(
        "between-1",
        1.0,
        file(Role.FIRST_FRAME, one),
        file(Role.KEYFRAME, middle, 0.5),
        file(Role.LAST_FRAME, last),
        backend="dis",
    )
    pictures = drawn(request, tmp_path)
    assert len(pictures) == 24
    assert distance(pictures[0], pictures[23]) < 2
    assert distance(pictures[0], pictures[12]) > 4 * distance(pictures[0], pictures[2])
    steps = [distance(a, b) for a, b in pairwise(pictures[1:11])]
    assert max(steps) < 2.5 * min(steps)


def test_pictures_that_do_not_belong_together_are_not_mixed(tmp_path: Path) -> None:
    one, other = card(tmp_path / "a.png", 0), card(tmp_path / "b.png", 0, seed=9)
    pictures = drawn(
        asked("between-1", 0.5, file(Role.FIRST_FRAME, one), file(Role.LAST_FRAME, other)), tmp_path
    )
    for picture in pictures:
        assert min(distance(picture, pictures[0]), distance(picture, pictures[-1])) < 2


def test_onward_starts_with_the_picture_itself_and_moves_gently(tmp_path: Path) -> None:
    pictures = drawn(asked("onward-1", 1.0, file(Role.FIRST_FRAME, card(tmp_path / "a.png", 0))), tmp_path)
    assert len(pictures) == 24
    assert distance(pictures[0], pictures[1]) < 1
    assert 0 < distance(pictures[0], pictures[23]) < 8
    assert pushed(pictures[0], 1) is pictures[0]


def test_upscaling_keeps_length_and_gives_more_pixels(tmp_path: Path) -> None:
    source = tmp_path / "small.mp4"
    with FrameWriter(source, Encoding(48, 32, FrameRate(12)), np.zeros((24000, 2), np.float32)) as writer:
        for number in range(6):
            writer.write(Yuv.blank(48, 32, luma=40 + 20 * number))
    made = tmp_path / "large.mp4"
    draw(asked("upscale-1", 0.5, file(Role.SOURCE_VIDEO, source), factor=2), made, lambda *_: None)
    with av.open(str(made)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height, stream.frames, len(container.streams.audio)) == (96, 64, 6, 1)
    with pytest.raises(UnusableInputError, match="2, 3 or 4"):
        draw(asked("upscale-1", 0.5, file(Role.SOURCE_VIDEO, source), factor=7), made, lambda *_: None)


def test_a_request_without_its_pictures_is_refused(tmp_path: Path) -> None:
    service = Frames(tmp_path)
    for model in MODELS:
        issues = service.validate(asked(model.model, 1.0))
        assert any(issue.field == "files" and issue.blocking for issue in issues)
        assert model.kinds[0] is not Kind.TEXT_TO_VIDEO
    with pytest.raises(UnusableInputError, match="first and a last"):
        draw(asked("between-1", 1.0), tmp_path / "no.mp4", lambda *_: None)


def test_a_matte_needs_a_network_that_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    clip = tmp_path / "clip.mp4"
    with FrameWriter(clip, Encoding(96, 64, RATE)) as writer:
        for _ in range(3):
            writer.write(Yuv.blank(96, 64, luma=80))
    source = file(Role.SOURCE_VIDEO, clip)
    with pytest.raises(MissingModelError, match="MODNet"):
        drawn(asked("matte-1", 0.125, source, by="modnet"), tmp_path)
    with pytest.raises(UnusableInputError, match="a network"):
        drawn(asked("matte-1", 0.125, source, by="magic"), tmp_path)
    assert len(drawn(asked("matte-1", 0.125, source, by="selfie"), tmp_path)) == 3
    assert json.loads(facts_file(tmp_path / "made.mp4").read_text())["model"] == "selfie"
