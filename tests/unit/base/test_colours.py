import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.base.colours import code_of, contrast, light_of, luminance


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_green_is_brighter_than_red_and_red_than_blue() -> None:
    assert luminance("#00FF00") > luminance("#FF0000") > luminance("#0000FF")


@given(st.floats(0.0, 1.0))
def test_light_and_code_are_each_others_inverse(code: float) -> None:
    assert code_of(light_of(code)) == pytest.approx(code, abs=1e-5)
