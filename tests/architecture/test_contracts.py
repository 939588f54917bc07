"""The import contracts hold, and each of them catches a violation planted in a copy of the package."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Contract name -> (module of the copy, line added to it) that must break it.
VIOLATIONS = {
    "One way down": ("base/errors.py", "import clappper.flow"),
    "No knots inside a package": ("base/units.py", "import clappper.base.knot"),
    "Qt lives in ui": ("flow/__init__.py", "import PySide6"),
    "Waiting lives in flow, jobs and providers": ("render/canvas.py", "import asyncio"),
    "Brief and timeline are pure": ("timeline/__init__.py", "import subprocess"),
    "A timeline knows no provider": ("timeline/__init__.py", "import clappper.providers.contract"),
    "SQL lives in store and in records": ("media/picture.py", "import sqlite3"),
    "Adapters ignore each other": (
        "providers/adapters/planted_a.py",
        "import clappper.providers.adapters.planted_b",
    ),
    "Adapters are reached through the registry": (
        "cli/__init__.py",
        "import clappper.providers.adapters.planted_b",
    ),
}


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = "from importlinter.cli import lint_imports_command as run; run()"
    return subprocess.run(
        [sys.executable, "-c", command, "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_contract_holds() -> None:
    answer = _lint(ROOT)
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Lint a copy of the package that holds one violation of each contract."""
    folder = tmp_path_factory.mktemp("planted")
    shutil.copytree(ROOT / "clappper", folder / "clappper", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    package = folder / "clappper"
    (package / "base/knot.py").write_text("import clappper.base.units\n")
    (package / "providers/adapters/planted_b.py").write_text("")
    for module, line in VIOLATIONS.values():
        path = package / module
        path.write_text((path.read_text() if path.exists() else "") + f"\n{line}\n")
    return _lint(folder).stdout


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_a_planted_violation_is_caught(planted: str, contract: str) -> None:
    assert f"{contract} BROKEN" in planted


def test_every_contract_has_a_violation() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    names = {contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]}
    assert names == set(VIOLATIONS)
