from dataclasses import replace

import pytest

from clappper.usd.direction import Wish, light_preset, product_kind, recipe_for, turn_of


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Auric Chrono S", "watch"),
        ("Slow dolly-in on watches at dusk", "watch"),
        ("Daybreak Mug", "mug"),
        ("a can of cold brew", "can"),
        ("Velvet face cream", "jar"),
        ("running shoes", ""),
        ("scandalous", ""),
    ],
)
def test_products_are_found_by_whole_words(words: str, kind: str) -> None:
    assert product_kind(words) == kind


def test_the_first_text_decides() -> None:
    assert product_kind("Amber perfume", "in a gift box") == "bottle"


@pytest.mark.parametrize(
    ("words", "preset"),
    [
        ("soft top light", "soft_top"),
        ("at sunset", "golden_hour"),
        ("neon club", "neon"),
        ("moody", "hard_rim"),
        ("", "soft_top"),
    ],
)
def test_light_follows_words(words: str, preset: str) -> None:
    assert light_preset(words) == preset


@pytest.mark.parametrize(
    ("words", "degrees"),
    [
        ("watch at 45 degrees, soft top light", 45),
        ("turned 30°", 30),
        ("three-quarter view", 35),
        ("baked at 40 degrees Celsius", 0),
        ("seen from the front", 0),
    ],
)
def test_words_turn_the_product(words: str, degrees: float) -> None:
    assert turn_of(words) == degrees


def test_what_was_chosen_goes_before_words() -> None:
    said = replace(_wish("packshot", 1080, 1920), words="neon watch at 45 degrees")
    assert recipe_for(said).product_yaw_deg == 45
    recipe = recipe_for(
        replace(said, product="jar", preset="hard_rim", yaw_deg=0.0, backdrop="#112233", label="/l.png")
    )
    assert (recipe.builtin_product, recipe.lighting.preset, recipe.product_yaw_deg) == ("jar", "hard_rim", 0)
    assert (recipe.lighting.backdrop, recipe.brand.label_png) == ("#112233", "/l.png")


def _wish(scene_type: str, width: int, height: int) -> Wish:
    return Wish("s1", scene_type, "", "Watch", 2.0, 30, width, height, colours=("#D4AF37", "tomato"))


def test_an_end_card_stands_above_the_words() -> None:
    recipe = recipe_for(_wish("endcard", 1080, 1920))
    assert recipe.camera.shift[1] > 0.1
    assert recipe.camera.fill < 0.4


def test_a_packshot_leaves_room_for_its_title_and_bad_colours_are_left_out() -> None:
    tall, wide = (recipe_for(_wish("packshot", *size)) for size in ((1080, 1920), (1920, 1080)))
    foot = 0.5 - tall.camera.shift[1] + tall.camera.fill / 2
    assert foot < 0.58
    assert abs(wide.camera.shift[1]) < 0.05
    assert wide.brand.colors == ("#D4AF37",)
    assert wide.size == (1920, 1080)
