import json
from pathlib import Path

import pytest

from clappper.base.errors import UnusableInputError
from clappper.brief.schema import load_brief
from clappper.flow.briefs import read_brief, write_brief

SMALL = {
    "project": {"name": "Tide", "target_audience": "swimmers", "aspect": "9:16", "duration_s": 8},
    "product": {"name": "Tide One", "key_benefit": "stays dry", "brand_colors": ["0af"]},
    "cta": {"headline": "Dive in"},
    "scenes": [{"id": "s1", "start_s": 0, "end_s": 8, "type": "lifestyle", "intent": "A calm sea at dawn"}],
}


@pytest.mark.parametrize("name", ["brief.json", "brief.toml"])
def test_a_brief_survives_its_file(tmp_path: Path, name: str) -> None:
    brief = load_brief(SMALL)
    write_brief(brief, tmp_path / name)
    assert read_brief(tmp_path / name) == brief


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_bytes(b"\xef\xbb\xbf" + json.dumps(SMALL).encode())
    assert read_brief(tmp_path / "b.json").product.brand_colors == ("#00AAFF",)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"  \n", "is empty"),
        (b"{", "not valid JSON"),
        (b"[1, 2]", "holds no brief"),
        (b"\x00\xff\xfe\x9c" * 20, "not a text file"),
        (b"[" * 200_000, "nested too deeply"),
        (b" " * 2_000_001, "far too large"),
        (json.dumps(SMALL | {"skenes": []}).encode(), "scenes"),
    ],
)
def test_a_bad_file_is_named_in_one_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "b.json"
    path.write_bytes(content)
    with pytest.raises(UnusableInputError, match=sentence) as caught:
        read_brief(path)
    assert "b.json" in caught.value.message


def test_bad_toml_names_the_place(tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_text("[project\nname = 1")
    with pytest.raises(UnusableInputError, match=r"not valid TOML.*line 1"):
        read_brief(tmp_path / "b.toml")


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(UnusableInputError, match="There is no file") as caught:
        read_brief(tmp_path / "none.json")
    assert "brief new" in caught.value.hint
    with pytest.raises(UnusableInputError, match="cannot be read"):
        read_brief(tmp_path)
