import pytest
from PySide6.QtCore import QPointF, QRectF

from clappper.ui.viewer.frame import fitted, magnified, platforms, snapped, zone_of

ZONE = (0.05, 0.05, 0.95, 0.95)


@pytest.mark.parametrize("aspect", ["9:16", "1:1", "16:9", "4:5"])
@pytest.mark.parametrize("size", [(1200, 700), (300, 900)])
def test_the_whole_picture_lies_in_the_middle(aspect: str, size: tuple[int, int]) -> None:
    rect = fitted(aspect, *size).rect
    across, down = (int(part) for part in aspect.split(":"))
    assert rect.width() / rect.height() == pytest.approx(across / down, rel=0.01)
    assert rect.left() >= 7
    assert rect.top() >= 7
    assert abs(rect.center().x() - size[0] / 2) <= 1


def test_fractions_and_pixels_lead_to_each_other() -> None:
    frame = fitted("1:1", 216, 216)
    assert frame.to_widget((0.25, 0.5, 0.75, 1.0)).getRect() == (58.0, 108.0, 100.0, 100.0)
    assert frame.fraction(QPointF(108, 58)) == (0.5, 0.25)
    assert frame.shift(QPointF(20, -10)) == (0.1, -0.05)


def test_a_dragged_box_meets_the_middle_and_the_safe_zone() -> None:
    box = (0.1, 0.1, 0.3, 0.2)
    by, met = snapped(box, (0.295, 0.2), ZONE)
    assert by == pytest.approx((0.3, 0.2))
    assert met == (True, False)
    by, met = snapped(box, (-0.045, -0.055), ZONE)
    assert by == pytest.approx((-0.05, -0.05))
    assert met == (True, True)
    assert snapped(box, (0.1, 0.1), ZONE) == ((0.1, 0.1), (False, False))


def test_each_aspect_has_the_zones_of_its_platforms() -> None:
    assert set(platforms("9:16")) == {"instagram", "tiktok", "youtube"}
    left, top, right, bottom = zone_of("tiktok", "9:16")
    assert 0 < left < right < 1
    assert 0 < top < bottom < 0.7


def test_a_magnified_picture_moves_no_farther_than_its_edges() -> None:
    view = QRectF(0, 0, 400, 400)
    fit = fitted("9:16", 400, 400)
    whole = magnified(fit, 1080, view, QPointF(0, 5000)).rect
    assert (whole.width(), whole.top()) == (1080, 0)
    assert whole.height() == pytest.approx(1920, rel=0.01)
    assert whole.center().x() == 200
    assert magnified(fit, 100, view, QPointF(50, 50)).rect.center() == view.center()
