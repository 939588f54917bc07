import pytest

from clappper.base.units import FrameRate
from clappper.ui.timeline.scale import NARROWEST, WIDEST, Scale, fitting, ticks


def test_a_frame_and_its_pixel_lead_to_each_other() -> None:
    scale = Scale(4.0, 10.0)
    assert scale.x_of(12) == 8.0
    assert [scale.frame_at(x) for x in (8.0, 9.9, 10.1)] == [12, 12, 13]
    assert [scale.frame_under(x) for x in (8.0, 11.9, 12.0)] == [12, 12, 13]
    assert Scale(4.0).frame_at(-50) == Scale(4.0).frame_under(-50) == 0


@pytest.mark.parametrize("factor", [0.25, 1.5, 8.0])
def test_zooming_holds_what_is_under_the_pointer(factor: float) -> None:
    scale = Scale(2.0, 2000.0)
    assert scale.zoomed(factor, 300).frame_at(300) == scale.frame_at(300)


def test_zooming_ends_somewhere() -> None:
    assert Scale(2.0).zoomed(1e6, 0).pixels == WIDEST
    assert Scale(2.0).zoomed(1e-9, 0).pixels == NARROWEST


def test_the_whole_edit_fits_with_room_behind_it() -> None:
    scale = fitting(450, 900)
    assert 800 < scale.x_of(450) < 900
    assert fitting(0, 900).pixels == WIDEST


def test_a_playhead_that_runs_out_of_sight_turns_the_page() -> None:
    scale = Scale(4.0, 0.0)
    assert scale.revealing(100, 800) is scale
    turned = scale.revealing(300, 800)
    assert 0 < turned.x_of(300) < 200


@pytest.mark.parametrize("pixels", [0.01, 0.1, 1.0, 4.0, 20.0, 48.0])
@pytest.mark.parametrize("fps", [24, 25, 30, 60])
def test_labels_have_room_and_stand_on_ticks(pixels: float, fps: int) -> None:
    chosen = ticks(Scale(pixels), FrameRate(fps))
    assert chosen.labelled * pixels >= 90 or chosen.labelled == 3600 * fps
    assert chosen.labelled % chosen.every == 0
    assert chosen.every * pixels >= 7 or chosen.every == chosen.labelled
