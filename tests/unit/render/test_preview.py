from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from clappper.base.units import FrameRange, FrameRate
from clappper.media.encode import FrameWriter
from clappper.media.encoding import Encoding
from clappper.media.picture import Yuv
from clappper.render.canvas import Canvas
from clappper.render.preview import Previewer
from clappper.render.view import View
from clappper.timeline.model import (
    Branding,
    Clip,
    Footage,
    Look,
    MediaKind,
    Solid,
    Take,
    Timeline,
    Title,
    TitleRole,
    Track,
    TrackKind,
)

VIEW = View("16:9", height=72, quality=1)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make ``a.mp4``, 40 frames that brighten by 4 a frame with one key picture, and its bright stand-in."""
    options = {"preset": "ultrafast", "crf": "4", "g": "250"}
    for name, levels in (("a.mp4", range(40, 200, 4)), ("small.mp4", [220] * 40)):
        with FrameWriter(tmp_path / name, Encoding(64, 36, FrameRate(30), options=options)) as writer:
            for level in levels:
                writer.write(Yuv.blank(64, 36, luma=level))
    return tmp_path


def edit(content: Footage | Solid | Title) -> Timeline:
    kind = TrackKind.OVERLAY if isinstance(content, Title) else TrackKind.VIDEO
    return Timeline(
        "t", "Edit", FrameRate(30), 40, (Track("v", kind, "V", (Clip("c", content, FrameRange(0, 40)),)),)
    )


SHOT = edit(Footage((Take("a", "a.mp4", MediaKind.VIDEO, FrameRange(0, 40), 64, 36),)))


def grey(pixels: np.ndarray) -> float:
    return float(pixels[..., :3].mean()) * 219 / 255 + 16


def test_quality_divides_the_height_of_the_viewer() -> None:
    assert View("9:16", 1920, 1).canvas == Canvas(1080, 1920, "9:16")
    assert View("9:16", 1920, 2).canvas == Canvas(540, 960, "9:16")
    assert View("16:9", 540, 4).canvas == Canvas(240, 136, "16:9")
    assert View("1:1", 4000, 1).canvas == Canvas(1080, 1080, "1:1")


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let three pictures be as much work as they are in full size."""
    monkeypatch.setattr("clappper.render.preview.ROUGH_PIXELS", 3 * 64 * 36)


@pytest.mark.usefixtures("slow")
def test_a_long_jump_is_answered_roughly_first(root: Path) -> None:
    with Previewer(root) as previewer:
        rough, exact = previewer.show(SHOT, 30, VIEW)
        assert (rough.exact, exact.exact) == (False, True)
        assert grey(rough.pixels) < grey(exact.pixels) == pytest.approx(160, abs=1)
        (near,) = previewer.show(SHOT, 31, VIEW)
        assert near.exact
        (back,) = previewer.show(SHOT, 28, VIEW)
        assert grey(back.pixels) == pytest.approx(152, abs=1)


@pytest.mark.usefixtures("slow")
def test_a_jump_can_be_given_up_and_the_next_is_exact(root: Path) -> None:
    class NewerError(Exception):
        pass

    countdown = [8]

    def between() -> None:
        countdown[0] -= 1
        if not countdown[0]:
            raise NewerError

    with Previewer(root, between=between) as previewer:
        with pytest.raises(NewerError):
            list(previewer.show(SHOT, 30, VIEW))
        assert grey(previewer.picture(SHOT, 30, VIEW).pixels) == pytest.approx(160, abs=1)


def test_proxies_are_used_when_wished_and_there(root: Path) -> None:
    with Previewer(root) as previewer:
        previewer.proxies = {"a.mp4": "small.mp4"}
        assert grey(previewer.picture(SHOT, 0, VIEW).pixels) == pytest.approx(220, abs=1)
        assert grey(previewer.picture(SHOT, 0, replace(VIEW, proxies=False)).pixels) == pytest.approx(
            40, abs=1
        )
        previewer.proxies = {"a.mp4": "gone.mp4"}
        assert grey(previewer.picture(SHOT, 0, VIEW).pixels) == pytest.approx(40, abs=1)


def test_a_proxy_stands_in_for_a_file_that_is_gone_until_it_is_back(root: Path) -> None:
    view = replace(VIEW, proxies=False)
    with Previewer(root) as previewer:
        previewer.proxies = {"a.mp4": "small.mp4"}
        (root / "a.mp4").rename(root / "moved.mp4")
        assert grey(previewer.picture(SHOT, 0, view).pixels) == pytest.approx(220, abs=1)
        (root / "moved.mp4").rename(root / "a.mp4")
        assert grey(previewer.picture(SHOT, 0, view).pixels) == pytest.approx(40, abs=1)


def test_a_file_that_another_one_has_replaced_is_opened_anew(root: Path) -> None:
    """Also one of the same size: what tells is when it was written."""
    view = replace(VIEW, proxies=False)
    with Previewer(root) as previewer:
        assert grey(previewer.picture(SHOT, 0, view).pixels) == pytest.approx(40, abs=1)
        before = (root / "a.mp4").stat()
        other = root / "other.mp4"
        other.write_bytes((root / "small.mp4").read_bytes().ljust(before.st_size, b"\0"))
        os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
        assert other.stat().st_size == before.st_size
        other.replace(root / "a.mp4")
        assert grey(previewer.picture(SHOT, 0, view).pixels) == pytest.approx(220, abs=1)


def test_the_exact_picture_alone_comes_when_no_rough_one_is_wanted(root: Path) -> None:
    with Previewer(root) as previewer:
        (only,) = previewer.show(SHOT, 30, VIEW, rough=False)
        assert only.exact
        assert grey(only.pixels) == pytest.approx(160, abs=1)


def test_what_cannot_be_read_is_named_in_the_picture_until_it_can(root: Path) -> None:
    gone = edit(Footage((Take("b", "b.mp4", MediaKind.VIDEO, FrameRange(0, 40), 64, 36),)))
    with Previewer(root) as previewer:
        plate = previewer.picture(gone, 5, VIEW)
        assert "b.mp4" in plate.problems[0]
        assert plate.pixels.std() > 20
        (root / "b.mp4").write_bytes(b"not a video")
        assert "b.mp4" in previewer.picture(gone, 5, VIEW).problems[0]
        (root / "b.mp4").write_bytes((root / "a.mp4").read_bytes())
        found = previewer.picture(gone, 5, VIEW)
        assert found.problems == ()
        assert grey(found.pixels) == pytest.approx(60, abs=1)


def test_a_lost_lut_font_or_logo_leaves_the_rest(root: Path) -> None:
    with Previewer(root) as previewer:
        bare = previewer.picture(replace(SHOT, look=Look(lut="gone.cube")), 0, VIEW)
        assert "gone.cube" in bare.problems[0]
        assert grey(bare.pixels) == pytest.approx(40, abs=1)
        price = replace(edit(Title(TitleRole.PRICE, "$9")), branding=Branding(font="gone.ttf"))
        titled = previewer.picture(price, 20, VIEW)
        assert len(titled.problems) == 1
        assert titled.pixels[..., :3].max() > 100
        logo = previewer.picture(edit(Title(TitleRole.LOGO, image="gone.png")), 20, VIEW)
        assert "gone.png" in logo.problems[0]
