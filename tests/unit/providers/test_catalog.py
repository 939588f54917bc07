from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from clappper.base.errors import UnusableInputError
from clappper.base.paths import AppPaths
from clappper.base.units import Money
from clappper.providers import registry
from clappper.providers.catalog import Catalog
from clappper.providers.contract import GenRequest, InputFile, Kind, Role
from clappper.providers.inputs import Inputs, Rule
from clappper.providers.prices import load_prices
from clappper.providers.workbench import Workbench

KLING, VEO, WAN = "kwaivgi/kling-v3-video", "google/veo-3.1", "wan-video/wan-2.2-t2v-fast"


def catalog_of(tmp_path: Path) -> Catalog:
    own = AppPaths(tmp_path / "config", tmp_path / "cache", tmp_path / "models", tmp_path / "logs")
    return Catalog(Workbench(tmp_path, own=own), "replicate")


def wish(model: str, **changes: object) -> GenRequest:
    usual = {"width": 720, "height": 1280, "fps": 24.0, "seed": 7} | changes
    request = GenRequest("k", Kind.TEXT_TO_VIDEO, "replicate", model, "a tin", 5.0)
    return dataclasses.replace(request, **usual)  # type: ignore[arg-type]  # fields of the request


def picture(role: Role, at: float | None = None) -> InputFile:
    return InputFile(role, f"/{role}{at or ''}.png", f"{role}{at or ''}", at_seconds=at)


def place(file: InputFile) -> str:
    return f"at:{file.sha256}"


def test_each_model_is_told_in_its_own_words(tmp_path: Path) -> None:
    catalog = catalog_of(tmp_path)
    assert catalog.body(wish(KLING, negative="text"), place) == {
        "prompt": "a tin",
        "negative_prompt": "text",
        "aspect_ratio": "9:16",
        "duration": 5,
        "generate_audio": False,
    }
    assert catalog.body(wish(WAN, negative="text"), place) == {
        "prompt": "a tin",
        "seed": 7,
        "num_frames": 81,
        "resolution": "720p",
        "aspect_ratio": "9:16",
        "frames_per_second": 16,
    }
    sora = catalog.body(wish("openai/sora-2", seconds=6.0), place)
    assert sora == {"prompt": "a tin", "seconds": 8, "aspect_ratio": "portrait"}
    wan25 = catalog.body(wish("wan-video/wan-2.5-t2v", seconds=7.0), place)
    assert (wan25["size"], wan25["duration"]) == ("720*1280", 10)


@pytest.mark.parametrize(
    ("model", "first", "last"),
    [
        (KLING, "start_image", "end_image"),
        (VEO, "image", "last_frame"),
        ("bytedance/seedance-1-pro", "image", "last_frame_image"),
        ("wan-video/wan-2.2-i2v-fast", "image", "last_image"),
    ],
)
def test_first_and_last_frame_go_where_the_model_looks_for_them(
    tmp_path: Path, model: str, first: str, last: str
) -> None:
    files = (picture(Role.LAST_FRAME), picture(Role.FIRST_FRAME))
    body = catalog_of(tmp_path).body(wish(model, kind=Kind.KEYFRAMES, files=files), place)
    assert (body[first], body[last]) == ("at:first_frame", "at:last_frame")


def test_a_products_picture_begins_a_clip_that_is_made_from_a_picture_only(tmp_path: Path) -> None:
    catalog = catalog_of(tmp_path)
    files = (picture(Role.PRODUCT), picture(Role.REFERENCE))
    moving = catalog.body(wish(VEO, kind=Kind.IMAGE_TO_VIDEO, files=files), place)
    assert (moving["image"], moving["reference_images"]) == ("at:product", ["at:reference"])
    spoken = catalog.body(wish(VEO, files=files), place)
    assert "image" not in spoken
    assert spoken["reference_images"] == ["at:product", "at:reference"]


def test_what_a_model_lacks_is_said_and_never_sent(tmp_path: Path) -> None:
    catalog = catalog_of(tmp_path)
    request = wish("minimax/hailuo-2.3", negative="text", audio=True, loop=True)
    said = {issue.field for issue in catalog.validate(request) if not issue.blocking}
    assert said >= {"negative", "seed", "audio", "loop"}
    assert set(catalog.sent(request)) == {"prompt", "duration", "resolution"}


def test_an_option_is_sent_if_the_model_has_it_and_its_value_suits(tmp_path: Path) -> None:
    catalog = catalog_of(tmp_path)
    fine = wish(KLING, extra={"mode": "standard"})
    assert catalog.body(fine, place)["mode"] == "standard"
    assert not [issue for issue in catalog.validate(fine) if issue.blocking]
    odd = wish(KLING, extra={"mode": "cinema"})
    assert [issue.field for issue in catalog.validate(odd) if issue.blocking] == ["extra.mode"]
    strange = wish(KLING, extra={"modus": "pro"})
    assert "modus" not in catalog.body(strange, place)


