"""The commands about neural networks: which there are, and getting one."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clappper.cli.console import Ending, ends_well, progress_bars
from clappper.cli.options import FOLDER, json_flag

if TYPE_CHECKING:
    from clappper.app import Studio
    from clappper.flow.models import ModelLine

AGREE = click.option("--agree", "licence", default="", help="The licence you agree to, by its name.")


@click.group()
def models() -> None:
    """Neural networks: those that are here, and those that can be fetched."""


@models.command("list")
@json_flag
@click.pass_obj
@ends_well
def list_models(studio: Studio, as_json: bool) -> Ending:
    """Say which models there are, what they are for, and whether they are here."""
    return _show(studio.models(), as_json=as_json)


@models.command("get")
@click.argument("model")
@AGREE
@json_flag
@click.pass_obj
@ends_well
def get_model(studio: Studio, model: str, licence: str, as_json: bool) -> Ending:
    """Fetch MODEL after you have agreed to its licence."""
    with progress_bars() as bars:
        line = asyncio.run(studio.get_model(model, licence, lambda done: bars(model, done, "")))
    return _show((line,), as_json=as_json)


@models.command("bring")
@click.argument("model")
@click.argument("folder", type=FOLDER)
@AGREE
@json_flag
@click.pass_obj
@ends_well
def bring_model(studio: Studio, model: str, folder: Path, licence: str, as_json: bool) -> Ending:
    """Take MODEL from FOLDER, as on a machine without network."""
    return _show((studio.bring_model(model, folder, licence),), as_json=as_json)


@models.command("remove")
@click.argument("model")
@json_flag
@click.pass_obj
@ends_well
def remove_model(studio: Studio, model: str, as_json: bool) -> Ending:
    """Delete MODEL from this machine."""
    return _show((studio.remove_model(model),), as_json=as_json)


def _show(lines: tuple[ModelLine, ...], *, as_json: bool) -> Ending:
    from clappper.cli import fill_answers

    fill_answers.show_models(lines, as_json=as_json)
    return Ending.DONE
