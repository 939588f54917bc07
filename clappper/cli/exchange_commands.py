"""The commands that carry edits to other programs and back."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clappper.cli.console import Ending, ends_well, note
from clappper.cli.options import FILE, FOLDER

if TYPE_CHECKING:
    from clappper.app import Studio

FORMATS = click.Choice(["otio", "fcpxml", "edl", "srt"])


@click.command("export-timeline")
@click.argument("project", type=FOLDER)
@click.option("--to", "to", type=FORMATS, default="otio", show_default=True, help="What to write.")
@click.option("--out", type=FILE, help="The file to write; default: beside the project's exports.")
@click.pass_obj
@ends_well
def export_timeline(studio: Studio, project: Path, to: str, out: Path | None) -> Ending:
    """Write the edit of PROJECT for another program, with how each clip was made."""
    path, notes = asyncio.run(studio.export_timeline(project, to, out))
    for line in notes:
        note(line)
    click.echo(path)
    return Ending.DONE


@click.command("import-timeline")
@click.argument("project", type=FOLDER)
@click.argument("file", type=FILE)
@click.pass_obj
@ends_well
def import_timeline(studio: Studio, project: Path, file: Path) -> Ending:
    """Put the edit or the captions in FILE into PROJECT, as one undo step.

    FILE is an edit (.otio, .fcpxml, .xml, .edl) or captions (.srt, .vtt).
    """
    for line in asyncio.run(studio.import_timeline(project, file)):
        note(line)
    return Ending.DONE
