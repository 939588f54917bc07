"""Every character is drawn by a font that has it, or named; a font that cannot be used says so."""

from pathlib import Path

import pytest

from clappper.base.errors import UnusableInputError
from clappper.base.paths import resource
from clappper.render.fonts import FontShelf, FontStack


@pytest.fixture(scope="module")
def stack() -> FontStack:
    return FontShelf().stack("", Path())


def first(stack: FontStack, text: str, weight: int = 700) -> str:
    return next(face.path.name for face in stack.typefaces(text, weight) if face.covers(text))


@pytest.mark.parametrize(
    ("text", "file"),
    [
        ("Größe Łódź", "Inter.ttf"),
        ("Χρόνος", "Inter.ttf"),
        ("Время", "Inter.ttf"),
        ("وقتك", "NotoSansArabic-Bold.ttf"),
        ("זמן", "NotoSansHebrew-Bold.ttf"),
        ("掌握你的时间", "NotoSansCJK-Bold.otf"),
        ("あなたの時間", "NotoSansCJK-Bold.otf"),
        ("당신의", "NotoSansCJK-Bold.otf"),
    ],
)
def test_each_script_has_a_font(stack: FontStack, text: str, file: str) -> None:
    assert first(stack, text) == file
    assert stack.missing(text) == ()


def test_a_word_is_never_set_in_two_weights(stack: FontStack) -> None:
    common, rare = "你", "現"
    assert first(stack, common, 400) == "NotoSansCJK-Regular.otf"
    assert first(stack, common + rare, 400) == "NotoSansCJK-Bold.otf"


def test_characters_no_font_has_are_named_once(stack: FontStack) -> None:
    assert stack.missing("Sale 🔥🔥 now \u200f") == ("🔥",)


def test_a_variable_font_answers_each_weight_with_its_own_outline(stack: FontStack) -> None:
    face = stack.typefaces("I", 400)[0]
    glyph = face.font(400).get_nominal_glyph(ord("I"))
    assert face.outline(glyph, 300) != face.outline(glyph, 800)
    assert face.outline(glyph, 900) == face.outline(glyph, 2000)
    assert face.outline(glyph, 400).startswith("M")


def test_a_brand_font_goes_first_and_falls_back(stack: FontStack) -> None:
    brand = FontShelf().stack("bebas neue", Path())
    assert first(brand, "AURIC") == "BebasNeue-Regular.otf"
    assert first(brand, "وقتك") == first(stack, "وقتك")


def test_a_brand_font_may_be_a_file_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "brand.otf").write_bytes(resource("fonts", "BebasNeue-Regular.otf").read_bytes())
    assert FontShelf().stack("brand.otf", tmp_path).families[0].name == "Bebas Neue"


@pytest.mark.parametrize("content", [b"", b"no font at all", b"\x00\x01\x00\x00" * 40])
def test_a_file_that_is_no_font_is_named_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "brand.ttf").write_bytes(content)
    with pytest.raises(UnusableInputError, match=r"brand\.ttf cannot be read"):
        FontShelf().stack("brand.ttf", tmp_path)


def test_unknown_fonts_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UnusableInputError, match="does not exist"):
        FontShelf().stack("fonts/gone.otf", tmp_path)
    with pytest.raises(UnusableInputError, match="Playfair Display"):
        FontShelf().stack("Futura", tmp_path)


def test_the_licence_travels_with_the_fonts() -> None:
    licence = resource("fonts", "OFL.txt").read_text("utf-8")
    for font in resource("fonts").glob("*.?tf"):
        assert font.name in licence
    assert sum(font.stat().st_size for font in resource("fonts").iterdir()) < 5 << 20
