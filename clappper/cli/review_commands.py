"""The commands that judge clips and foretell what people will think of them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from clappper.app import Studio
from clappper.cli.console import Ending, ends_well
from clappper.cli.options import FILE, json_flag


@click.command()
@click.argument("brief", type=FILE)
@json_flag
@click.pass_obj
@ends_well
def predict(studio: Studio, brief: Path, as_json: bool) -> Ending:
    """Say how likely people are to pass each shot of BRIEF, and why. Spends nothing."""
    from clappper.cli import review_answers

    review_answers.show_forecast(asyncio.run(studio.predict(brief)), as_json=as_json)
    return Ending.DONE
