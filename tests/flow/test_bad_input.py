"""Every kind of bad input ends in one clear sentence and the right exit code, and leaves nothing behind."""

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from clappper.cli.commands import cli
from tests.flow.small import making
from tests.patience import PATIENCE_SECONDS

Change = Callable[[dict[str, Any]], None]
Ad = Callable[..., Path]


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


def error_of(result: Result) -> dict[str, Any]:
    answer = json.loads(result.stdout)
    assert answer["ok"] is False
    assert answer["exit_code"] == result.exit_code
    error: dict[str, Any] = answer["error"]
    return error


def with_file(field: str, name: str) -> Change:
    """Let a field of the brief name a file."""

    def change(data: dict[str, Any]) -> None:
        place, *steps = field.split(".")
        inner = data[place]
        for step in steps[:-1]:
            inner = inner.setdefault(step, {})
        inner[steps[-1]] = [name] if steps[-1].endswith("s") else name

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d.update(colour="red"), "colour"),
        (lambda d: d["project"].update(duration=3), "duration_s"),
        (lambda d: d["scenes"][0].update(start_s=-1), "scenes[0].start_s"),
        (lambda d: d["project"].update(aspect="3:2"), "9:16"),
        (lambda d: d["project"].update(duration_s="long"), "project.duration_s"),
        (lambda d: d["cta"].clear(), "cta.headline"),
    ],
)
def test_a_bad_brief_names_the_field(ad: Ad, tmp_path: Path, change: Change, words: str) -> None:
    result = run("make", ad(change), "--out", tmp_path / "out", "--json")
    assert result.exit_code == 2
    assert words in error_of(result)["message"]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("start", "word"), [(4.0, "overlap"), (5.5, "5.50 s")])
def test_scenes_that_do_not_meet_are_blocked(ad: Ad, tmp_path: Path, start: float, word: str) -> None:
    brief = ad(lambda d: d["scenes"][1].update(start_s=start))
    result = run("preflight", brief, "--json")
    findings = json.loads(result.stdout)["findings"]
    assert result.exit_code == 2
    assert any(word in found["message"].lower() for found in findings if found["severity"] == "must_fix")
    made = run("make", brief, "--out", tmp_path / "out", "--json")
    assert made.exit_code == 2
    assert not list((tmp_path / "out").rglob("*.mp4"))


FIELDS = (
    ("product.logo", "logo.png"),
    ("assets.product_images", "photo.jpg"),
    ("assets.reference_images", "reference.png"),
    ("audio.file", "song.mp3"),
    ("product.style_pack.grade_lut", "look.cube"),
    ("product.style_pack.font_family", "brand.ttf"),
)
CONTENTS = {
    "empty": b"",
    "truncated": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "text": b"this is not what the name says\n" * 20,
    "noise": bytes(np.random.default_rng(1).integers(0, 256, 4096, dtype=np.uint8)),
}


@pytest.mark.parametrize(("field", "name"), FIELDS)
@pytest.mark.parametrize("content", CONTENTS)
def test_a_file_that_is_not_what_it_says_is_named(
    ad: Ad, tmp_path: Path, field: str, name: str, content: str
) -> None:
    brief = ad(with_file(field, name))
    (brief.parent / name).write_bytes(CONTENTS[content])
    result = run("make", brief, "--out", tmp_path / "out", "--json")
    assert result.exit_code == 2, result.output
    message = error_of(result)["message"]
    assert field in message
    assert "\n" not in message
    assert "Traceback" not in result.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("field", "name"), FIELDS)
def test_missing_files_and_addresses_are_named(ad: Ad, field: str, name: str) -> None:
    missing = run("preflight", ad(with_file(field, f"gone-{name}")), "--json")
    assert missing.exit_code == 2
    assert field in error_of(missing)["message"]
    address = run("preflight", ad(with_file(field, f"https://example.com/{name}")), "--json")
    assert address.exit_code == 2
    assert "address" in error_of(address)["message"]


