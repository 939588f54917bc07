"""The command that opens the window. What opens it is handed in: the command line knows no windows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from clappper.cli.console import Ending, ends_well


def edit_command(launch: Callable[[Path | None], int]) -> click.Command:
    """Make ``clappper edit [PROJECT]``."""

    @click.command(name="edit")
    @click.argument("project", type=click.Path(file_okay=False, path_type=Path), required=False)
    @ends_well
    def edit(project: Path | None) -> Ending:
        """Open the editor, with the project in the folder PROJECT if one is named."""
        return Ending(launch(project))

    return edit
