"""Rules from documents are offered with their sentence, and each acceptance is one step."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog, QLabel, QPushButton

from clappper.ui.bench import Bench
from clappper.ui.brief.editors import FileEditor
from clappper.ui.brief.form import BriefForm
from clappper.ui.brief.guidelines import GuidelineSheet
from tests.unit.ui.conftest import Stage

RULES = "# Words\nOur primary colour is Midnight #0A1F44.\nNever say “cheap”.\n"


@pytest.fixture
def form(bench: Bench) -> BriefForm:
    made = BriefForm(bench)
    made.show()
    return made


def bring(form: BriefForm, stage: Stage, bench: Bench, *paths: Path) -> None:
    editor = form.fields.editors["assets.guideline_documents"]
    assert isinstance(editor, FileEditor)
    editor.wanted.emit(list(paths))
    stage.until(lambda: len(bench.session.brief.assets.guideline_documents) == len(paths))


def test_a_dropped_document_offers_its_rules(
    form: BriefForm, stage: Stage, bench: Bench, asked: list[str], tmp_path: Path
) -> None:
    assert "read_guidelines" not in form.verbs()
    (tmp_path / "rules.md").write_text(RULES)
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.7 nothing")
    bring(form, stage, bench, tmp_path / "rules.md", tmp_path / "scan.pdf")
    stage.until(lambda: asked == ["read_guidelines"])
    stage.live(form.read_guidelines())
    (sheet,) = form.findChildren(GuidelineSheet)
    said = [label.text() for label in sheet.findChildren(QLabel)]
    assert "“Never say “cheap”.” (under Words)" in said
    assert any("damaged PDF" in text for text in said)

    buttons = {one.accessibleName(): one for one in sheet.findChildren(QPushButton)}
    buttons["Accept never say cheap"].click()
    stage.rest()
    assert bench.session.brief.safety.banned_terms[-1] == "cheap"
    assert bench.session.undo_name == "Take never say cheap"
    assert sheet.all.text() == "Accept all 1"
    sheet.all.click()
    stage.rest()
    assert bench.session.brief.product.brand_colors[0] == "#0A1F44"
    assert not sheet.all.isEnabled()
    for dialog in form.findChildren(QDialog):
        dialog.close()


def test_two_documents_of_one_name_both_stay(
    form: BriefForm, stage: Stage, bench: Bench, tmp_path: Path
) -> None:
    for name, text in (("a", "One."), ("b", "Two.")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "rules.txt").write_text(text)
    bring(form, stage, bench, tmp_path / "a" / "rules.txt", tmp_path / "b" / "rules.txt")
    names = bench.session.brief.assets.guideline_documents
    assert [(bench.session.project.path / name).read_text() for name in names] == ["One.", "Two."]
