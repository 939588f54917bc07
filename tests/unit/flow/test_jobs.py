"""Looking on and deciding from outside, with a job in doubt that the ledger really has."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from clappper.base.errors import ClappperError
from clappper.base.events import EventHub
from clappper.base.units import Money
from clappper.cli.commands import cli
from clappper.flow.jobs import Verb, change_job, list_jobs, watch_jobs
from clappper.flow.money import money_of_project
from clappper.jobs.logbook import Logbook
from clappper.jobs.model import JobState
from clappper.jobs.queue import JobQueue
from clappper.providers.contract import GenRequest, Kind
from clappper.providers.registry import Registry, load
from clappper.providers.workbench import EMBEDDED, Workbench
from clappper.store.project import ProjectFolder
from tests.patience import PATIENCE_SECONDS


@pytest.fixture
def doubtful(tmp_path: Path) -> tuple[Path, str]:
    """A project whose only job, of a provider that is really there, was sent and never answered."""
    folder = tmp_path / "ad"
    with ProjectFolder.create(folder) as project:
        queue = JobQueue(project, load(Workbench(tmp_path / "scratch")), EventHub())
        request = GenRequest("", Kind.MUSIC, "music", "bed-1", "calm", 1.0)
        job = queue.enqueue(request, scene_id="bed").job
        book = Logbook(queue, is_free=False)
        started, _ = book.begin(job)
        book.doubt(started, "ambiguous", "Nobody knows.", "Look there.")
    return folder, job.id


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


async def test_each_decision_does_what_it_says(doubtful: tuple[Path, str]) -> None:
    folder, job_id = doubtful
    with pytest.raises(ClappperError, match="not known"):
        await change_job(folder, job_id, Verb.ADOPT, EMBEDDED)
    adopted = await change_job(folder, job_id, Verb.ADOPT, EMBEDDED, remote_id="r-7")
    assert (adopted.state, adopted.remote_id) == (JobState.RUNNING, "r-7")
    with pytest.raises(ClappperError, match="not in doubt"):
        await change_job(folder, job_id, Verb.RESEND, EMBEDDED)


async def test_what_is_given_up_can_be_tried_again_and_watched_to_its_end(doubtful: tuple[Path, str]) -> None:
    folder, job_id = doubtful
    given_up = await change_job(folder, job_id, Verb.GIVE_UP, EMBEDDED)
    assert given_up.state is JobState.FAILED
    await change_job(folder, job_id, Verb.RETRY, EMBEDDED)
    await change_job(folder, job_id, Verb.REMOVE, EMBEDDED)
    said: list[tuple[str, float, str]] = []
    book = await watch_jobs(folder, EventHub(), lambda *words: said.append(words), EMBEDDED)
    assert [line.job.state for line in book.lines] == [JobState.DONE]
    assert said[-1][1] == 1.0
    money = money_of_project(folder)
    assert money.lines[0].finished_seconds == pytest.approx(1.0)
    assert (len(money.made), money.spent) == (2, Money())


async def test_looking_on_while_another_program_works(doubtful: tuple[Path, str]) -> None:
    folder, job_id = doubtful
    with ProjectFolder.open(folder):
        with pytest.raises(ClappperError, match="open in another"):
            await change_job(folder, job_id, Verb.CANCEL, EMBEDDED)
        looking = watch_jobs(folder, EventHub(), lambda *_: None, EMBEDDED)
        book = await asyncio.wait_for(looking, PATIENCE_SECONDS)
    assert book.in_doubt


def test_a_paused_provider_is_told_with_its_reason(doubtful: tuple[Path, str]) -> None:
    folder, _ = doubtful
    with ProjectFolder.open(folder) as project:
        queue = JobQueue(project, Registry(()), EventHub())
        queue.gates.refuse("music", "It wants to be paid first.", "Add credit.")
    assert "music is paused: It wants to be paid first. Add credit." in run("jobs", folder).stdout
    assert json.loads(run("jobs", folder, "--json").stdout)["paused"][0]["by_person"] is False


def test_the_commands_tell_and_settle_a_doubt(doubtful: tuple[Path, str]) -> None:
    folder, job_id = doubtful
    told = run("jobs", folder)
    assert told.exit_code == 3
    assert "--resolve-unsure" in told.stdout.replace("\n", " ")
    assert "Look there." in told.stdout
    assert run("jobs", folder, "--remote-id", "x").exit_code == 2
    settled = run("jobs", folder, "--resolve-unsure", job_id, "give-up", "--json")
    assert settled.exit_code == 0
    assert json.loads(settled.stdout)["jobs"][0]["state"] == "failed"
    assert list_jobs(folder).lines[0].attempts[0].billed == "unknown"
    assert run("money", folder, "--csv").stdout.startswith("group,name,attempts")
    assert job_id in run("money", folder, "--ledger").stdout
    assert json.loads(run("money", folder, "--json").stdout)["spent_usd"] == 0
