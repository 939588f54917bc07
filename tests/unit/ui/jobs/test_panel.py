"""The jobs panel with nothing, one and many jobs; what a person decides reaches the queue."""

import pytest
from PySide6.QtWidgets import QPushButton

from clappper.jobs.model import JobChanged, JobState
from clappper.ui.bench import Bench
from clappper.ui.jobs.panel import JobsPanel
from tests.unit.ui.conftest import Stage, held_job


@pytest.fixture
def panel(bench: Bench) -> JobsPanel:
    made = JobsPanel(bench)
    made.resize(900, 260)
    made.show()
    return made


def states(bench: Bench) -> list[JobState]:
    return [job.state for job in bench.session.queue.list()]


def test_without_jobs_it_says_what_goes_there(panel: JobsPanel) -> None:
    assert panel.model.rowCount() == 0
    assert not panel.table.isVisible()


def test_a_job_shows_its_state_progress_and_most_it_may_cost(
    panel: JobsPanel, bench: Bench, stage: Stage
) -> None:
    job = held_job(bench.session, "music")
    bench.session.hub.publish(JobChanged(job.id, JobState.QUEUED, None, "waiting", 30))
    stage.rest()
    row = [panel.model.index(0, column).data() for column in range(7)]
    assert row[:3] == ["Queued", "music", "Composer"]
    assert row[4:6] == ["waiting, 30 s left", "free"]


def test_pause_resume_reorder_and_remove(panel: JobsPanel, bench: Bench, stage: Stage) -> None:
    first, second = held_job(bench.session, "one", 1), held_job(bench.session, "two", 2)
    stage.rest()
    panel.table.choose(first.id)
    verbs = panel.verbs()
    verbs["pause_job"]()
    assert states(bench)[0] is JobState.PAUSED
    stage.rest()
    verbs["pause_job"]()
    assert states(bench)[0] is JobState.QUEUED
    stage.rest()
    verbs["job_later"]()
    stage.rest()
    assert [job.id for job in bench.session.queue.list()] == [second.id, first.id]
    assert panel.table.chosen().job.id == first.id
    verbs["remove_job"]()
    stage.rest()
    assert [job.id for job in bench.session.queue.list()] == [second.id]


def test_only_what_a_job_allows_can_be_pressed(panel: JobsPanel, bench: Bench, stage: Stage) -> None:
    job = held_job(bench.session, "one")
    stage.rest()
    panel.table.choose(job.id)
    able = {name for name, button in panel._buttons.items() if button.isEnabled()}  # noqa: SLF001
    assert able == {"pause_job", "cancel_job", "edit_job", "job_earlier", "job_later", "remove_job"}


def test_a_paused_provider_is_named_and_can_be_resumed(panel: JobsPanel, bench: Bench, stage: Stage) -> None:
    bench.session.queue.gates.refuse("fal", "It refuses the key.", "Set another one.")
    stage.rest()
    resume = next(one for one in panel.findChildren(QPushButton) if one.text() == "Resume fal")
    resume.click()
    assert not bench.session.queue.gates.is_shut("fal")


def test_a_job_in_doubt_asks_in_words_and_is_settled(panel: JobsPanel, bench: Bench, stage: Stage) -> None:
    queue = bench.session.queue
    job = held_job(bench.session, "one")
    for state in (JobState.SUBMITTING, JobState.UNSURE):
        job = queue.records.move(job, state, queue.clock.now(), error="The line broke.")
    bench.session.hub.publish(JobChanged(job.id, JobState.UNSURE))
    stage.rest()
    panel.table.choose(job.id)
    assert panel.doubt.isVisible()
    give_up = panel.doubt._give_up  # noqa: SLF001 - what its button calls
    give_up()
    assert states(bench) == [JobState.FAILED]
    stage.rest()
    assert not panel.doubt.isVisible()
