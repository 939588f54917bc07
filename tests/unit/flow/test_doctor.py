from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from clappper.base.paths import AppPaths
from clappper.flow import doctor


@pytest.fixture
def paths(tmp_path: Path) -> AppPaths:
    return AppPaths(*(tmp_path / name for name in ("config", "cache", "models", "logs")))


@pytest.fixture
def checkups(paths: AppPaths) -> dict[str, doctor.Checkup]:
    return {checkup.name: checkup for checkup in doctor.examine(paths)}


def test_what_this_machine_surely_has_is_ready(checkups: dict[str, doctor.Checkup]) -> None:
    for name in ("Python", "Packages", "SQLite", "H.264 encoder", "HEVC encoder", "AV1 encoder"):
        assert checkups[name].ready, checkups[name].detail


def test_what_is_missing_says_what_it_would_give_and_how_to_get_it(
    checkups: dict[str, doctor.Checkup],
) -> None:
    assert len(checkups) >= 18
    for checkup in checkups.values():
        assert checkup.detail
        assert checkup.gives
        assert checkup.ready or checkup.how_to_get


def test_nothing_is_written(paths: AppPaths, tmp_path: Path) -> None:
    doctor.examine(paths)
    assert list(tmp_path.iterdir()) == []


def test_a_programme_on_the_path_is_found(
    paths: AppPaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("espeak-ng", "piper"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = {checkup.name: checkup for checkup in doctor.examine(paths)}
    assert found["eSpeak NG"].ready
    assert not found["Piper"].ready
    assert "no voice" in found["Piper"].detail
    (paths.models / "piper").mkdir(parents=True)
    (paths.models / "piper" / "anna.onnx").touch()
    found = {checkup.name: checkup for checkup in doctor.examine(paths)}
    assert "anna" in found["Piper"].detail
    monkeypatch.setenv("PATH", "")
    assert not {checkup.name: checkup for checkup in doctor.examine(paths)}["eSpeak NG"].ready


def test_too_little_disk_is_not_ready(paths: AppPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "LEAST_DISK_BYTES", 1 << 62)
    disk = next(checkup for checkup in doctor.examine(paths) if checkup.name == "Disk space")
    assert not disk.ready


def test_a_containers_memory_limit_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = tmp_path / "memory.max"
    limit.write_text("1000000\n")
    monkeypatch.setattr(doctor, "CGROUP_LIMIT", limit)
    assert doctor.memory_bytes() == 1_000_000
    limit.write_text("max\n")
    assert doctor.memory_bytes() > 1_000_000


def test_importing_the_doctor_loads_nothing_heavy() -> None:
    heavy = "{'av', 'numpy', 'cv2', 'scipy', 'PIL', 'sqlite3', 'torch', 'librosa'}"
    code = f"import sys, clappper.flow.doctor; print(sorted({heavy} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
