from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from clappper.app import Studio
from clappper.base.errors import ClappperError, UnusableInputError
from clappper.base.events import EventHub
from clappper.base.paths import AppPaths
from clappper.brief.schema import AdBrief, to_dict
from clappper.flow.desk import Desk, newest_desk
from clappper.flow.project import session as project_session
from clappper.flow.project.session import BriefChanged, HistoryChanged, Session, TimelineChanged, open_session
from clappper.providers import registry
from clappper.store.files import StorageError
from clappper.store.project import ProjectFolder
from clappper.timeline.model import Timeline, Title, to_json
from clappper.timeline.placing import lift, move
from clappper.timeline.queries import clip_of
from clappper.timeline.trims import trim


def shorter(clip_id: str, by: int = 10) -> Callable[[Timeline], Timeline]:
    return lambda timeline: trim(timeline, clip_id, -by)


def price(brief: AdBrief, text: str) -> AdBrief:
    return brief.model_copy(update={"product": brief.product.model_copy(update={"price_text": text})})


async def reopened(session: Session) -> Session:
    await session.aclose()
    return await open_session(session.project.path, EventHub())


async def test_an_edit_is_one_step_that_is_told(session: Session, heard: list[object]) -> None:
    before = session.timeline
    session.edit("Trim", shorter("a"), by="me")
    assert len(clip_of(session.timeline, "a").placed) == 80
    assert (session.undo_name, session.place) == ("Trim", 1)
    assert heard == [TimelineChanged("ad", 1, "me"), HistoryChanged()]
    session.undo()
    assert session.timeline == before
    assert session.redo_name == "Trim"


async def test_an_edit_that_is_refused_or_changes_nothing_leaves_no_trace(
    session: Session, heard: list[object]
) -> None:
    before = session.timeline
    with pytest.raises(ClappperError):
        session.edit("Trim", shorter("a", 900))
    session.edit("Nothing", lambda timeline: timeline)
    assert session.timeline is before
    assert (session.history_names, heard) == (("Make the ad",), [])


async def test_a_preview_is_not_kept(session: Session) -> None:
    assert len(clip_of(session.preview(shorter("a")), "a").placed) == 80
    assert len(clip_of(session.timeline, "a").placed) == 90


async def test_the_price_changes_in_the_brief_and_on_the_picture_in_one_step(
    session: Session, heard: list[object]
) -> None:
    session.edit_brief("Change the price", price(session.brief, "$19"))
    title = clip_of(session.timeline, "price").content
    assert isinstance(title, Title)
    assert title.text == session.brief.product.price_text == "$19"
    assert heard == [BriefChanged(session.brief_id, 1), TimelineChanged("ad", 1), HistoryChanged()]
    session.undo()
    assert session.brief.product.price_text == "$49"
    assert clip_of(session.timeline, "price").content.text == "$49"  # type: ignore[union-attr]


async def test_a_group_is_one_step_and_told_once(session: Session, heard: list[object]) -> None:
    with session.group("Tidy up"):
        session.edit("Trim", shorter("a"))
        session.edit("Trim", shorter("b"))
        with session.group("Inner"):
            session.edit_brief("Price", price(session.brief, "$5"))
    assert session.history_names == ("Make the ad", "Tidy up")
    assert len(heard) == 3
    again = await reopened(session)
    assert again.desk == session.desk
    again.undo()
    assert len(clip_of(again.timeline, "a").placed) == 90
    await again.aclose()


async def test_a_failed_group_is_taken_back(session: Session, heard: list[object]) -> None:
    before = session.desk

    def fail() -> None:
        with session.group("Tidy up"):
            session.edit("Trim", shorter("a"))
            session.edit("Trim", shorter("b", 900))

    with pytest.raises(ClappperError):
        fail()
    assert session.desk is before
    assert heard == []
    again = await reopened(session)
    assert again.history_names == ("Make the ad",)
    await again.aclose()


async def test_undo_and_redo_survive_a_restart(session: Session) -> None:
    desks = [session.desk]
    for number in range(210):
        session.edit(f"Nudge {number}", lambda timeline: move(timeline, "c", 1))
        desks.append(session.desk)
    for _ in range(5):
        session.undo()
    again = await reopened(session)
    assert again.history_names == session.history_names
    assert again.place == 205
    again.redo()
    assert again.desk == desks[206]
    for place in range(205, -1, -1):
        again.undo()
        assert again.desk == desks[place]
    again.edit("Lift", lambda timeline: lift(timeline, "b"))
    once_more = await reopened(again)
    assert once_more.history_names == ("Make the ad", "Lift")
    await once_more.aclose()