def test_only_files_that_are_used_are_sent(tmp_path: Path) -> None:
    files = (picture(Role.LOGO), picture(Role.FIRST_FRAME))
    request = wish(KLING, kind=Kind.IMAGE_TO_VIDEO, files=files)
    assert catalog_of(tmp_path).files(request) == (files[1],)


def test_prices_follow_what_is_sent(tmp_path: Path) -> None:
    catalog = catalog_of(tmp_path)
    silent, loud = catalog.estimate(wish(KLING)), catalog.estimate(wish(KLING, audio=True))
    assert silent.high == Money.dollars("1.40")
    assert loud.high == Money.dollars("2.10")
    assert silent.low == Money.dollars("0.84")
    draft = catalog.estimate(wish(KLING, extra={"mode": "standard"}))
    assert draft.high == Money.dollars("1.05")


@pytest.mark.parametrize("model", ["bytedance/seedance-2.0", "tencent/hunyuan-video"])
def test_a_price_that_nobody_knows_is_not_zero(tmp_path: Path, model: str) -> None:
    stated = catalog_of(tmp_path).estimate(wish(model))
    assert (stated.low, stated.high) == (None, None)


def test_prices_are_matched_by_fields_of_their_own() -> None:
    """A dotted name in a TOML table that is not quoted makes a table, which nothing that is sent equals."""
    rows = [price for prices in load_prices(None).values() for price in prices]
    assert not [price.match for price in rows if any(isinstance(v, dict) for v in price.match.values())]


def test_a_persons_own_prices_go_before_and_unknown_words_in_them_are_said(tmp_path: Path) -> None:
    mine = tmp_path / "config" / "prices.toml"
    mine.parent.mkdir()
    row = f'[[price]]\nprovider = "replicate"\nmodel = "{KLING}"\nunit = "clip"\nusd = 0.5\nas_of = "2026"\n'
    mine.write_text(row)
    assert catalog_of(tmp_path).estimate(wish(KLING)).high == Money.dollars("0.50")
    for damage in (
        row.replace("clip", "dozen"),
        row.replace("0.5", '"much"'),
        row.replace("usd", "eur"),
        "[[price",
    ):
        mine.write_text(damage)
        with pytest.raises(UnusableInputError, match="prices"):
            catalog_of(tmp_path)


def test_a_damaged_file_of_ones_own_stops_one_service_only(tmp_path: Path) -> None:
    own = AppPaths(tmp_path / "config", tmp_path / "cache", tmp_path / "models", tmp_path / "logs")
    mine = tmp_path / "config" / "providers" / "replicate.toml"
    mine.parent.mkdir(parents=True)
    mine.write_text("[[model]\n")
    found = registry.load(Workbench(tmp_path, own=own))
    (broken,) = found.broken
    assert broken.name == "replicate"
    assert "Mend the file" in broken.reason
    assert found.get("motion").models()
    assert found.get("fal").models()


def test_a_persons_own_rows_add_and_replace(tmp_path: Path) -> None:
    mine = tmp_path / "config" / "providers" / "replicate.toml"
    mine.parent.mkdir(parents=True)
    mine.write_text(
        '[[model]]\nname = "luma/ray-2-720p"\nkinds = ["t2v"]\n'
        f'[[model]]\nname = "{KLING}"\nkinds = ["t2v"]\nnote = "mine"\n'
    )
    models = catalog_of(tmp_path).models
    assert models["luma/ray-2-720p"].capabilities.durations == (5.0, 9.0)
    assert models[KLING].capabilities.note == "mine"
    assert models[KLING].capabilities.kinds == (Kind.TEXT_TO_VIDEO,)


def test_what_the_service_says_anew_goes_before_what_ships_and_survives(tmp_path: Path) -> None:
    catalog = catalog_of(tmp_path)
    rules = {"prompt": Rule(), "seconds": Rule("integer", (4, 6)), "style": Rule("string", ("noir",))}
    fresh = Inputs(rules, frozenset({"prompt"}), "", "2026-11-30")
    assert catalog.learn({"openai/sora-2": fresh}) == ("openai/sora-2",)
    assert catalog.learn({"openai/sora-2": fresh}) == ()
    again = catalog_of(tmp_path).model("openai/sora-2").capabilities
    assert again.durations == (4.0, 6.0)
    assert "style" in again.extra_fields
    assert catalog_of(tmp_path).model(KLING).capabilities.last_frame


def test_an_unknown_model_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UnusableInputError, match="no model 'x'") as unknown:
        catalog_of(tmp_path).model("x")
    assert KLING in unknown.value.hint
