"""What several commands take."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

FILE = click.Path(path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)


def spending_options(command: F) -> F:
    """Add the options that say what may be spent."""
    for option in (
        click.option("--free", is_flag=True, help="Spend nothing: use only what costs nothing."),
        click.option("--yes-unknown-price", is_flag=True, help="Allow prices that nobody knows."),
    ):
        command = option(command)
    return command


def json_flag(command: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")(command)
