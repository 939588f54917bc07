"""Events and tasks end with their widget; a burst is handed over at once; errors are shown."""

import asyncio

import pytest
import shiboken6
from PySide6.QtWidgets import QWidget

from clappper.base.errors import ClappperError
from clappper.base.events import EventHub
from clappper.ui.bridge import run, watch
from clappper.ui.errors import toasts_of
from tests.patience import PATIENCE_SECONDS
from tests.unit.ui.conftest import Stage


def test_a_burst_is_handed_over_in_one_call(stage: Stage) -> None:
    hub, widget, heard = EventHub(), QWidget(), list[tuple[str, ...]]()
    watch(widget, hub, str, heard.append)
    for word in ("one", "two", "three"):
        hub.publish(word)
    assert heard == []
    stage.rest()
    assert heard == [("one", "two", "three")]


def test_a_gone_widget_hears_nothing(stage: Stage) -> None:
    hub, widget, heard = EventHub(), QWidget(), list[tuple[str, ...]]()
    watch(widget, hub, str, heard.append)
    hub.publish("late")
    shiboken6.delete(widget)
    stage.rest()
    hub.publish("later")
    stage.rest()
    assert heard == []


def test_a_task_ends_with_its_widget(stage: Stage) -> None:
    ended = asyncio.Event()

    async def long() -> None:
        try:
            await asyncio.sleep(1000)
        finally:
            ended.set()

    async def live() -> None:
        widget = QWidget()
        run(widget, long())
        await asyncio.sleep(0.01)
        widget.deleteLater()
        await asyncio.wait_for(ended.wait(), PATIENCE_SECONDS)

    stage.live(live())


def test_what_a_person_can_mend_becomes_a_toast_that_stays(stage: Stage) -> None:
    widget = QWidget()
    widget.resize(800, 600)
    widget.show()

    async def fail() -> None:
        raise ClappperError("The disk is full.", "Free some space.")

    stage.live(_started(widget, fail()))
    assert toasts_of(widget).texts == ("The disk is full.",)


def test_a_fault_is_logged_shown_and_raised(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    widget = QWidget()

    async def fail() -> None:
        raise ZeroDivisionError

    async def live() -> None:
        task = run(widget, fail())
        with pytest.raises(ZeroDivisionError):
            await task

    stage.live(live())
    assert toasts_of(widget).texts == ("Something went wrong in Clappper.",)
    assert "a task of QWidget failed" in caplog.text


async def _started(widget: QWidget, work: object) -> None:
    await run(widget, work)  # type: ignore[arg-type]
