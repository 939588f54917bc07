"""A logo is always seen, never pasted, and weighs about the same whatever its file is like."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from clappper.base.errors import UnusableInputError
from clappper.render.logos import LogoLimits, set_logo

LIMITS = LogoLimits(area_side=60.0, max_width=120.0, max_height=50.0)


def saved(
    path: Path, colour: tuple[int, ...], *, size: tuple[int, int] = (200, 100), margin: int = 0
) -> Path:
    picture = Image.new("RGBA", (size[0] + 2 * margin, size[1] + 2 * margin), (0, 0, 0, 0))
    box = (margin, margin, margin + size[0] - 1, margin + size[1] - 1)
    ImageDraw.Draw(picture).rounded_rectangle(box, min(size) // 3, fill=colour)
    picture.save(path)
    return path


def test_a_light_logo_stands_free(tmp_path: Path) -> None:
    logo = set_logo(saved(tmp_path / "l.png", (240, 200, 60, 255)), LIMITS)
    assert not logo.plated
    height, width = logo.picture.shape[:2]
    assert height <= 50
    assert width <= 120
    assert width * height == pytest.approx(60.0**2, rel=0.05)


def test_empty_margins_do_not_count(tmp_path: Path) -> None:
    tight = set_logo(saved(tmp_path / "a.png", (240, 200, 60, 255)), LIMITS)
    loose = set_logo(saved(tmp_path / "b.png", (240, 200, 60, 255), margin=80), LIMITS)
    assert loose.picture.shape == tight.picture.shape


def test_a_dark_logo_gets_a_light_plate_over_footage_and_none_on_white(tmp_path: Path) -> None:
    path = saved(tmp_path / "l.png", (16, 18, 30, 255))
    plated = set_logo(path, LIMITS)
    assert plated.plated
    middle = plated.picture.shape[0] // 2
    assert plated.picture[middle, 3, :3].min() > 240
    assert plated.picture[0, 0, 3] == 0
    assert not set_logo(path, LIMITS, "#FFFFFF").plated


def test_a_logo_without_alpha_keeps_its_ground_as_a_rounded_plate(tmp_path: Path) -> None:
    picture = Image.new("RGB", (300, 100), (250, 250, 250))
    picture.paste((200, 20, 20), (100, 30, 200, 70))
    picture.save(tmp_path / "l.jpg")
    logo = set_logo(tmp_path / "l.jpg", LIMITS)
    assert logo.plated
    assert logo.picture[0, 0, 3] == 0
    assert np.abs(logo.picture[logo.picture.shape[0] // 2, 4, :3].astype(int) - 250).max() <= 2


def test_a_logo_of_middling_darkness_stands_free_and_asks_for_no_dark_ground(tmp_path: Path) -> None:
    blue = set_logo(saved(tmp_path / "blue.png", (43, 79, 160, 255)), LIMITS)
    gold = set_logo(saved(tmp_path / "gold.png", (212, 175, 55, 255)), LIMITS)
    assert (blue.plated, blue.light) == (False, False)
    assert (gold.plated, gold.light) == (False, True)


@pytest.mark.parametrize("size", [(6000, 40), (3, 3), (40, 900)])
def test_odd_shapes_stay_inside(tmp_path: Path, size: tuple[int, int]) -> None:
    logo = set_logo(saved(tmp_path / "l.png", (255, 255, 255, 255), size=size), LIMITS)
    assert logo.picture.shape[1] <= 120
    assert logo.picture.shape[0] <= 50


def test_a_broken_logo_is_named(tmp_path: Path) -> None:
    (tmp_path / "l.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    with pytest.raises(UnusableInputError, match=r"l\.png"):
        set_logo(tmp_path / "l.png", LIMITS)


@pytest.mark.parametrize(
    ("colour", "backdrop", "glows"),
    [
        ((59, 42, 30, 255), (0.3, 0.8), False),
        ((240, 200, 60, 255), (0.0, 0.1), False),
        ((240, 200, 60, 255), (0.0, 0.5), True),
        ((59, 42, 30, 255), (0.04, 0.12), True),
    ],
)
def test_a_logo_over_known_footage_stays_as_it_is_and_glows_only_where_it_must(
    tmp_path: Path, colour: tuple[int, ...], backdrop: tuple[float, float], glows: bool
) -> None:
    logo = set_logo(saved(tmp_path / "l.png", colour), LIMITS, backdrop=backdrop)
    assert not logo.plated
    assert (logo.glow > 0) == glows
    assert tuple(logo.picture[20, 40, :3]) == colour[:3]


def test_a_glow_is_no_stronger_than_it_must_be(tmp_path: Path) -> None:
    path = saved(tmp_path / "l.png", (240, 200, 60, 255))
    glows = [set_logo(path, LIMITS, backdrop=(0.0, bright)).glow for bright in (0.2, 0.4, 0.6)]
    assert glows == sorted(set(glows))


def test_a_lost_logo_of_one_colour_turns_black_or_white(tmp_path: Path) -> None:
    brown = set_logo(saved(tmp_path / "b.png", (59, 42, 30, 255)), LIMITS, backdrop=(0.01, 0.03))
    assert (brown.plated, brown.glow, brown.picture[20, 40, 0]) == (False, 0.0, 255)
    gold = set_logo(saved(tmp_path / "g.png", (212, 175, 55, 255)), LIMITS, backdrop=(0.42, 0.75))
    assert (gold.plated, gold.picture[20, 40, 0]) == (False, 14)


def test_a_logo_of_several_colours_keeps_them(tmp_path: Path) -> None:
    path = saved(tmp_path / "l.png", (59, 42, 30, 255))
    picture = Image.open(path)
    picture.paste((232, 163, 61, 255), (60, 30, 90, 70))
    picture.save(path)
    plated = set_logo(path, LIMITS, backdrop=(0.01, 0.03))
    colours = plated.picture.reshape(-1, 4)[:, :3].tolist()
    assert plated.plated
    assert [59, 42, 30] in colours
    assert [232, 163, 61] in colours


def test_a_logo_lost_in_several_colours_gets_a_plate(tmp_path: Path) -> None:
    path = saved(tmp_path / "l.png", (212, 175, 55, 255))
    picture = Image.open(path)
    picture.paste((200, 160, 90, 255), (60, 30, 140, 70))
    picture.save(path)
    assert set_logo(path, LIMITS, backdrop=(0.42, 0.75)).plated
