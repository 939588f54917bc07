"""Colours are found however they are written, once each, with the name that stands beside them."""

import pytest

from clappper.base.passages import Passage
from clappper.brief.brand_colours import colours_in


def found(*lines: str) -> list[tuple[str, str]]:
    return [(one.value, one.name) for one in colours_in([Passage(line, 1, "Colours") for line in lines])]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Midnight #0a1f44", [("#0A1F44", "Midnight")]),
        ("Our primary colour is Midnight (#0A1F44).", [("#0A1F44", "Midnight")]),
        ("Fog | RGB 230, 236, 242", [("#E6ECF2", "Fog")]),
        ("Ember: R 255 G 107 B 53", [("#FF6B35", "Ember")]),
        ("Moss CMYK 60 0 80 40", [("#3D991F", "Moss")]),
        ("Moss C:60% M:0% Y:80% K:40%", [("#3D991F", "Moss")]),
        ("Hex: 0A1F44", [("#0A1F44", "")]),
        ("Ask in #18f-branding or #abc", []),
        ("See https://example.com/#0A1F44", []),
        ("RGB 300, 1, 2", []),
    ],
)
def test_a_line_gives_its_colours(line: str, expected: list[tuple[str, str]]) -> None:
    assert found(line) == expected


def test_one_colour_in_several_lines_is_one_colour() -> None:
    block = "Midnight", "Hex #0A1F44", "RGB 10 31 68", "CMYK 85 54 0 73"
    assert found(*block) == [("#0A1F44", "Midnight")]


def test_a_pantone_name_is_told_and_printed_values_are_called_about_right() -> None:
    one, other = colours_in(
        [
            Passage("Ember #FF6B35, Pantone 1645 C"),
            *[Passage("Some words.")] * 4,
            Passage("Moss CMYK 60 0 80 40"),
        ]
    )
    assert one.note == "Pantone 1645 C"
    assert "CMYK" in other.note
