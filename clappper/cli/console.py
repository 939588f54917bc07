"""What the command line shows: answers on stdout, progress and errors on stderr, one exit code an ending."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol

import click

from clappper.base.errors import ClappperError, InDoubtError, UnusableInputError

if TYPE_CHECKING:
    from rich.table import Table

P = ParamSpec("P")


class Ending(IntEnum):
    """The exit codes."""

    DONE = 0
    FAILED = 1
    UNUSABLE = 2
    IN_DOUBT = 3


class Progress(Protocol):
    """Shows how far named pieces of work are."""

    def __call__(self, work: str, fraction: float, stage: str = "") -> None: ...


def say(text: str) -> None:
    """Print a line of the answer, with rich's markup."""
    from rich.console import Console

    Console(highlight=False, soft_wrap=True).print(text)


def say_table(table: Table) -> None:
    """Print a table of the answer, as wide as the terminal."""
    from rich.console import Console

    Console(highlight=False).print(table)


def note(text: str) -> None:
    """Print one line beside the answer, on stderr."""
    from rich.console import Console

    Console(stderr=True, highlight=False, soft_wrap=True).print(text)


def answer_json(answer: dict[str, Any]) -> None:
    """Print the whole answer as one JSON object."""
    click.echo(json.dumps(answer, indent=2, ensure_ascii=False, default=str))


@contextmanager
def progress_bars() -> Iterator[Progress]:
    """Draw one bar for each piece of work on stderr; a plain line at each end where there is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=28),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[stage]}"),
    )
    with Bars(*columns, console=console, disable=not console.is_terminal) as bars:
        rows: dict[str, TaskID] = {}
        finished: set[str] = set()

        def show(work: str, fraction: float, stage: str = "") -> None:
            if work not in rows:
                rows[work] = bars.add_task(work, total=1.0, stage="")
            bars.update(rows[work], completed=fraction, stage=stage)
            if fraction >= 1 and work not in finished:
                finished.add(work)
                if not console.is_terminal:
                    console.print(f"{work}: done", highlight=False)

        yield show


def _end_with(error: ClappperError, code: Ending, as_json: bool) -> None:
    if as_json:
        body = {"message": error.message, "hint": error.hint}
        answer_json({"ok": False, "exit_code": int(code), "error": body})
    else:
        from rich.markup import escape

        note(f"[bold red]Error:[/] {escape(error.message)}")
        if error.hint:
            note(f"[dim]{escape(error.hint)}[/]")
    sys.exit(code)


def ends_well(command: Callable[P, Ending]) -> Callable[P, None]:
    """Turn a command's ending, or what it raised, into an exit code and one clear sentence."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        as_json = bool(kwargs.get("as_json"))
        try:
            code = command(*args, **kwargs)
        except UnusableInputError as error:
            _end_with(error, Ending.UNUSABLE, as_json)
        except InDoubtError as error:
            _end_with(error, Ending.IN_DOUBT, as_json)
        except ClappperError as error:
            _end_with(error, Ending.FAILED, as_json)
        except (KeyboardInterrupt, asyncio.CancelledError):
            stopped = ClappperError(
                "Stopped before it was finished.",
                "Nothing that was finished is lost: the same command goes on from here.",
            )
            _end_with(stopped, Ending.FAILED, as_json)
        else:
            sys.exit(code)

    return run