def test_a_logo_without_alpha_and_one_far_too_wide_are_taken(ad: Ad) -> None:
    brief = ad(with_file("product.logo", "wide.png"))
    Image.new("RGB", (20_000, 400), "#264653").save(brief.parent / "wide.png")
    assert run("preflight", brief, "--json").exit_code == 0


def test_a_headline_that_fits_nowhere_is_found_before_anything_is_made(ad: Ad) -> None:
    brief = ad(lambda d: d["cta"].update(headline="Everything you ever wanted from a bottle " * 4))
    result = run("preflight", brief, "--json")
    assert result.exit_code == 2
    fields = {
        found["field"] for found in json.loads(result.stdout)["findings"] if found["severity"] == "must_fix"
    }
    assert "cta.headline" in fields


def test_an_unknown_aspect_lists_the_known_ones(ad: Ad, tmp_path: Path) -> None:
    result = run("make", ad(), "--out", tmp_path / "out", "--aspect", "9:16,7:5", "--json")
    assert result.exit_code == 2
    assert "7:5" in error_of(result)["message"]


def test_an_unknown_template_lists_the_known_ones() -> None:
    result = run("brief", "new", "no-such-template", "--json")
    assert result.exit_code == 2
    assert "no-such-template" in error_of(result)["message"]


@pytest.mark.parametrize("name", ["gone.mp4", "text.mp4"])
def test_check_refuses_what_is_no_clip(ad: Ad, tmp_path: Path, name: str) -> None:
    (tmp_path / "text.mp4").write_text("hello")
    result = run("check", tmp_path / name, "--brief", ad(), "--json")
    assert result.exit_code == 2
    assert name in error_of(result)["message"]


def test_jobs_of_no_project(tmp_path: Path) -> None:
    result = run("jobs", tmp_path, "--json")
    assert result.exit_code == 2
    assert "no Clappper project" in error_of(result)["message"]


def test_an_out_folder_that_is_a_file(ad: Ad, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    result = run("make", ad(), "--out", tmp_path / "out", "--json")
    assert result.exit_code in {1, 2}
    assert "Traceback" not in result.output


@pytest.fixture
def small_disk(tmp_path: Path) -> Path:
    """Mount a disk of 3 MB, where the machine lets us."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "clappper", folder], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk is not allowed here")
    return folder


def test_a_full_disk_is_one_sentence_and_leaves_no_half_file(ad: Ad, small_disk: Path) -> None:
    try:
        result = run("make", ad(), "--out", small_disk, "--json")
        assert result.exit_code == 1, result.output
        error = error_of(result)
        assert "disk" in f"{error['message']} {error['hint']}".lower()
        assert not list(small_disk.glob("*.mp4"))
        assert not list(small_disk.glob("*.part"))
    finally:
        subprocess.run(["umount", "-l", small_disk], check=True)


def test_a_read_only_folder_is_one_sentence(ad: Ad, small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    try:
        result = run("make", ad(), "--out", small_disk / "out", "--json")
        assert result.exit_code == 1, result.output
        assert "read-only" in str(error_of(result)).lower()
    finally:
        subprocess.run(["umount", "-l", small_disk], check=True)


@pytest.mark.skipif(os.name == "nt", reason="sends a POSIX signal")
def test_ctrl_c_stops_with_one_sentence_and_the_next_run_goes_on(ad: Ad, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with subprocess.Popen(making(ad(), out), stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "music" in line:
                break
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
        assert process.wait(timeout=PATIENCE_SECONDS) == 1
    assert "Stopped" in said
    assert "Traceback" not in said
    assert not list(out.glob("*.mp4"))
    jobs = run("jobs", out / "tide-bottle.clappper", "--json")
    states = {job["scene_id"]: job["state"] for job in json.loads(jobs.stdout)["jobs"]}
    assert states["music"] == "done"
