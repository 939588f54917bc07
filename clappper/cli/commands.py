"""The commands. Each parses, asks the studio once, and hands the answer to ``cli.answers``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from clappper import __version__
from clappper.app import Studio, build
from clappper.base import logs
from clappper.base.paths import AppPaths, resource
from clappper.cli import exchange_commands, fill_commands, model_commands, review_commands
from clappper.cli.console import Ending, ends_well, progress_bars
from clappper.cli.job_commands import generate, jobs, keys, money, providers
from clappper.cli.options import FILE, FOLDER, json_flag, spending_options
from clappper.cli.rtx_commands import rtx
from clappper.cli.scene_commands import render_scene, scene, scene_worker

if TYPE_CHECKING:
    from clappper.brief.findings import Finding
    from clappper.brief.variants import Variation
    from clappper.flow.generating.make import Order

F = TypeVar("F", bound=Callable[..., Any])

DEMO_OUT = Path("demo")


def making_options(command: F) -> F:
    """Add the options that every command which makes an ad has."""
    for option in (
        click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, help="Same seed, same ad."),
        click.option("--aspect", default="", help="One or more of 9:16,1:1,16:9,4:5; default: the brief's."),
        click.option(
            "--project", type=FOLDER, help="Project folder to make or go on with; default: in --out."
        ),
    ):
        command = option(command)
    return command


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    invoke_without_command=True,
)
@click.version_option(__version__, prog_name="clappper")
@click.pass_context
def cli(context: click.Context) -> None:
    """Turn a written ad brief into finished video ads. Without a command, open the editor."""
    paths = AppPaths.of_user()
    studio = context.obj = build(paths)
    logs.configure(paths.logs, studio.secrets.redactor)
    if context.invoked_subcommand is None:
        edit = cli.get_command(context, "edit")
        context.invoke(edit) if edit else click.echo(context.get_help())


for _command in (keys, providers, generate, jobs, money, render_scene, rtx, scene, scene_worker):
    cli.add_command(_command)


@cli.command()
@click.argument("brief", type=FILE)
@click.option("--out", type=FOLDER, required=True, help="Folder for the finished files.")
@click.option("--yes-blocked", is_flag=True, help="Make it although preflight blocks it; clips are marked.")
@making_options
@spending_options
@json_flag
@click.pass_obj
@ends_well
def make(
    studio: Studio,
    brief: Path,
    out: Path,
    yes_blocked: bool,
    seed: int,
    aspect: str,
    project: Path | None,
    free: bool,
    yes_unknown_price: bool,
    as_json: bool,
) -> Ending:
    """Make the finished ad of BRIEF, a JSON or TOML file."""
    from clappper.flow.briefing.preflight import Means
    from clappper.flow.generating.make import Order

    means = Means(free, yes_unknown_price)
    order = Order(brief, out, project, _aspects(aspect), seed, allow_blocked=yes_blocked, means=means)
    return _make(studio, order, as_json=as_json)


@cli.command()
@click.option(
    "--out", type=FOLDER, default=DEMO_OUT, show_default=True, help="Folder for the finished files."
)
@making_options
@json_flag
@click.pass_obj
@ends_well
def demo(studio: Studio, out: Path, seed: int, aspect: str, project: Path | None, as_json: bool) -> Ending:
    """Make the sample ad that comes with the program. Costs nothing, whatever keys there are."""
    from clappper.flow.briefing.preflight import Means
    from clappper.flow.generating.make import Order

    sample = resource("demo", "brief.json")
    order = Order(sample, out, project, _aspects(aspect), seed, means=Means(free=True))
    return _make(studio, order, as_json=as_json)


def _make(studio: Studio, order: Order, *, as_json: bool) -> Ending:
    from clappper.cli import answers

    with progress_bars() as bars:
        made = asyncio.run(studio.make(order, bars, answers.note_plan))
    answers.show_made(made, as_json=as_json)
    return Ending.DONE if made.passed else Ending.FAILED


def _aspects(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


@cli.command()
@click.argument("brief", type=FILE)
@click.option("--fix", "fixed", type=FILE, help="Apply the one-click fixes and write the brief here.")
@click.option("--explain", is_flag=True, help="Say what would raise each score.")
@spending_options
@json_flag
@click.pass_obj
@ends_well
def preflight(
    studio: Studio,
    brief: Path,
    fixed: Path | None,
    explain: bool,
    free: bool,
    yes_unknown_price: bool,
    as_json: bool,
) -> Ending:
    """Judge BRIEF before anything is made: score, must-fixes, suggestions, cost and time."""
    from clappper.cli import answers
    from clappper.flow.briefing.preflight import Means

    settled: tuple[Finding, ...] = ()
    if fixed is not None:
        better, settled = asyncio.run(studio.fix(brief))
        studio.write_brief(better, fixed)
        brief = fixed
    judged, card = asyncio.run(studio.preflight(brief, Means(free, yes_unknown_price)))
    answers.show_scorecard(judged, card, settled, explain_it=explain, as_json=as_json)
    return Ending.UNUSABLE if card.blocked else Ending.DONE


@cli.group()
def brief() -> None:
    """Write new briefs, and read a brand's rules into them."""


