"""A recipe whose process is killed goes on, and nothing that was paid is asked for again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import PATIENCE_SECONDS, wait_until

TARGET, ROOT = Path(__file__).with_name("kill_recipe.py"), Path(__file__).parents[2]


def start(folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, str(TARGET), str(folder)], cwd=ROOT)


def asked(folder: Path, service: str) -> int:
    log = folder / f"{service}.jsonl"
    return len(log.read_text().splitlines()) if log.exists() else 0


@pytest.mark.skipif(sys.platform == "win32", reason="needs a signal that cannot be caught")
def test_a_recipe_killed_at_every_stage_resumes_and_pays_nothing_twice(tmp_path: Path) -> None:
    """The second part of each stage hangs when what came before it is there."""
    before = {"painter": (2, 0), "mover": (3, 2), "frames": (3, 2)}
    there = {"painter": "painter-0.png", "mover": "mover-0.mp4", "frames": "mover-1.mp4"}
    for stage, counts in before.items():
        (tmp_path / "hang").write_text(stage)
        process = start(tmp_path)
        signs = tmp_path / f"{stage} hangs", tmp_path / there[stage]
        wait_until(lambda: process.poll() is not None or all(sign.exists() for sign in signs))  # noqa: B023
        assert process.poll() is None
        process.kill()
        process.wait()
        assert (asked(tmp_path, "painter"), asked(tmp_path, "mover")) == counts
    (tmp_path / "hang").unlink()
    assert start(tmp_path).wait(PATIENCE_SECONDS) == 0
    assert (tmp_path / "made").exists()
    assert (asked(tmp_path, "painter"), asked(tmp_path, "mover")) == (3, 2)
