"""The prompt history's panel: nothing, many, and one that is used again."""

from collections.abc import Iterator

import pytest

from clappper.base.errors import ClappperError
from clappper.flow.reviewing.review_desk import Draft, ReviewDesk
from clappper.ui.bench import Bench
from clappper.ui.brief.prompts import PromptsPanel
from tests.unit.review.answers import CHANCE, Answering
from tests.unit.review.clips import land
from tests.unit.ui.conftest import Stage


@pytest.fixture
def panel(bench: Bench, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[PromptsPanel]:
    monkeypatch.setattr(bench.session, "predictor", Answering())
    made = PromptsPanel(bench)
    made.show()
    yield made
    made.deleteLater()
    stage.rest()


def test_nothing_says_what_will_be_there(panel: PromptsPanel, stage: Stage) -> None:
    stage.until(lambda: panel.empty.isVisibleTo(panel))
    assert not panel.use.isEnabled()
    with pytest.raises(ClappperError, match="No prompt is chosen"):
        panel.use_chosen()


def test_good_ones_are_filtered_and_used_again(panel: PromptsPanel, bench: Bench, stage: Stage) -> None:
    land(bench.session.project, 3)
    desk = ReviewDesk(bench.session, "ann")
    desk.rate(desk.clips()["asset-alpha-1"], Draft(overall=5))
    panel.refresh()
    stage.until(lambda: [one.now for one in panel.model.records] == [CHANCE] * 3)
    panel.outcome.setCurrentIndex(1)
    panel.outcome.activated.emit(1)
    assert [one.prompt for one in panel.model.records] == ["a red boat number 1"]
    panel.table.selectRow(0)
    bench.draft.select(1)
    assert panel.use.text() == f"Use in scene {bench.session.brief.scenes[1].id}"
    panel.verbs()["use_prompt"]()
    assert bench.session.brief.scenes[1].t2v_prompt == "a red boat number 1"
    assert bench.session.undo_name.startswith("Use an earlier prompt")