@brief.command("rules")
@click.argument("document", type=FILE)
@click.option("--into", "brief_path", type=FILE, help="Take all rules over into this brief.")
@click.option("--out", type=FILE, help="Write that brief here; default: stdout, as JSON.")
@json_flag
@click.pass_obj
@ends_well
def brand_rules(
    studio: Studio, document: Path, brief_path: Path | None, out: Path | None, as_json: bool
) -> Ending:
    """Read the rules of a brand DOCUMENT (PDF, Word, Markdown, HTML, text), each with its sentence."""
    from clappper.cli import answers

    reading = studio.brand_rules(document)
    if brief_path is None:
        answers.show_rules(reading, as_json=as_json)
        return Ending.DONE
    made = studio.with_rules(brief_path, reading.rules)
    if out is not None:
        studio.write_brief(made, out)
    answers.show_new_brief(made, out, (), (), as_json=as_json)
    return Ending.DONE


@brief.command("new")
@click.argument("template", required=False)
@click.option("--from-text", "sentence", help='A wish in words: "a 15 second TikTok ad for …".')
@click.option("--out", type=FILE, help="File to write (.json or .toml); default: stdout, as JSON.")
@json_flag
@click.pass_obj
@ends_well
def new_brief(
    studio: Studio, template: str | None, sentence: str | None, out: Path | None, as_json: bool
) -> Ending:
    """Write a brief from TEMPLATE, or from a sentence with --from-text. With neither, list the templates."""
    from clappper.cli import answers

    if sentence is None and template is None:
        answers.show_templates(as_json=as_json)
        return Ending.DONE
    guessed: tuple[str, ...] = ()
    variants: tuple[tuple[Path, Variation], ...] = ()
    if sentence is not None:
        found = studio.brief_from_text(sentence)
        made, guessed = found.brief, found.guessed
        if out is not None and found.variations > 1:
            variants = studio.write_variations(made, found.variations, out)
    else:
        made = studio.brief_from_template(template or "")
    if out is not None:
        studio.write_brief(made, out)
    answers.show_new_brief(made, out, guessed, variants, as_json=as_json)
    return Ending.DONE


@cli.command()
@click.argument("video", type=FILE)
@click.option("--brief", "brief_path", type=FILE, required=True, help="The brief it was made for.")
@click.option("--aspect", default="", help="What was ordered; default: what the file is, else the brief's.")
@json_flag
@click.pass_obj
@ends_well
def check(studio: Studio, video: Path, brief_path: Path, aspect: str, as_json: bool) -> Ending:
    """Measure the finished file VIDEO against its brief."""
    from clappper.cli import answers

    report = studio.check(video, brief_path, aspect)
    answers.show_checks(report, as_json=as_json)
    return Ending.DONE if report.passed else Ending.FAILED


@cli.command()
@json_flag
@click.pass_obj
@ends_well
def doctor(studio: Studio, as_json: bool) -> Ending:
    """Say what this machine can do, what is missing, and how to get it."""
    from clappper.cli import answers

    answers.show_doctor(studio.doctor(), as_json=as_json)
    return Ending.DONE


cli.add_command(exchange_commands.export)
cli.add_command(exchange_commands.export_timeline)
cli.add_command(exchange_commands.import_timeline)
cli.add_command(fill_commands.interpolate)
cli.add_command(review_commands.predict)
cli.add_command(review_commands.prompts)
cli.add_command(review_commands.serve)
brief.add_command(review_commands.rewrite)
brief.add_command(review_commands.opinion)
cli.add_command(fill_commands.seams)
cli.add_command(fill_commands.matte)
cli.add_command(review_commands.metrics)
cli.add_command(review_commands.ratings)
cli.add_command(model_commands.models)
