"""Kept cut-outs are the cut-outs that would be made again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from clappper.providers.contract import GenRequest
from clappper.providers.motion.arrays import Bytes
from clappper.providers.motion.film import make
from clappper.providers.motion.shelf import Shelf


def test_a_kept_cut_out_is_exactly_the_fresh_one(photo: Bytes, tmp_path: Path) -> None:
    fresh = Shelf().cutout(photo)
    first, kept = Shelf(tmp_path).cutout(photo), Shelf(tmp_path).cutout(photo)
    assert len(list(tmp_path.iterdir())) == 1
    assert fresh is not None
    assert first is not None
    assert kept is not None
    for other in (first, kept):
        assert (other.rgb == fresh.rgb).all()
        assert (other.alpha == fresh.alpha).all()
        assert (other.standing, other.lightness) == (fresh.standing, fresh.lightness)


def test_a_picture_without_a_plain_background_is_remembered_too(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (64, 64, 4)).astype(np.uint8)
    noise[..., 3] = 255
    assert Shelf(tmp_path).cutout(noise) is None
    assert len(list(tmp_path.iterdir())) == 1
    assert Shelf(tmp_path).cutout(noise) is None


def test_a_damaged_file_is_made_again(photo: Bytes, tmp_path: Path) -> None:
    Shelf(tmp_path).cutout(photo)
    (path,) = tmp_path.iterdir()
    for damage in (b"", b"not a picture"):
        path.write_bytes(damage)
        assert Shelf(tmp_path).cutout(photo) is not None
        assert path.stat().st_size > 100


def test_a_clip_is_the_same_with_and_without_a_shelf(ask: Callable[..., GenRequest], tmp_path: Path) -> None:
    clips = []
    for index, shelf in enumerate((None, tmp_path / "shelf", tmp_path / "shelf")):
        make(ask(), tmp_path / f"{index}.mp4", lambda _fraction, _stage: None, shelf)
        clips.append((tmp_path / f"{index}.mp4").read_bytes())
    assert clips[0] == clips[1] == clips[2]
