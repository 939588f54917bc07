"""Files find the field that takes them."""

from pathlib import Path

import pytest

from clappper.ui.brief.dropping import home_of, sorted_by_home
from clappper.ui.brief.fields import SECTIONS, FieldRow

ROWS = {row.path: row for section in SECTIONS for row in section.rows}


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("mug.JPG", "assets.product_images"),
        ("brand-logo.png", "product.logo"),
        ("mark.svg", "product.logo"),
        ("song.flac", "audio.file"),
        ("guide.pdf", "assets.guideline_documents"),
        ("bottle.usdz", "assets.product_usd"),
        ("notes.xyz", ""),
    ],
)
def test_a_file_goes_where_its_kind_belongs(name: str, field: str) -> None:
    assert home_of(Path(name)) == field


@pytest.mark.parametrize(
    ("name", "wanted", "field"),
    [
        ("mug.jpg", "assets.reference_images", "assets.reference_images"),
        ("scene.usda", "assets.usd_scene", "assets.usd_scene"),
        ("guide.pdf", "assets.usd_scene", "assets.guideline_documents"),
        ("logo.png", "assets.product_images", "assets.product_images"),
    ],
)
def test_the_field_it_was_dropped_on_comes_first_if_it_can(name: str, wanted: str, field: str) -> None:
    row: FieldRow = ROWS[wanted]
    assert home_of(Path(name), row) == field


def test_a_folder_gives_what_a_brief_can_take(tmp_path: Path) -> None:
    for name in ("b.png", "a.png", "song.wav", "readme.log"):
        (tmp_path / name).touch()
    assert sorted_by_home([tmp_path]) == {
        "assets.product_images": [tmp_path / "a.png", tmp_path / "b.png"],
        "audio.file": [tmp_path / "song.wav"],
    }
