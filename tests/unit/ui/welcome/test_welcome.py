"""The welcome page, with no recent project and with some; the sample opens finished."""

from PySide6.QtWidgets import QPushButton

from clappper.ui.main_window import MainWindow
from clappper.ui.welcome.cards import Card
from tests.unit.ui.conftest import Stage


def test_without_recents_there_is_the_sample(window: MainWindow) -> None:
    assert [card.accessibleName() for card in window.findChildren(Card)] == ["Sample project"]


def test_the_sample_opens_generated_and_passes_preflight(window: MainWindow, stage: Stage) -> None:
    window.findChildren(Card)[0].click()
    stage.until(lambda: window.session is not None)
    session = window.session
    assert session is not None
    shots = [clip for track in session.timeline.tracks for clip in track.clips if clip.scene_id]
    assert len(shots) > 5
    go = next(one for one in window.findChildren(QPushButton) if one.text() == "Generate")
    stage.until(go.isEnabled)
    stage.live(window.show_session(None))
    names = [card.accessibleName() for card in window.findChildren(Card)]
    assert names[:2] == ["Sample project", "Kilnmoor Daybreak"]