async def test_steps_share_what_they_did_not_change(session: Session) -> None:
    session.edit("Trim", shorter("a"))
    rows = session.project.db.row("SELECT count(*) AS n FROM pieces")
    session.edit("Trim", shorter("a"))
    after = session.project.db.row("SELECT count(*) AS n FROM pieces")
    assert rows
    assert after
    assert after["n"] - rows["n"] == 4  # clip, track, timeline, root
    again = await reopened(session)
    again.undo()
    here = again.timeline
    again.undo()
    assert clip_of(again.timeline, "b") is clip_of(here, "b")
    await again.aclose()


async def test_a_full_disk_leaves_the_edit_undone(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    before = session.desk

    def full(*_: object, **__: object) -> None:
        raise StorageError("There is no room left.")

    monkeypatch.setattr(session.project.journal, "add", full)
    with pytest.raises(StorageError):
        session.edit("Trim", shorter("a"))
    group = session.group("Tidy")
    with pytest.raises(StorageError), group:
        session.edit("Trim", shorter("a"))
    assert session.desk is before
    monkeypatch.undo()
    session.edit("Trim", shorter("a"))
    again = await reopened(session)
    assert again.desk == session.desk
    await again.aclose()


async def test_an_undo_that_cannot_be_stored_is_not_taken(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.edit("Trim", shorter("a"))
    after = session.desk

    def full(*_: object) -> None:
        raise StorageError("There is no room left.")

    monkeypatch.setattr(session.project.journal, "go_to", full)
    with pytest.raises(StorageError):
        session.undo()
    assert session.desk is after


async def test_a_second_program_is_kept_out_but_may_look_on(session: Session) -> None:
    with pytest.raises(ClappperError, match="open in another"):
        await open_session(session.project.path, EventHub())
    onlooker = await open_session(session.project.path, EventHub(), read_only=True)
    assert onlooker.desk == session.desk
    with pytest.raises(ClappperError, match="reading only"):
        onlooker.edit("Trim", shorter("a"))
    await onlooker.aclose()


async def test_a_new_project_begins_with_its_brief(tmp_path: Path, brief: AdBrief) -> None:
    studio = Studio(AppPaths(tmp_path, tmp_path, tmp_path, tmp_path), EventHub())
    session = await studio.create(tmp_path / "new", brief)
    assert session.brief == brief
    assert session.timeline.length_frames == brief.project.duration_s * brief.project.fps
    longer = brief.model_copy(update={"project": brief.project.model_copy(update={"duration_s": 20})})
    session.edit_brief("Make it longer", longer)
    assert session.timeline.length_frames == 20 * brief.project.fps
    await studio.close(session)
    with pytest.raises(UnusableInputError, match="already holds"):
        await studio.create(tmp_path / "new", brief)
    again = await studio.open(tmp_path / "new")
    assert again.brief == longer
    await studio.close(again)


async def test_a_project_from_before_the_journal_opens(tmp_path: Path, brief: AdBrief, folder: Path) -> None:
    with ProjectFolder.open(folder) as made:
        timeline = newest_desk(made)
    assert timeline
    with ProjectFolder.create(tmp_path / "old") as project:
        project.documents.save("brief", "ad", json.dumps(to_dict(brief)))
        project.documents.save("timeline", "ad", to_json(timeline.timeline))
    session = await open_session(tmp_path / "old", EventHub())
    assert session.desk == Desk(brief, timeline.timeline)
    session.edit("Trim", shorter("a"))
    again = await reopened(session)
    assert again.history_names == ("Open", "Trim")
    await again.aclose()


async def test_a_project_without_a_brief_is_refused_and_let_go(tmp_path: Path) -> None:
    ProjectFolder.create(tmp_path / "bare").close()
    with pytest.raises(UnusableInputError, match="no brief"):
        await open_session(tmp_path / "bare", EventHub())
    ProjectFolder.open(tmp_path / "bare").close()


async def test_what_takes_long_to_load_is_loaded_in_threads(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The thread that opens a project is the window's."""
    threads: dict[str, threading.Thread] = {}

    def noting(module: ModuleType, name: str) -> None:
        loads = getattr(module, name)

        def noted(*args: object) -> object:
            threads[name] = threading.current_thread()
            return loads(*args)

        monkeypatch.setattr(module, name, noted)

    noting(registry, "load")
    noting(project_session, "prepare")
    await (await reopened(session)).aclose()
    assert threads.keys() == {"load", "prepare"}
    assert threading.main_thread() not in threads.values()
