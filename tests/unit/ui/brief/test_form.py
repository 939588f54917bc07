"""The form: what is typed is judged at once, kept when it is left, and refused in a sentence."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QSlider

from clappper.brief.fields import value_at
from clappper.ui.bench import Bench
from clappper.ui.brief.fields import SCENE, SECTIONS, title_of
from clappper.ui.brief.form import BriefForm, FieldForm
from clappper.ui.errors import toasts_of
from tests.unit.ui.conftest import Stage


@pytest.fixture
def form(bench: Bench) -> BriefForm:
    made = BriefForm(bench)
    made.resize(320, 900)
    made.show()
    return made


def test_every_row_is_a_field_of_the_brief(bench: Bench) -> None:
    for row in (row for section in SECTIONS for row in section.rows):
        value_at(bench.draft.brief, row.path)
    for row in (row for section in SCENE for row in section.rows):
        value_at(bench.draft.brief, f"scenes[0].{row.path}")


def test_typing_changes_the_draft_and_leaving_makes_one_step(form: BriefForm, bench: Bench) -> None:
    line = form.fields.editors["cta.headline"].control
    assert isinstance(line, QLineEdit)
    line.selectAll()
    QTest.keyClicks(line, "Now or never")
    assert bench.draft.brief.cta.headline == "Now or never"
    assert bench.session.brief.cta.headline != "Now or never"
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert bench.session.brief.cta.headline == "Now or never"
    assert bench.session.history_names[-1] == "Change headline"


def test_what_does_not_fit_is_said_and_not_kept(form: BriefForm, bench: Bench) -> None:
    editor = form.fields.editors["project.name"]
    assert isinstance(editor.control, QLineEdit)
    editor.control.selectAll()
    QTest.keyClicks(editor.control, "x")
    assert "2 to 200 characters" in editor.wrong.text()
    assert editor.wrong.isVisible()
    QTest.keyClick(editor.control, Qt.Key.Key_Return)
    assert len(bench.session.brief.project.name) > 1


def test_a_slider_says_its_number_and_keys_make_a_step(form: BriefForm, bench: Bench) -> None:
    editor = form.fields.editors["compute.keyframe_units"]
    assert isinstance(editor.control, QSlider)
    assert "100 units" in editor.label.text()
    QTest.keyClick(editor.control, Qt.Key.Key_PageDown)
    assert "90 units" in editor.label.text()
    assert bench.session.brief.compute.keyframe_units == 90


def test_a_choice_is_a_step_at_once(form: BriefForm, bench: Bench) -> None:
    box = form.fields.editors["project.platform"].control
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findData("tiktok"))
    box.activated.emit(box.currentIndex())
    assert bench.session.brief.project.platform == "tiktok"


def test_undo_is_shown_in_the_form(form: BriefForm, bench: Bench, stage: Stage) -> None:
    before = bench.session.brief.cta.headline
    bench.draft.write("cta.headline", "Other")
    bench.draft.commit("Change headline")
    bench.session.undo()
    stage.rest()
    line = form.fields.editors["cta.headline"].control
    assert isinstance(line, QLineEdit)
    assert line.text() == before


def test_a_dropped_photo_is_copied_into_the_project(
    form: BriefForm, bench: Bench, stage: Stage, tmp_path: Path
) -> None:
    photo = tmp_path / "mug.png"
    cv2.imwrite(str(photo), np.full((64, 64, 3), 128, np.uint8))
    form.fields.editors["assets.product_images"].wanted.emit([photo])  # type: ignore[attr-defined]
    stage.until(lambda: bench.session.brief.assets.product_images)
    (name,) = bench.session.brief.assets.product_images
    assert (bench.session.project.path / name).is_file()


def test_the_scorecards_link_leads_to_the_field(form: BriefForm, bench: Bench) -> None:
    bench.draft.pointed.emit("cta.url")
    assert form.focusWidget() is form.fields.editors["cta.url"].control


def test_a_document_dropped_on_the_3d_scene_goes_to_the_guidelines(
    form: BriefForm, bench: Bench, stage: Stage, tmp_path: Path
) -> None:
    guide = tmp_path / "guide.md"
    guide.write_text("Never say cheap.")
    form.fields.editors["assets.usd_scene"].wanted.emit([guide])  # type: ignore[attr-defined]
    stage.until(lambda: bench.session.brief.assets.guideline_documents)
    assert bench.session.brief.assets.usd_scene is None


def test_files_dropped_over_the_scenes_are_kept_and_strays_are_named(
    form: BriefForm, bench: Bench, stage: Stage, tmp_path: Path
) -> None:
    photo, stray = tmp_path / "mug.png", tmp_path / "notes.xyz"
    cv2.imwrite(str(photo), np.zeros((90, 60, 3), np.uint8))
    stray.touch()
    bench.draft.dropped.emit([stray, photo])
    toasts = toasts_of(form)
    stage.until(lambda: "A brief has no place for notes.xyz." in toasts.texts)
    assert len(bench.session.brief.assets.product_images) == 1


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("assets.product_images[0]", "Product photos"),
        ("cta.url", "Address"),
        ("scenes[1].camera", "Scene 2, camera"),
        ("scenes[0].studio.label", "Scene 1, label"),
        ("scenes[2]", "Scene 3"),
        ("project", "Project"),
    ],
)
def test_remarks_name_fields_as_the_form_does(path: str, title: str) -> None:
    assert title_of(path) == title


def test_fields_stand_in_fewer_columns_where_there_is_no_room(bench: Bench) -> None:
    form = FieldForm(bench.draft, bench.tokens, SCENE, lambda path: f"scenes[0].{path}", columns=4)
    form.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    form.resize(900, 400)
    form.show()
    kind, maker, start = (form.editors[name] for name in ("type", "provider_hint", "start_s"))
    form.resize(900, 401)

    def lines() -> list[int]:
        grid, editors = form._grids[0]  # noqa: SLF001 - Qt lays out later
        found = [grid.getItemPosition(grid.indexOf(one)) for one in (kind, maker, start)]
        assert len(editors) == grid.count()
        return [place[0] for place in found]  # type: ignore[index]

    assert lines()[0] == lines()[1] == lines()[2]
    form.resize(320, 400)
    assert lines()[0] == lines()[1] < lines()[2]
    form.resize(900, 400)
    assert lines()[0] == lines()[1] == lines()[2]
    form.close()
