import numpy as np

from clappper.base import colours
from clappper.media.light import codes_of, light_of, luminance


def test_a_picture_has_the_light_of_its_colours() -> None:
    named = ["#000000", "#808080", "#D4AF37", "#FFFFFF"]
    codes = np.array([colours.channels(one) for one in named], np.float32) / np.float32(255)
    assert np.allclose(luminance(codes), [colours.luminance(one) for one in named], atol=1e-6)
    assert luminance(codes).dtype == np.float32


def test_encoding_undoes_decoding() -> None:
    codes = np.linspace(0, 1, 256)
    assert np.allclose(codes_of(light_of(codes)), codes, atol=1e-5)
