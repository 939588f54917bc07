from __future__ import annotations

from pathlib import Path

import pytest

from clappper.base.errors import UnusableInputError
from clappper.media.drawing import MAX_SIDE
from clappper.media.still import load_rgba, measure_picture

RED = (200, 30, 20)


def drawing(folder: Path, body: str, root: str = 'viewBox="0 0 40 20"') -> Path:
    path = folder / "logo.svg"
    path.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" {root}>{body}</svg>')
    return path


def test_a_drawing_is_rendered_at_the_width_asked_for(tmp_path: Path) -> None:
    path = drawing(tmp_path, '<rect width="20" height="20" fill="#c81e14"/>')
    rgba = load_rgba(path, width=100)
    assert rgba.shape == (50, 100, 4)
    assert tuple(rgba[25, 10]) == (*RED, 255)
    assert rgba[25, 90, 3] == 0
    assert (measure_picture(path).width, measure_picture(path).height) == (40, 20)


@pytest.mark.parametrize(
    ("root", "shape"),
    [
        ('width="1in" height="48"', (96, 48)),
        ('width="100%" viewBox="0,0,30,10"', (30, 10)),
        ("", (1024, 1024)),
    ],
)
def test_the_size_of_a_drawing_follows_its_root(tmp_path: Path, root: str, shape: tuple[int, int]) -> None:
    size = measure_picture(drawing(tmp_path, "<g/>", root))
    assert (size.width, size.height) == shape


@pytest.mark.parametrize(
    "body",
    [
        '<image href="/etc/hostname.png" width="9" height="9"/>',
        "<image width='9' xlink:href='http://example.com/a.png'/>",
        '<use href="other.svg#a"/>',
        '<image data-a=">" href="/etc/hostname.png" width="9" height="9"/>',
    ],
)
def test_a_drawing_that_points_outside_is_refused(tmp_path: Path, body: str) -> None:
    with pytest.raises(UnusableInputError, match="points to other files"):
        load_rgba(drawing(tmp_path, body))


def test_entities_cannot_smuggle_a_pointer_in(tmp_path: Path) -> None:
    path = tmp_path / "logo.svg"
    path.write_text(
        '<!DOCTYPE svg [<!ENTITY a "&#60;image href=\'b.png\'/>">]>\n<svg viewBox="0 0 9 9">&a;</svg>'
    )
    with pytest.raises(UnusableInputError, match="points to other files"):
        load_rgba(path)


@pytest.mark.parametrize(
    "body",
    [
        "<g>" * 5000 + "</g>" * 5000,
        '<filter id="f"><feTurbulence numOctaves="9999"/></filter>',
        '<filter id="f" width="900000%"><feGaussianBlur stdDeviation="5"/></filter>',
        '<filter id="f"><feGaussianBlur stdDeviation="1e5 2"/></filter>',
        '<filter id="f">' + "<feOffset/>" * 30 + "</filter>",
    ],
)
def test_a_drawing_that_would_crash_or_never_end_is_refused(tmp_path: Path, body: str) -> None:
    with pytest.raises(UnusableInputError, match="too involved"):
        load_rgba(drawing(tmp_path, body))


def test_links_and_fragments_are_harmless(tmp_path: Path) -> None:
    body = '<a href="https://example.com"><rect id="r" width="4" height="4"/></a><use href="#r" x="8"/>'
    assert load_rgba(drawing(tmp_path, body), width=40)[2, 10, 3] == 255


def test_text_left_in_a_drawing_is_set_in_a_bundled_font(tmp_path: Path) -> None:
    path = drawing(tmp_path, '<text y="16" font-size="16" font-family="Arial">Ad</text>')
    assert load_rgba(path, width=80)[..., 3].any()


def test_a_broken_or_endless_drawing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableInputError, match="cannot be drawn"):
        load_rgba(drawing(tmp_path, "<g>"))
    with pytest.raises(UnusableInputError, match="line"):
        load_rgba(drawing(tmp_path, "<g/>", 'width="1" height="100000"'), width=500)
    tall = load_rgba(drawing(tmp_path, "<g/>", 'width="1" height="100"'), width=500)
    assert tall.shape[0] <= MAX_SIDE
