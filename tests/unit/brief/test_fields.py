"""One field of a brief by its path."""

import pytest

from clappper.brief.fields import scene_number, steps, value_at, with_value
from clappper.brief.schema import BriefError
from clappper.brief.templates import template

BRIEF = template("product-offer")


def test_a_path_is_names_and_places() -> None:
    assert steps("scenes[12].camera.move") == ("scenes", 12, "camera", "move")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("cta.headline", "Now"),
        ("project.duration_s", 20),
        ("product.brand_colors", ["#111111"]),
        ("product.style_pack.palette_hint", "cool"),
        ("scenes[1].camera.move", "orbit"),
        ("scenes[0].overlays.show_price", True),
    ],
)
def test_what_was_written_is_read(path: str, value: object) -> None:
    found = value_at(with_value(BRIEF, path, value), path)
    assert (list(found) if isinstance(found, tuple) else found) == value


def test_none_takes_an_optional_field_away() -> None:
    assert with_value(BRIEF, "product.price_text", None).product.price_text is None


def test_what_is_not_given_on_the_way_is_nothing() -> None:
    bare = with_value(BRIEF, "scenes[0].camera", None)
    assert value_at(bare, "scenes[0].camera.move") is None
    assert value_at(with_value(bare, "scenes[0].camera.move", "pan"), "scenes[0].camera.move") == "pan"


def test_a_value_that_does_not_fit_names_its_field() -> None:
    with pytest.raises(BriefError, match=r"project\.fps"):
        with_value(BRIEF, "project.fps", 99)


def test_a_path_tells_its_scene() -> None:
    assert (scene_number("scenes[3].intent"), scene_number("cta.url")) == (3, None)
