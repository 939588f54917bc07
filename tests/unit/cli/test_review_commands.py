"""Measuring a clip from the command line, with what is switched on for once."""

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from clappper.cli.commands import cli
from tests.unit.review.clips import moving, write_clip


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, ["metrics", *map(str, words)])


def measured(*words: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(*words, "--json").stdout)["metrics"]
    return found


def test_plugins_are_off_until_they_are_named(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.mp4", moving(4))
    assert "bleu" not in measured(clip, "--prompt", "a red boat on a lake")
    words = ("--prompt", "a red boat on a lake", "--reference", "a red boat on a lake")
    found = measured(clip, *words, "--plugin", "bleu", "--plugin", "bertscore", "--plugin", "fvd")
    assert found["bleu"]["value"] == 100
    assert found["bleu"]["version"] == "1"
    assert found["bertscore_f1"]["reason"].startswith("cannot compute: there is no caption")
    assert found["fvd"]["value"] is None
    assert "perplexity" not in found


def test_an_unknown_plugin_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.mp4", moving(4))
    assert "'bleu', 'perplexity', 'bertscore', 'fvd'" in run(clip, "--plugin", "rouge").output
    (tmp_path / "none").mkdir()
    refused = run(clip, "--plugin", "fvd", "--clips", tmp_path / "none")
    assert refused.exit_code != 0
    assert "holds no clip" in refused.output
