"""The commands that install NVIDIA's renderer, which is not part of the program, and take it away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.markup import escape

from clappper.cli.console import Ending, ends_well, say

if TYPE_CHECKING:
    from clappper.app import Studio


@click.group()
def rtx() -> None:
    """NVIDIA's RTX renderer for 3D scenes: not part of the program, installed only when you ask for it."""


@rtx.command("install")
@click.option("--agree", "agreed", default="", help="The licence you agree to, by its name.")
@click.pass_obj
@ends_well
def install(studio: Studio, agreed: str) -> Ending:
    """Show NVIDIA's licence; with --agree, install the renderer into an environment of its own."""
    from clappper.flow.usd.rtx_renderer import LICENCE

    if agreed != LICENCE.name:
        for line in LICENCE.summary:
            say(line)
        say(f"Read the licence: {LICENCE.address}")
        say(f"If you agree: clappper rtx install --agree {LICENCE.name}")
        return Ending.FAILED
    python = studio.install_rtx(agreed, lambda line: say(escape(line)), lambda: False)
    say(f"Installed: {escape(str(python))}")
    return Ending.DONE


@rtx.command("remove")
@click.pass_obj
@ends_well
def remove(studio: Studio) -> Ending:
    """Take the renderer away."""
    say("Removed." if studio.remove_rtx() else "It is not installed.")
    return Ending.DONE
