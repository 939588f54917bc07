from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from clappper.flow.briefs import slug
from clappper.flow.shots.generate import Frame, shot_seed, subject_of
from clappper.providers.adapters.motion import STUDIO


@pytest.mark.parametrize(
    ("aspects", "frame"),
    [
        (["9:16"], Frame(1080, 1920, "9:16", (1.0, 1.0))),
        (["9:16", "1:1"], Frame(1080, 1920, "9:16", (1.0, 0.5625))),
        (["9:16", "16:9"], Frame(1920, 1920, "1:1", (0.5625, 0.5625))),
        (["16:9", "1:1"], Frame(1920, 1080, "16:9", (0.5625, 1.0))),
    ],
)
def test_one_picture_covers_every_aspect(aspects: list[str], frame: Frame) -> None:
    assert Frame.covering(aspects) == frame


def test_a_shot_s_seed_depends_on_the_ad_s_seed_and_its_name() -> None:
    seeds = {shot_seed(seed, shot) for seed in range(20) for shot in ("s1", "s2", "s3.1")}
    assert len(seeds) == 60
    assert all(0 <= seed < 2**31 for seed in seeds)
    assert shot_seed(7, "s1") == shot_seed(7, "s1")


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Auric Watch Q4", "auric-watch-q4"),
        ("  ../../etc ", "etc"),
        ("Été 春 / x", "été-春-x"),
        ("///", "ad"),
    ],
)
def test_a_name_becomes_a_safe_file_name(name: str, file: str) -> None:
    assert slug(name) == file


def test_a_subject_is_looked_for_where_the_model_does_not_keep_it_in_the_middle(tmp_path: Path) -> None:
    picture = Image.new("RGB", (160, 90), "#808080")
    picture.paste("#FF2020", (8, 30, 32, 60))
    picture.save(tmp_path / "thumb.png")
    elsewhere = replace(STUDIO, extra_fields=())
    assert subject_of(elsewhere, tmp_path / "thumb.png")[0] < 0.3
    assert subject_of(STUDIO, tmp_path / "thumb.png") == (0.5, 0.5)
    assert subject_of(elsewhere, None) == (0.5, 0.5)
