"""The log: filtered by words and by weight; the chosen line in full."""

import pytest

from clappper.ui.bench import Bench
from clappper.ui.log.panel import LogPanel

LINE = '{"time": "12:0%d", "level": "%s", "logger": "clappper.%s", "message": "%s", "extra": 1}\n'


@pytest.fixture
def panel(bench: Bench) -> LogPanel:
    bench.studio.paths.logs.mkdir(parents=True)
    text = LINE % (1, "INFO", "jobs", "job is done") + LINE % (2, "ERROR", "store", "disk is full")
    (bench.studio.paths.logs / "clappper.log").write_text(text)
    return LogPanel(bench)


def test_words_and_weight_filter(panel: LogPanel) -> None:
    assert panel.model.rowCount() == 2
    panel.level.setCurrentText("Errors")
    assert [line.message for line in panel.model.records] == ["disk is full"]
    panel.level.setCurrentText("Everything")
    panel.words.setText("JOBS")
    assert [line.message for line in panel.model.records] == ["job is done"]


def test_the_chosen_line_is_shown_in_full(panel: LogPanel) -> None:
    panel.table.selectRow(0)
    assert panel.details.toPlainText() == "disk is full\nextra=1"
