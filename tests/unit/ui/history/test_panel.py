"""The history shows every step and goes to any of them."""

from clappper.ui.bench import Bench
from clappper.ui.history.panel import HistoryPanel
from tests.unit.ui.conftest import Stage


def test_a_click_goes_to_its_step(bench: Bench, stage: Stage) -> None:
    panel = HistoryPanel(bench)
    first = bench.session.brief
    for text in ("One more", "Two more"):
        bench.draft.write("cta.headline", text)
        bench.draft.commit(f"Say {text}")
    stage.rest()
    names = [panel.list.item(row).text() for row in range(panel.list.count())]
    assert names == ["New ad", "Say One more", "Say Two more"]
    panel.list.itemClicked.emit(panel.list.item(0))
    assert bench.session.brief == first
    stage.rest()
    assert panel.list.currentRow() == 0
    panel.list.itemClicked.emit(panel.list.item(2))
    assert bench.session.brief.cta.headline == "Two more"
