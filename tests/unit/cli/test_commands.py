"""What the commands answer, without making anything."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from clappper.brief.schema import load_brief
from clappper.cli.commands import cli

WISH = "Create 3 variations of a 15 second Instagram ad for Halden Mug, a hand-thrown coffee mug, $24"


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


def answer(*words: object) -> dict[str, Any]:
    result = run(*words, "--json")
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_the_templates_are_listed_and_become_briefs(tmp_path: Path) -> None:
    names = answer("brief", "new")["templates"]
    assert len(names) >= 4
    for name in names:
        assert load_brief(answer("brief", "new", name)["brief"]).scenes
    assert "clappper preflight" in run("brief", "new", next(iter(names)), "--out", tmp_path / "b.toml").stdout
    assert json.loads(run("preflight", tmp_path / "b.toml", "--json").stdout)["overall"] >= 80


def test_a_wish_becomes_a_brief_with_its_variations(tmp_path: Path) -> None:
    made = answer("brief", "new", "--from-text", WISH, "--out", tmp_path / "mug.json")
    assert made["brief"]["product"]["price_text"] == "$24"
    assert any(guess.startswith("product.brand_colors") for guess in made["guessed"])
    files = [Path(one["file"]) for one in made["variations"]]
    assert len(files) == 3
    assert all(one["hypothesis"] for one in made["variations"])
    briefs = [load_brief(json.loads(path.read_text())) for path in (tmp_path / "mug.json", *files)]
    assert len(set(briefs)) == 4


def test_fixes_are_applied_and_written(tmp_path: Path) -> None:
    brief = answer("brief", "new", "product-offer")["brief"]
    brief["scenes"][0]["end_s"] += 0.5
    (tmp_path / "b.json").write_text(json.dumps(brief))
    assert run("preflight", tmp_path / "b.json").exit_code == 2
    fixed = answer("preflight", tmp_path / "b.json", "--fix", tmp_path / "c.json")
    assert fixed["exit_code"] == 0
    assert any(found["severity"] == "must_fix" for found in fixed["fixed"])
    assert run("preflight", tmp_path / "c.json").exit_code == 0


def test_a_brands_document_becomes_rules_and_a_brief(tmp_path: Path) -> None:
    document = tmp_path / "rules.md"
    document.write_text("# Words\nOur primary colour is Midnight #0A1F44. Never say “cheap”.\n")
    assert "“Never say “cheap”.” (under Words)" in run("brief", "rules", document).stdout
    assert [one["value"] for one in answer("brief", "rules", document)["rules"]] == ["#0A1F44", "cheap"]
    run("brief", "new", "product-offer", "--out", tmp_path / "b.json")
    made = answer("brief", "rules", document, "--into", tmp_path / "b.json")["brief"]
    assert made["product"]["brand_colors"][0] == "#0A1F44"
    assert "cheap" in made["safety"]["banned_terms"]
    assert run("brief", "rules", tmp_path / "gone.pdf").exit_code == 2


def test_preflight_explains_itself(tmp_path: Path) -> None:
    run("brief", "new", "brand-story", "--out", tmp_path / "b.json")
    said = run("preflight", tmp_path / "b.json", "--explain").stdout
    assert "Cinematic grammar" in said
    assert "of 100" in said


def test_the_embedded_providers_are_ready_and_free() -> None:
    lines = {line["name"]: line for line in answer("providers")["providers"]}
    assert {"motion", "music", "speech"} <= set(lines)
    for name in ("motion", "music"):
        assert lines[name]["health"]["ready"] is True
        assert all(model["price"]["amount"] == 0 for model in lines[name]["models"])


def test_the_doctor_says_how_to_get_what_is_missing() -> None:
    checkups = answer("doctor")["checkups"]
    assert {"Python", "H.264 encoder", "Fonts"} <= {one["name"] for one in checkups if one["ready"]}
    assert all(one["gives"] and one["how_to_get"] for one in checkups if not one["ready"])


@pytest.mark.parametrize("command", [["providers"], ["doctor"], ["brief", "new"]])
def test_people_get_tables(command: list[str]) -> None:
    result = run(*command)
    assert result.exit_code == 0
    assert not result.stdout.lstrip().startswith("{")
