from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.base.errors import UnusableInputError
from clappper.media.cube import read_cube

SHARED = Path(__file__).parents[3] / "../shared/media/luts"
IDENTITY_ROWS = "\n".join(f"{r} {g} {b}" for b in (0, 1) for g in (0, 1) for r in (0, 1))


def written(folder: Path, text: str) -> Path:
    path = folder / "look.cube"
    path.write_text(text)
    return path


def test_red_changes_fastest(tmp_path: Path) -> None:
    rows = IDENTITY_ROWS.replace("1 0 0", "0.5 0 0", 1)
    lut = read_cube(written(tmp_path, f'TITLE "Soft red"\nLUT_3D_SIZE 2\n# a remark\n{rows}\n'))
    assert lut.title == "Soft red"
    assert lut.apply(np.array([1, 0, 0], np.float32)) == pytest.approx([0.5, 0, 0])
    assert lut.apply(np.array([0, 0, 1], np.float32)) == pytest.approx([0, 0, 1])


def test_an_identity_is_recognised(tmp_path: Path) -> None:
    assert read_cube(written(tmp_path, f"LUT_3D_SIZE 2\n{IDENTITY_ROWS}")).is_identity


def test_a_curve_alone_and_its_domain(tmp_path: Path) -> None:
    text = "LUT_1D_SIZE 3\nDOMAIN_MIN 0 0 0\nDOMAIN_MAX 2 2 2\n0 0 0\n0.5 0.5 1\n1 1 1"
    lut = read_cube(written(tmp_path, text))
    assert lut.apply(np.array([1, 0.5, 1], np.float32)) == pytest.approx([0.5, 0.25, 1])


def test_a_shaper_comes_before_the_cube(tmp_path: Path) -> None:
    text = f"LUT_1D_SIZE 2\nLUT_1D_INPUT_RANGE 0 1\nLUT_3D_SIZE 2\n0 0 0\n0.5 0.5 0.5\n{IDENTITY_ROWS}"
    assert read_cube(written(tmp_path, text)).apply(np.ones(3, np.float32)) == pytest.approx([0.5, 0.5, 0.5])


@given(st.lists(st.tuples(*[st.floats(0, 1, width=32)] * 3), min_size=8, max_size=8), st.integers(0, 7))
def test_points_of_the_cube_are_hit_exactly(rows: list[tuple[float, float, float]], corner: int) -> None:
    from clappper.media.cube import CubeLut

    lut = CubeLut(cube=np.array(rows, np.float32).reshape(2, 2, 2, 3))
    at = np.array([corner & 1, corner >> 1 & 1, corner >> 2], np.float32)
    assert lut.apply(at) == pytest.approx(rows[corner], abs=1e-6)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "is missing"),
        ("LUT_3D_SIZE 66", r"from 2 to 65 \(line 1\)"),
        ("LUT_3D_SIZE two", r"from 2 to 65 \(line 1\)"),
        (f"LUT_3D_SIZE 2\n{IDENTITY_ROWS}\n0 0 0", "8 rows of colours are expected, not 9"),
        ("LUT_3D_SIZE 2\n0 0", r"3 numbers are expected, not 2 \(line 2\)"),
        ("LUT_3D_SIZE 2\n0 0 x", r"3 numbers are expected \(line 2\)"),
        ("LUT_3D_SIZE 2\n0 nan 0", r"not finite .*\(line 2\)"),
        ("LUT_3D_SIZE 2\n0 1e30 0", r"too large \(line 2\)"),
        (f"LUT_3D_SIZE 2\nDOMAIN_MIN 1 1 1\n{IDENTITY_ROWS}", "range is empty"),
        ("WHATEVER 3", r"WHATEVER is not known \(line 1\)"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(UnusableInputError, match=complaint):
        read_cube(written(tmp_path, text))


def test_missing_binary_and_huge_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableInputError, match="does not exist"):
        read_cube(tmp_path / "none.cube")
    binary = tmp_path / "binary.cube"
    binary.write_bytes(b"\xff\xfe\x00\x80" * 9)
    with pytest.raises(UnusableInputError, match="cannot be read as text"):
        read_cube(binary)
    huge = tmp_path / "huge.cube"
    with huge.open("wb") as file:
        file.truncate(8_000_001)
    with pytest.raises(UnusableInputError, match="larger than 8 MB"):
        read_cube(huge)


@pytest.mark.skipif(not SHARED.exists(), reason="needs the shared media beside the repository")
@pytest.mark.parametrize(
    ("name", "identity"),
    [("fuji_velvia_50.cube", False), ("LogC_Video.cube", False), ("identity_Unit.cube", True)],
)
def test_luts_of_other_programs_are_read(name: str, identity: bool) -> None:
    assert read_cube(SHARED / name).is_identity is identity
