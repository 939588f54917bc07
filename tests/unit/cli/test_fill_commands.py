from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from clappper.base.units import FrameRate
from clappper.cli.commands import cli
from clappper.media.encode import FrameWriter
from clappper.media.encoding import Encoding
from clappper.media.picture import Yuv
from clappper.store import sidecar


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    with FrameWriter(path, Encoding(64, 48, FrameRate(10))) as writer:
        for number in range(5):
            writer.write(Yuv.blank(64, 48, luma=60 + number))
    return path


def test_a_clip_is_made_smoother_and_says_by_what(clip: Path, tmp_path: Path) -> None:
    out = tmp_path / "smooth.mp4"
    result = run("interpolate", clip, "--factor", 3, "--backend", "dis", "--out", out, "--json")
    answer = json.loads(result.stdout)
    assert (answer["frames"], answer["rate"]["num"], answer["source_frames"]) == (15, 30, 5)
    page = sidecar.read(out)
    assert page.provider_pack is not None
    assert page.provider_pack.sent["interpolator"] == "dis"
    assert page.provider_pack.sent["source"] == "clip.mp4"


@pytest.mark.parametrize(
    ("text", "rate"), [("29.97", (30000, 1001)), ("25", (25, 1)), ("30000/1001", (30000, 1001))]
)
def test_rates_are_read_as_people_write_them(
    clip: Path, tmp_path: Path, text: str, rate: tuple[int, int]
) -> None:
    result = run("interpolate", clip, "--fps", text, "--out", tmp_path / "o.mp4", "--json")
    found = json.loads(result.stdout)["rate"]
    assert (found["num"], found["den"]) == rate


@pytest.mark.parametrize(
    "words", [(), ("--fps", "30", "--factor", "2"), ("--fps", "soon"), ("--factor", "9"), ("--fps", "0")]
)
def test_what_is_unclear_is_said_in_one_sentence(clip: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    result = run("interpolate", clip, *words, "--out", tmp_path / "o.mp4", "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"]["message"]
    assert not list(tmp_path.glob("o.*"))


def test_a_clip_is_not_replaced_by_itself(clip: Path) -> None:
    before = clip.read_bytes()
    assert run("interpolate", clip, "--factor", 2, "--out", clip).exit_code == 2
    assert clip.read_bytes() == before


def test_a_clip_without_seams_ends_well_and_what_is_no_clip_is_refused(clip: Path, tmp_path: Path) -> None:
    answer = json.loads(run("seams", clip, "--json").stdout)
    assert (answer["ok"], answer["frames"], answer["seams"]) == (True, 5, [])
    assert "No seam shows" in run("seams", clip).stdout
    (tmp_path / "words.txt").write_text("no clip")
    assert run("seams", tmp_path / "words.txt", "--json").exit_code == 2


def test_the_stitches_that_a_sidecar_knows_are_told_with_their_drift(tmp_path: Path) -> None:
    page = sidecar.Sidecar.model_validate(
        {
            "media": {"name": "j.mp4", "kind": "video", "sha256": "", "size_bytes": 0, "facts": {}},
            "origin": "job:1",
            "created": "2026-12-01",
            "provider_pack": {
                "provider": "frames",
                "model": "join-1",
                "remote_id": "",
                "sent": {"frames": [12, 12]},
            },
        }
    )
    path = tmp_path / "j.mp4"
    with FrameWriter(path, Encoding(64, 48, FrameRate(24))) as writer:
        for _ in range(24):
            writer.write(Yuv.blank(64, 48, luma=80))
    sidecar.write(path, page)
    (stitch,) = json.loads(run("seams", path, "--json").stdout)["stitches"]
    assert (stitch["frame"], stitch["seconds"]) == (12, 0.5)
    drifts = {one["by"]: one for one in stitch["drift"]}
    assert (drifts["EfficientNet"]["across"], drifts["EfficientNet"]["times"]) == (
        pytest.approx(0, abs=1e-3),
        1,
    )
    assert drifts["CLIP"]["reason"].startswith("cannot compute: ")


def test_a_matte_is_written_and_a_missing_screen_is_said(clip: Path, tmp_path: Path) -> None:
    answer = json.loads(run("matte", clip, "--mode", "key", "--out", tmp_path / "m.mp4", "--json").stdout)
    assert (answer["frames"], answer["kept"]) == (5, pytest.approx(1))
    assert "No screen was found" in run("matte", clip, "--mode", "key", "--out", tmp_path / "m.mp4").stdout
    over = run("matte", clip, "--mode", "person", "--over", "#102030", "--out", tmp_path / "p.mp4")
    assert over.exit_code == 0
    assert sidecar.read(tmp_path / "p.mp4").origin == "matte"
    strange = ("--over", "#12"), ("--screen", "green"), ("--shrink", "1e9"), ("--soften", "nan")
    for words in strange:
        assert run("matte", clip, "--mode", "key", *words, "--out", tmp_path / "n.mp4").exit_code == 2
