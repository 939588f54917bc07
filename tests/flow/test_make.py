"""Whole journeys with the embedded providers: brief to exported, measured file, killed and taken up again."""

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from clappper.base.errors import ClappperError
from clappper.cli.commands import cli
from clappper.jobs.model import JobState
from clappper.jobs.records import JobRecords
from clappper.media.audio import RATE, write_wav
from clappper.media.probe import probe
from clappper.render.canvas import ASPECTS
from clappper.store.project import ProjectFolder
from tests.flow.small import SIZES, making
from tests.patience import wait_until

Ad = Callable[..., Path]


def make(*words: object) -> dict[str, Any]:
    result = CliRunner().invoke(cli, ["make", *map(str, words), "--json"])
    assert result.stdout, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    assert answer["exit_code"] == result.exit_code
    return answer


def failures(video: dict[str, Any]) -> list[str]:
    return [found["message"] for found in video["checks"]["findings"] if found["outcome"] == "fail"]


Sizes = dict[str, tuple[int, int]]


@pytest.fixture
def quarter(monkeypatch: pytest.MonkeyPatch) -> Sizes:
    """Deliver a quarter of the width and height: every step is taken, at a sixteenth of the pixels."""
    for aspect, size in SIZES.items():
        monkeypatch.setitem(ASPECTS, aspect, size)
    return SIZES


def test_a_brief_becomes_an_ad_that_passes_its_checks(ad: Ad, tmp_path: Path) -> None:
    answer = make(ad(), "--out", tmp_path / "out")
    (video,) = answer["videos"]
    assert failures(video) == []
    assert answer["ok"] is True
    assert answer["spent_usd"] == 0
    assert abs(video["loudness"]["integrated_lufs"] + 14) <= 0.5
    facts = probe(Path(video["path"]))
    assert (facts.width, facts.height, facts.frame_count) == (1080, 1920, 192)
    assert {shot["provider"] for shot in answer["shots"]} == {"motion"}
    assert all(shot["reason"] for shot in answer["shots"])


def jobs(project: Path) -> list[dict[str, Any]]:
    result = CliRunner().invoke(cli, ["jobs", str(project), "--json"])
    assert result.exit_code == 0, result.output
    found: list[dict[str, Any]] = json.loads(result.stdout)["jobs"]
    return found


def test_one_timeline_gives_three_aspects_with_a_short_song_and_no_logo(
    ad: Ad, tmp_path: Path, quarter: Sizes
) -> None:
    def change(data: dict[str, Any]) -> None:
        data["audio"] = {"mode": "music", "file": "song.wav"}
        del data["product"]["logo"]
        data["product"]["no_logo"] = True

    brief = ad(change)
    seconds = np.arange(2 * RATE) / RATE
    pulse = np.sin(2 * np.pi * 110 * seconds) * np.exp(-8 * (seconds % 0.5))
    write_wav(brief.parent / "song.wav", np.stack([pulse, pulse], axis=1).astype(np.float32))
    answer = make(brief, "--out", tmp_path / "out", "--aspect", "9:16,1:1,16:9")
    sizes = {video["aspect"]: (video["width"], video["height"]) for video in answer["videos"]}
    assert sizes == {aspect: quarter[aspect] for aspect in ("9:16", "1:1", "16:9")}
    assert [failures(video) for video in answer["videos"]] == [[], [], []]


def test_a_blocked_brief_makes_nothing(ad: Ad, tmp_path: Path) -> None:
    brief = ad(lambda data: data.update(safety={"banned_terms": ["cold mist"]}))
    stopped = make(brief, "--out", tmp_path / "out")
    assert stopped["exit_code"] == 2
    assert not list((tmp_path / "out").rglob("*.mp4"))


def has_finished_something(project: Path) -> bool:
    """Look into a project that another program works on, or is only about to make."""
    try:
        with ProjectFolder.open(project, read_only=True) as folder:
            return any(job.state is JobState.DONE for job in JobRecords(folder.db).jobs())
    except ClappperError:
        return False


@pytest.mark.usefixtures("quarter")
@pytest.mark.skipif(os.name == "nt", reason="kills with POSIX signals")
def test_a_killed_make_goes_on_without_repeating_what_was_finished(ad: Ad, tmp_path: Path) -> None:
    brief, out = ad(), tmp_path / "out"
    project = out / "tide-bottle.clappper"
    victim = subprocess.Popen(making(brief, out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_until(lambda: victim.poll() is not None or has_finished_something(project))
    victim.send_signal(signal.SIGKILL)
    victim.wait()
    before = {job["id"]: job for job in jobs(project) if job["state"] == "done"}
    assert before
    answer = make(brief, "--out", out)
    assert failures(answer["videos"][0]) == []
    after = {job["id"]: job for job in jobs(project)}
    assert all(job["state"] == "done" for job in after.values())
    assert all(len(after[job_id]["attempts"]) == 1 for job_id in before)
    assert not list(out.rglob("*.part"))
    # Once more: nothing is generated again.
    assert failures(make(brief, "--out", out)["videos"][0]) == []
    assert jobs(project) == list(after.values())


@pytest.mark.usefixtures("quarter")
def test_a_blocked_brief_that_is_made_all_the_same_carries_a_badge(ad: Ad, tmp_path: Path) -> None:
    brief = ad(lambda data: data.update(safety={"banned_terms": ["cold mist"]}))
    answer = make(brief, "--out", tmp_path / "out", "--yes-blocked")
    timeline = json.loads(Path(answer["videos"][0]["sidecar"]).read_text())["timeline"]
    shots = next(track for track in timeline["tracks"] if track["kind"] == "video")["clips"]
    assert {clip["badge"] for clip in shots} == {"generated anyway"}
    pages = list(Path(answer["project"]).glob("generated/motion/*.json"))
    assert pages
    assert {json.loads(page.read_text())["badge"] for page in pages} == {"generated anyway"}
