"""Whole clips, tiny: every scene type, with and without a picture."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from clappper.base.errors import UnusableInputError
from clappper.providers.contract import GenRequest, InputFile, Role
from clappper.providers.motion.film import frames, make
from clappper.providers.motion.montage import cuts
from clappper.providers.motion.shot import SCENE_TYPES, read_shot

Ask = Callable[..., GenRequest]


@pytest.mark.parametrize("picture", [True, False])
@pytest.mark.parametrize("scene", SCENE_TYPES)
def test_every_scene_moves_smoothly_and_repeats_itself_exactly(ask: Ask, scene: str, picture: bool) -> None:
    request = ask(scene_type=scene, picture=picture, move="orbit", intent="calm city evening")
    first, again = (list(frames(read_shot(request))) for _ in range(2))
    assert len(first) == 6
    assert all((a.y == b.y).all() and (a.u == b.u).all() for a, b in zip(first, again, strict=True))
    assert (first[0].y != first[-1].y).any()
    steps = [np.abs(a.y.astype(int) - b.y).mean() for a, b in pairwise(first)]
    assert max(steps) < 12
    assert first[0].y.std() > 2


def test_another_seed_gives_another_clip(ask: Ask) -> None:
    one, two = (next(frames(read_shot(ask(seed=seed, picture=False)))) for seed in (1, 2))
    assert (one.y != two.y).any()


def test_the_product_stays_inside_the_frame_s_middle(ask: Ask) -> None:
    shot = read_shot(ask(scene_type="packshot", move="dolly_in", brand_colors=["#1144AA", "#EEEEEE"]))
    last = list(frames(shot))[-1]
    red = cv2.resize(last.v, (64, 112)) > 165
    rows, columns = np.flatnonzero(red.any(axis=1)), np.flatnonzero(red.any(axis=0))
    assert red.sum() > 300
    assert rows[0] > 0.12 * 112
    assert rows[-1] < 0.78 * 112
    assert columns.mean() == pytest.approx(32, abs=5)


def test_a_clip_has_the_asked_size_rate_length_and_colours(ask: Ask, tmp_path: Path) -> None:
    said: list[float] = []
    make(ask(seconds=0.5), tmp_path / "clip.mp4", lambda fraction, _stage: said.append(fraction))
    with av.open(str(tmp_path / "clip.mp4")) as container:
        stream = container.streams.video[0]
        shown = list(container.decode(stream))
        assert (stream.width, stream.height) == (64, 112)
        assert stream.average_rate == Fraction(30)
        assert len(shown) == 15
        assert (shown[0].colorspace, shown[0].color_range) == (1, 1)
    assert said == sorted(said)
    assert said[-1] == 1


def test_a_montage_cuts_on_its_beats_but_never_too_fast_to_read(ask: Ask) -> None:
    shot = read_shot(ask(seconds=3, beats=[0.0, 0.1, 0.5, 1.0, 1.1, 2.0, 2.9], picture=False))
    assert np.array(cuts(shot)) * 3 == pytest.approx([0, 0.5, 1.0, 2.0])


def test_a_busy_photo_becomes_a_plate_instead_of_a_bad_cut_out(ask: Ask, tmp_path: Path) -> None:
    noise = np.random.default_rng(5).integers(0, 255, (90, 60, 3)).astype(np.uint8)
    cv2.imwrite(str(tmp_path / "busy.png"), cv2.GaussianBlur(noise, (0, 0), 3))
    request = ask(picture=False, scene_type="packshot")
    shot = read_shot(_with_picture(request, tmp_path / "busy.png"))
    assert shot.cutout is None
    assert len(shot.plates) == 1
    assert len(list(frames(shot))) == 6


def _with_picture(request: GenRequest, path: Path) -> GenRequest:
    import dataclasses

    return dataclasses.replace(request, files=(InputFile(Role.PRODUCT, str(path), ""),))


@pytest.mark.parametrize(
    ("extra", "word"),
    [({"scene_type": "opera"}, "opera"), ({"brand_colors": ["gold"]}, "gold")],
)
def test_values_that_make_no_sense_are_named(ask: Ask, extra: dict[str, object], word: str) -> None:
    with pytest.raises(UnusableInputError, match=word):
        read_shot(ask(picture=False, **extra))
