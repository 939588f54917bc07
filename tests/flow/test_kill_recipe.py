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
def test_a_killed_recipe_resumes_and_pays_nothing_twice(tmp_path: Path) -> None:
    (tmp_path / "hang").touch()
    process = start(tmp_path)
    signs = tmp_path / "waiting", tmp_path / "mover-0.mp4"
    wait_until(lambda: process.poll() is not None or all(sign.exists() for sign in signs))
    assert process.poll() is None
    process.kill()
    process.wait()
    before = asked(tmp_path, "painter"), asked(tmp_path, "mover")
    assert before == (3, 2)
    (tmp_path / "hang").unlink()
    assert start(tmp_path).wait(PATIENCE_SECONDS) == 0
    assert (tmp_path / "made").exists()
    assert (asked(tmp_path, "painter"), asked(tmp_path, "mover")) == before
