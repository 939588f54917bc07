"""Starting the program loads nothing heavy, and no module has a vague name."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {"PySide6", "torch", "cv2", "librosa", "av", "scipy", "numpy", "PIL", "numba", "open_clip"}
HELP = """
from click.testing import CliRunner
from clappper.cli.commands import cli
assert CliRunner().invoke(cli, ['--help']).exit_code == 0
"""
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "core", "manager", "managers"}


def _loaded(statement: str) -> set[str]:
    code = f"import sys\n{statement}\nprint(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(answer.stdout.split("\n")[-2].split())


@pytest.mark.parametrize(
    "statement",
    [
        "import clappper",
        "import clappper.app",
        "import clappper.cli.commands",
        HELP,
    ],
)
def test_start_loads_nothing_heavy(statement: str) -> None:
    assert not _loaded(statement) & HEAVY


def test_what_opening_a_project_imports_leaves_the_learning_for_later() -> None:
    learning = ("learning.learning_along", "learning.foretold", "judging")
    reviewing = ("reviewing.measuring", "reviewing.review_desk", "reviewing.landmarks")
    modules = ", ".join(f"clappper.flow.{name}" for name in learning + reviewing)
    assert "scipy" not in _loaded(f"import {modules}")


def test_no_module_has_a_vague_name() -> None:
    named = {part for path in (ROOT / "clappper").rglob("*.py") for part in (*path.parts[:-1], path.stem)}
    assert not named & VAGUE
