"""The welcome page, with no recent project and with some; the sample opens finished."""

from clappper.base.paths import resource
from clappper.brief.templates import TEMPLATES
from clappper.flow.doctor import Checkup
from clappper.ui.brief.scorecard import ScorecardPanel
from clappper.ui.main_window import MainWindow
from clappper.ui.welcome.cards import Card
from clappper.ui.welcome.welcome import unlocks
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
    assert window.page is not None
    card = window.page.panel("scorecard")
    assert isinstance(card, ScorecardPanel)
    stage.until(card.go.isEnabled)
    stage.live(window.show_session(None))
    names = [card.accessibleName() for card in window.findChildren(Card)]
    assert names[:2] == ["Sample project", "Kilnmoor Daybreak"]


def test_every_template_has_its_picture() -> None:
    assert [name for name in TEMPLATES if not resource("templates", f"{name}.jpg").is_file()] == []


def test_typing_can_begin_at_once(window: MainWindow) -> None:
    focus = window.focusWidget()
    assert focus is not None
    assert focus.accessibleName() == "Describe your ad"


def test_ways_to_the_same_thing_stand_in_one_line() -> None:
    card = "install an NVIDIA card with its driver"
    found = [
        Checkup("SQLite", ready=True, detail="", gives="projects"),
        Checkup("H.264 on NVIDIA", ready=False, detail="", gives="fast exports", how_to_get=card),
        Checkup("CUDA", ready=False, detail="", gives="clips", how_to_get=card),
        Checkup("Kit", ready=False, detail="", gives="exact shots", how_to_get="x"),
        Checkup("Blender", ready=False, detail="", gives="exact shots", how_to_get="y"),
    ]
    assert [name for name, _ in unlocks(found)] == ["NVIDIA graphics card", "Kit or Blender"]
