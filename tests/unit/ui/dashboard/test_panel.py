"""The dashboard with nothing, a little, and what was learned; and what leaves it as files."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from clappper.base.units import Money
from clappper.flow.learning.dashboard import overview, overview_csv
from clappper.flow.reviewing.review_desk import Draft, ReviewDesk
from clappper.jobs.money.report import Spending
from clappper.review.ratings import RatingSaved
from clappper.ui import dialogs
from clappper.ui.bench import Bench
from clappper.ui.dashboard import panel as module
from clappper.ui.dashboard.charts import whole_ticks
from clappper.ui.dashboard.panel import DashboardPanel
from clappper.ui.errors import toasts_of
from tests.unit.review.clips import land
from tests.unit.ui.conftest import Stage


@pytest.fixture
def panel(stage: Stage, bench: Bench) -> Iterator[DashboardPanel]:
    made = DashboardPanel(bench)
    made.resize(1000, 700)
    made.show()
    stage.until(made.standing.text)
    yield made
    made.close()
    made.deleteLater()
    stage.rest()


def judge(desk: ReviewDesk, count: int) -> None:
    land(desk.session.project, count)
    for number, clip in enumerate(desk.queue()[:count]):
        desk.rate(clip, Draft(overall=1 + number % 5, tags=("flicker",) if number % 2 else ()))


def test_nothing_judged_yet_promises_nothing(panel: DashboardPanel) -> None:
    assert panel.figures["Judged"].text() == "0 of 0"
    assert panel.figures["Passed"].text() == "–"
    assert "prior" in panel.standing.text()


def test_what_is_rated_appears(panel: DashboardPanel, stage: Stage) -> None:
    judge(panel.desk, 5)
    stage.until(lambda: panel.figures["Judged"].text() == "5 of 5")
    assert panel.figures["Passed"].text() == "40%"
    assert panel.figures["To make again"].text() == "2"
    assert "too few: 0 of 30" in panel.agreement.text()
    assert panel.alphas.empty.isVisibleTo(panel)


def test_counts_have_whole_ticks() -> None:
    assert [text for _, text in whole_ticks(2)] == ["0", "1", "2"]
    assert [at for at, _ in whole_ticks(60)] == [0, 10, 20, 30, 40, 50, 60]


def test_pass_rates_are_shown_by_what_one_likes(panel: DashboardPanel, stage: Stage) -> None:
    judge(panel.desk, 5)
    stage.until(lambda: panel.figures["Judged"].text() == "5 of 5")
    counts = {}
    for place in range(panel.by.count()):
        panel.by.setCurrentIndex(place)
        panel.by.activated.emit(place)
        ticks = panel.rates.getAxis("left")._tickLevels  # noqa: SLF001 - pyqtgraph gives no other way to them
        counts[panel.by.currentText()] = [name for _, name in ticks[0]]
    assert counts["Provider"] == ["alpha  (5)"]
    assert counts["Model"] == ["model-1  (5)"]
    assert len(counts["Scene"]) == 5
    assert counts["Scene type and provider"]


def test_learning_says_how_far_it_got(panel: DashboardPanel, stage: Stage) -> None:
    judge(panel.desk, 5)
    stage.live(panel.learn())
    assert any("Learned from 5 rated clips" in text for text in toasts_of(panel).texts)
    stage.until(lambda: "5 of 40 ratings" in panel.standing.text())


def test_files_leave_it(
    panel: DashboardPanel, stage: Stage, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge(panel.desk, 5)

    async def target(*_: object) -> Path:
        return tmp_path / "out.csv"

    async def folder(*_: object) -> Path:
        return tmp_path / "out"

    monkeypatch.setattr(dialogs, "chosen_target", target)
    monkeypatch.setattr(dialogs, "chosen_folder", folder)
    monkeypatch.setattr(dialogs, "chosen_file", target)
    for work in (panel.export_dataset(), panel.write_pack(), panel.export_ratings(), panel.import_ratings()):
        stage.live(work)
    assert (tmp_path / "out" / "manifest.jsonl").is_file()
    assert (tmp_path / "out" / "index.html").is_file()
    assert any("0 ratings are new" in text for text in toasts_of(panel).texts)
    stage.live(panel.save_csv())
    rows = list(csv.DictReader((tmp_path / "out.csv").read_text().splitlines()))
    assert {"pass rate by provider", "tag", "posterior", "agreement"} <= {row["kind"] for row in rows}
    bench.session.hub.publish(RatingSaved(""))


def test_names_are_no_formulas(panel: DashboardPanel, tmp_path: Path) -> None:
    land(panel.desk.session.project, 1, provider="=cmd")
    clip = panel.desk.queue()[0]
    panel.desk.rate(clip, Draft(overall=4))
    assert "'=cmd" in overview_csv(overview(panel.desk, tmp_path))


def test_what_a_minute_costs_is_shown_by_maker(
    panel: DashboardPanel, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert panel.minutes.empty.text() == "Nothing was bought yet."
    lines = (
        Spending("provider", "fal", 3, 1, 2, 30.0, Money.dollars(1.5), 0),
        Spending("provider", "luma", 1, 0, 1, 60.0, Money.dollars(9), 0),
        Spending("scene", "s1", 1, 0, 1, 60.0, Money.dollars(9), 0),
        Spending("model", "free", 1, 0, 1, 60.0, Money(), 0),
    )
    told = replace(overview(panel.desk, panel.library), spendings=lines)
    monkeypatch.setattr(module, "overview", lambda *_: told)
    panel.refresh()
    stage.until(lambda: not panel.minutes.empty.text())
    ticks = panel.minutes.getAxis("left")._tickLevels  # noqa: SLF001 - pyqtgraph gives no other way to them
    assert [name for _, name in ticks[0]] == ["fal (2)", "luma (1)"]
