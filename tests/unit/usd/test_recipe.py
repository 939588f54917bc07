import json
from pathlib import Path

import pytest

from clappper.base.errors import UnusableInputError
from clappper.usd.recipe import SceneRecipe, read_recipe, recipe_of


def test_defaults_make_three_seconds_of_a_bottle() -> None:
    recipe = SceneRecipe()
    assert (recipe.builtin_product, recipe.frames, recipe.size, recipe.samples) == (
        "bottle",
        90,
        (1080, 1920),
        8,
    )


def test_a_draft_has_half_the_size_and_even_sides() -> None:
    recipe = recipe_of({"render": {"quality": "draft", "width": 541, "height": 963}})
    assert recipe.size == (270, 480)


def test_keyframes_include_the_last_frame() -> None:
    recipe = recipe_of({"camera": {"seconds": 0.5}, "render": {"fps": 24, "keyframe_step": 3}})
    assert recipe.keyframes == (0, 3, 6, 9, 11)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ({"camera": {"move": "fly"}}, "camera.move"),
        ({"camera": {"focal_length": 5}}, "camera.focal_length"),
        ({"camera": {"path": "World/Cam"}}, "must be a prim path"),
        ({"brand": {"colors": ["gold"]}}, "must be a colour such as #D4AF37"),
        ({"render": {"aspect": "3:2"}}, "render.aspect"),
        ({"render": {"out": "../x.mp4"}}, "inside the job's folder"),
        ({"replicator": {"outDir": "/else/where"}}, "inside the job's folder"),
        ([], "no scene recipe"),
    ],
)
def test_what_cannot_be_used_is_named(raw: object, says: str) -> None:
    with pytest.raises(UnusableInputError, match=says):
        recipe_of(raw)


def test_unknown_keys_are_warnings(tmp_path: Path) -> None:
    file = tmp_path / "scene.json"
    file.write_text(json.dumps({"glow": 1, "camera": {"speed": 2}, "characters": [{}]}))
    _, warnings = read_recipe(file)
    assert [text.split()[0] for text in warnings] == ["glow", "camera.speed", "characters"]


def test_paths_count_from_the_recipe_and_must_be_there(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(b"")
    file = tmp_path / "scene.json"
    file.write_text(json.dumps({"brand": {"logo_png": "logo.png"}}))
    recipe, _ = read_recipe(file)
    assert recipe.brand.logo_png == str((tmp_path / "logo.png").resolve())
    file.write_text(json.dumps({"product_usd": "gone.usd"}))
    with pytest.raises(UnusableInputError, match="product_usd: USD file not found"):
        read_recipe(file)


def test_addresses_are_refused_except_on_nucleus(tmp_path: Path) -> None:
    file = tmp_path / "scene.json"
    file.write_text(json.dumps({"usd": "https://h/a.usd"}))
    with pytest.raises(UnusableInputError, match="is an address"):
        read_recipe(file)
    file.write_text(json.dumps({"usd": "nucleus://h/a.usd"}))
    assert read_recipe(file)[0].usd == "omniverse://h/a.usd"


def test_the_name_of_the_film_does_not_change_the_picture() -> None:
    one, other = recipe_of({"render": {"out": "a.mp4"}}), recipe_of({"render": {"out": "b.mp4"}})
    assert one.digest() == other.digest() != recipe_of({"render": {"seed": 1}}).digest()
