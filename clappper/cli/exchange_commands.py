"""The commands that carry an edit out of its project, as films or to other programs, and back."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clappper.cli.console import Ending, ends_well, note, progress_bars
from clappper.cli.options import FILE, FOLDER

if TYPE_CHECKING:
    from clappper.app import Studio

FORMATS = click.Choice(["otio", "fcpxml", "edl", "srt"])


@click.command()
@click.argument("project", type=FOLDER)
@click.option(
    "--preset", "presets", multiple=True, help='Such as 9:16, 16:9@60 or "1:1@25 hevc"; several are fine.'
)
@click.option("--out", type=FOLDER, help="The folder for the files; default: the project's exports.")
@click.pass_obj
@ends_well
def export(studio: Studio, project: Path, presets: tuple[str, ...], out: Path | None) -> Ending:
    """Write the edit of PROJECT as finished files and check each; only what changed is rendered again."""
    with progress_bars() as bars:
        made = asyncio.run(studio.export(project, presets, out, bars))
    for file in made:
        for finding in (*file.checks.failures, *file.checks.unmeasured):
            note(f"{Path(file.path).name}: {finding.message}")
        if file.problem:
            note(f"{Path(file.path).name}: {file.problem} {file.hint}".strip())
        else:
            click.echo(file.path)
    return Ending.DONE if all(file.passed for file in made) else Ending.FAILED


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
