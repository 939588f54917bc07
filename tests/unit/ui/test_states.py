"""Every panel of every workspace with nothing, one, many and broken data: it stands and says something."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QLabel, QLineEdit, QWidget

from clappper.app import Studio
from clappper.base.units import FrameRange, FrameRate
from clappper.brief.templates import template
from clappper.flow.delivering import export_queue
from clappper.flow.desk import Desk, DeskShelf, empty_timeline, keep_desk
from clappper.flow.generating import ad_orders
from clappper.flow.generating.generate_ad import AdMaker
from clappper.flow.judging import Judge
from clappper.flow.learning import foretold
from clappper.flow.project.session import Session, open_session
from clappper.flow.reviewing import review_desk
from clappper.jobs import recipes
from clappper.jobs.ingest import Examined, examine, media_page
from clappper.jobs.model import Job, JobState
from clappper.jobs.records import JobRecords
from clappper.media.encode import FrameWriter
from clappper.media.encoding import Encoding
from clappper.media.picture import Yuv
from clappper.providers.contract import GenRequest, Kind
from clappper.store import sidecar
from clappper.store.assets import Asset
from clappper.store.journal import digest_of
from clappper.store.project import ProjectFolder
from clappper.store.sidecar import MediaPage, Sidecar
from clappper.timeline.change import with_clips
from clappper.timeline.model import Clip, Footage, MediaKind, Take, Title, TitleRole
from clappper.ui.bench import Bench, Panel
from clappper.ui.draft import BriefDraft
from clappper.ui.tokens import DARK
from clappper.ui.workspaces import EXTRA, WORKSPACES
from tests.unit.review.answers import Answering
from tests.unit.ui.conftest import Stage
from tests.unit.ui.review_workspace import no_guesses

__all__ = ["no_guesses"]

LONG = 30
MANY = 40
MOMENT = "2026-01-01T00:00:00+00:00"
KINDS = (
    export_queue.KIND,
    export_queue.EDIT_KIND,
    ad_orders.KIND,
    foretold.KIND,
    recipes.DOCUMENT,
    review_desk.SENT_BACK,
)


def panels() -> list[Panel]:
    """List every panel once."""
    rows = [row for one in WORKSPACES for row in (one.centre, *one.left, *one.right, *one.bottom)]
    return list({row.id: row for row in (*rows, *EXTRA)}.values())


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("states") / "film.mp4"
    with FrameWriter(path, Encoding(64, 36, FrameRate(30), options={"preset": "ultrafast"})) as writer:
        for level in range(LONG):
            writer.write(Yuv.blank(64, 36, luma=60 + level))
    return path


@dataclass
class Folder:
    """A project under construction, written straight into its store."""

    project: ProjectFolder
    film: Path
    found: Examined

    def add_film(self, number: int) -> Take:
        """Put one more film into the project: a file, its sidecar and its row."""
        path = self.project.media / f"film-{number:03}.mp4"
        os.link(self.film, path)
        asset = Asset(
            f"asset_{number:03}",
            "video",
            self.project.relative(path),
            f"{number:064x}",
            self.found.size_bytes,
            self.found.facts,
            f"job:job_{number:03}",
            MOMENT,
        )
        self.project.assets.add(asset)
        self.add_job(JobState.DONE, asset.id)
        sidecar.write(path, Sidecar(media=MediaPage(**media_page(asset)), origin=asset.origin, created=""))
        return Take(asset.id, asset.path, MediaKind.VIDEO, FrameRange(0, LONG), 64, 36)

    def add_job(self, state: JobState, asset_id: str = "", provider: str = "alpha") -> None:
        """Write down that a clip was asked for."""
        records = JobRecords(self.project.db)
        number = len(records.jobs())
        request = GenRequest(
            f"key-{number}", Kind.TEXT_TO_VIDEO, provider, "model-1", f"a red boat {number}", 4.0
        )
        job = Job(f"job_{number:03}", "ad", f"s{number}", request, f"hash-{number}", state, MOMENT, MOMENT)
        records.add(replace(job, asset_id=asset_id))

    def cut(self, takes: list[Take], steps: int = 1) -> None:
        """Lay the films on the timeline one after the other, a title over each, in so many undo steps."""
        brief = template("product-offer")
        places = [FrameRange(LONG * at, LONG * at + LONG) for at in range(len(takes))]
        shots = [Clip(f"c{at}", Footage((takes[at],)), place) for at, place in enumerate(places)]
        titles = [
            Clip(f"t{at}", Title(TitleRole.CAPTION, f"Line {at}"), place) for at, place in enumerate(places)
        ]
        whole = replace(
            with_clips(empty_timeline(brief), {"shots": shots, "titles": titles}),
            length_frames=LONG * len(takes),
        )
        shelf = DeskShelf(self.project.journal)
        for step in range(steps):
            shelf.keep(f"Step {step}", Desk(brief, replace(whole, name=f"Edit {step}")))


def nothing(folder: Folder) -> None:
    brief = template("product-offer")
    keep_desk(folder.project, "Open", Desk(brief, empty_timeline(brief)))


def one(folder: Folder) -> None:
    folder.cut([folder.add_film(1)])


def many(folder: Folder) -> None:
    folder.cut([folder.add_film(number) for number in range(MANY)], steps=MANY)


def broken(folder: Folder) -> None:
    """Films that are gone or no films, pages that are none, records of a newer program, a lost step."""
    project = folder.project
    takes = [folder.add_film(number) for number in range(3)]
    project.locate(takes[0].path).unlink()
    garbled = project.locate(takes[1].path)
    garbled.unlink()
    garbled.write_bytes(b"not a film at all")
    sidecar.path_of(project.locate(takes[2].path)).write_text("{ not json")
    folder.cut(takes)
    for state in (JobState.FAILED, JobState.UNSURE, JobState.PAUSED):
        folder.add_job(state, provider="gone")
    for kind in KINDS:
        project.documents.save(kind, "future", '{"version": 99, "what": ["is", "this"]}')
        project.documents.save(kind, "garbled", "{ not json")
    newer = '{"schema_version": 99, "brief": "written by a newer program", "timeline": {}}'
    project.journal.add("Step of a newer program", digest_of(newer), {digest_of(newer): newer})


STATES: dict[str, Callable[[Folder], None]] = {
    "nothing": nothing,
    "one": one,
    "many": many,
    "broken": broken,
}


def words(widget: QWidget) -> str:
    """Read what is seen on a panel."""
    labels = [one.text() for one in widget.findChildren(QLabel) if one.isVisibleTo(widget)]
    buttons = [one.text() for one in widget.findChildren(QAbstractButton) if one.isVisibleTo(widget)]
    fields = [one.text() for one in widget.findChildren(QLineEdit) if one.isVisibleTo(widget)]
    return " | ".join(text for text in (*labels, *buttons, *fields) if text)


def rows(widget: QWidget) -> int:
    """Count the rows of what is listed on a panel, in the longest list that is seen."""
    views = [one for one in widget.findChildren(QAbstractItemView) if one.isVisibleTo(widget)]
    models = [view.model() for view in views if view.model() is not None]
    return max((model.rowCount() for model in models), default=0)


def shows(widget: QWidget, count: int, sentence: str) -> bool:
    """Tell whether as many rows are listed and this is said; what is read in a thread comes late."""
    return rows(widget) >= count and sentence in words(widget)


FAULT = "Something went wrong"
SENTENCES = {
    "jobs": "Nothing is queued.",
    "viewer": "Generate from the brief",
    "bin": "Drop footage here",
    "captions": "Captions go here.",
    "inspector": "Select a clip",
    "player": "Generated clips come here",
    "queue": "Nothing was generated yet.",
    "writing": "not exported yet",
    "exports": "What you export",
    "money": "Nothing was bought yet.",
    "prompts": "Nothing was asked for yet.",
}
"""What empty panels say."""

LISTS = {"jobs": 0, "bin": 0, "captions": 0, "queue": 0, "history": 1, "prompts": 0}
"""Panels that list what a project has, and how many rows they show where there is nothing."""

COUNTS = {"nothing": 0, "one": 1, "many": MANY, "broken": 3}


def fewest(panel: str, state: str) -> int:
    """Say how many rows a panel must come to; those of a journal that cannot be read are not among them."""
    if panel not in LISTS:
        return 0
    return 2 if (panel, state) == ("history", "broken") else max(LISTS[panel], COUNTS[state])


def opened(path: Path, studio: Studio, stage: Stage) -> Bench:
    """Open a project without what works on it in the background."""
    session: Session = stage.live(open_session(path, studio.hub))
    session.queue.gates.pause("alpha")
    judge = Judge(session)
    maker = AdMaker(session, judge, lambda _: None)
    return Bench(
        studio,
        session,
        DARK,
        BriefDraft(session),
        judge,
        maker,
        lambda _: None,
        lambda *_: None,
        lambda *_: None,
    )


@pytest.mark.parametrize("state", STATES)
def test_every_panel_stands(
    state: str,
    film: Path,
    stage: Stage,
    studio: Studio,
    tmp_path: Path,
    no_guesses: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / f"{state}.clappper"
    with ProjectFolder.create(path) as project:
        STATES[state](Folder(project, film, examine(film)))
    bench = opened(path, studio, stage)
    no_guesses.setattr(bench.session, "predictor", Answering())
    said, listed = {}, {}
    for panel in panels():
        widget = panel.load()(bench)
        widget.resize(900, 600)
        widget.show()
        stage.rest()
        sentence = SENTENCES.get(panel.id, "") if state == "nothing" else ""
        stage.until(partial(shows, widget, fewest(panel.id, state), sentence))
        widget.grab()
        said[panel.id], listed[panel.id] = words(widget), rows(widget)
        widget.close()
        widget.deleteLater()
        stage.rest()
    stage.live(bench.session.aclose())
    assert [name for name, text in said.items() if FAULT in text] == []
    assert [name for name, text in said.items() if len(text) < 5 and not listed[name]] == []
    assert state != "broken" or listed["history"] == 2
    if state == "nothing":
        assert {name: listed[name] for name in LISTS} == LISTS
        assert [name for name in SENTENCES if SENTENCES[name] not in said[name]] == []
