"""The commands about services: keys, what can generate, single clips, jobs, and money."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clappper.base.errors import UnusableInputError
from clappper.cli.console import Ending, ends_well, note, progress_bars
from clappper.cli.options import FILE, FOLDER, json_flag

if TYPE_CHECKING:
    from clappper.app import Studio
    from clappper.flow.shots.generate_clip import ClipOrder, MadeClip

DECISIONS = click.Choice(["adopt", "resend", "give-up"])
VERBS = ("pause", "resume", "cancel", "retry", "remove")


@click.group()
def keys() -> None:
    """Keep the keys of services in the system's keychain."""


@keys.command("list")
@json_flag
@click.pass_obj
@ends_well
def list_keys(studio: Studio, as_json: bool) -> Ending:
    """Say which services have a key here, and where it comes from."""
    from clappper.cli import job_answers

    job_answers.show_keys(studio.keys(), as_json=as_json)
    return Ending.DONE


@keys.command("set")
@click.argument("service")
@json_flag
@click.pass_obj
@ends_well
def set_key(studio: Studio, service: str, as_json: bool) -> Ending:
    """Keep the key of SERVICE: asked for without showing it, or read from stdin."""
    from clappper.cli import job_answers
    from clappper.providers.keys import key_named

    key_named(service)
    job_answers.show_keys([studio.set_key(service, _key_from_stdin(service))], as_json=as_json)
    return Ending.DONE


def _key_from_stdin(service: str) -> str:
    if sys.stdin.isatty():
        typed: str = click.prompt(f"Key of {service}", hide_input=True, err=True)
        return typed
    return sys.stdin.readline()


@keys.command("remove")
@click.argument("service")
@json_flag
@click.pass_obj
@ends_well
def remove_key(studio: Studio, service: str, as_json: bool) -> Ending:
    """Take the key of SERVICE out of the keychain."""
    from clappper.cli import job_answers

    job_answers.show_keys([studio.remove_key(service)], as_json=as_json)
    return Ending.DONE


@keys.command("test")
@click.argument("services", nargs=-1)
@json_flag
@click.pass_obj
@ends_well
def try_keys(studio: Studio, services: tuple[str, ...], as_json: bool) -> Ending:
    """Ask SERVICES, or all that have a key, whether they take it. Spends nothing."""
    from clappper.cli import job_answers

    tests = asyncio.run(studio.try_keys(services))
    job_answers.show_key_tests(tests, as_json=as_json)
    return Ending.DONE if all(test.health.ready for test in tests) else Ending.FAILED


@click.command()
@click.option("--refresh", is_flag=True, help="First read what the models take anew from the services.")
@json_flag
@click.pass_obj
@ends_well
def providers(studio: Studio, refresh: bool, as_json: bool) -> Ending:
    """List what can generate here, what it can do and what it costs."""
    from clappper.cli import job_answers

    if refresh:
        job_answers.tell_renewed(asyncio.run(studio.renew_models()))
    job_answers.show_providers(asyncio.run(studio.providers()), as_json=as_json)
    return Ending.DONE


@click.command()
@click.option("--provider", required=True, help="Who makes it; see: clappper providers.")
@click.option("--model", required=True, help="Which of its models.")
@click.option("--prompt", required=True, help="What is to be seen or heard.")
@click.option("--negative", default="", help="What is not to be seen.")
@click.option("--image", "images", type=FILE, multiple=True, help="First frame; then last, or keyframes.")
@click.option("--reference", "references", type=FILE, multiple=True, help="A picture to be like.")
@click.option("--video", type=FILE, help="A clip to work on.")
@click.option("--project", type=FOLDER, required=True, help="Project folder to make or go on with.")
@click.option(
    "--kind", default="", help="t2v, i2v, keyframes, v2v, upscale, t2i, tts, music …; default: fits."
)
@click.option("--seconds", type=click.FloatRange(0, 600), help="How long; default: what the model likes.")
@click.option("--aspect", default="9:16", show_default=True, help="9:16, 4:5, 1:1 or 16:9.")
@click.option("--fps", type=click.FloatRange(1, 120), help="Pictures per second; default: the model's.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, help="Same seed, same clip.")
@click.option("--option", "options", multiple=True, metavar="NAME=VALUE", help="An option of the model.")
@click.option("--budget", type=click.FloatRange(0), help="The most that the project may cost, in US dollars.")
@click.option("--yes-unknown-price", is_flag=True, help="Make it although nobody knows what it costs.")
@json_flag
@click.pass_obj
@ends_well
def generate(studio: Studio, /, as_json: bool, **order: Any) -> Ending:
    """Make one clip, still or sound with a model of your choice, and wait for it."""
    from clappper.base.units import Money
    from clappper.cli import job_answers
    from clappper.flow.shots.generate_clip import ClipOrder
    from clappper.jobs.money.ledger import UnknownPriceError

    budget = order.pop("budget")
    wanted = ClipOrder(
        budget=None if budget is None else Money.dollars(budget),
        unknown_price=order.pop("yes_unknown_price"),
        options=_options(order.pop("options")),
        **order,
    )
    try:
        made = _generated(studio, wanted)
    except UnknownPriceError:
        if not (sys.stdin.isatty() and click.confirm("Nobody knows what it costs. Make it?", err=True)):
            raise
        made = _generated(studio, replace(wanted, unknown_price=True))
    job_answers.show_clip(made, as_json=as_json)
    return Ending.DONE


def _generated(studio: Studio, order: ClipOrder) -> MadeClip:
    from clappper.cli import job_answers

    with progress_bars() as bars:
        return asyncio.run(studio.generate_clip(order, bars, job_answers.note_quote))


def _options(texts: tuple[str, ...]) -> dict[str, Any]:
    """Read NAME=VALUE, where VALUE is JSON or else a plain text."""
    found: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise UnusableInputError(f"{text!r} is no option.", "Write it as NAME=VALUE.")
        try:
            found[name.strip()] = json.loads(value)
        except json.JSONDecodeError:
            found[name.strip()] = value
    return found


@click.command()
@click.argument("project", type=FOLDER)
@click.option(
    "--watch", is_flag=True, help="Let the jobs go on, and show how far they are, until all are over."
)
@click.option(
    "--resolve-unsure",
    nargs=2,
    type=(str, DECISIONS),
    metavar="ID DECISION",
    help="Settle a job in doubt: adopt (it is there), resend (it is not) or give-up.",
)
@click.option("--remote-id", default="", help="What its provider calls the job to adopt.")
@click.option("--pause", metavar="ID", help="Hold back a job that waits.")
@click.option("--resume", metavar="ID", help="Let a paused job go on.")
@click.option("--cancel", metavar="ID", help="Stop a job; what runs is stopped by its provider with --watch.")
@click.option("--retry", metavar="ID", help="Ask again for what failed or was cancelled.")
@click.option("--remove", metavar="ID", help="Take a job that is over out of the list.")
@click.option("--yes-unknown-price", is_flag=True, help="Retry although nobody knows what it costs.")
@json_flag
@click.pass_obj
@ends_well
def jobs(
    studio: Studio,
    /,
    project: Path,
    watch: bool,
    resolve_unsure: tuple[str, str] | None,
    remote_id: str,
    yes_unknown_price: bool,
    as_json: bool,
    **wishes: str | None,
) -> Ending:
    """List the jobs of the project in the folder PROJECT and what they cost, or decide about one."""
    from clappper.cli import job_answers

    decided = [(job_id, verb) for verb in VERBS if (job_id := wishes[verb])]
    if resolve_unsure:
        decided.append(resolve_unsure)
    if remote_id and (resolve_unsure or ("", ""))[1] != "adopt":
        raise UnusableInputError("--remote-id names a job to adopt.", "Add: --resolve-unsure ID adopt")
    for job_id, verb in decided:
        change = studio.change_job(
            project, job_id, verb, remote_id=remote_id, unknown_price=yes_unknown_price
        )
        job = asyncio.run(change)
        note(f"{job.id} is {job.state}.")
    if watch:
        with progress_bars() as bars:
            book = asyncio.run(studio.watch_jobs(project, bars))
    else:
        book = studio.jobs(project)
    job_answers.show_jobs(book, project, as_json=as_json)
    return Ending.IN_DOUBT if book.in_doubt else Ending.DONE


@click.command()
@click.argument("project", type=FOLDER)
@click.option("--csv", "as_csv", is_flag=True, help="Print the sums as CSV.")
@click.option("--ledger", is_flag=True, help="Print every attempt as CSV.")
@json_flag
@click.pass_obj
@ends_well
def money(studio: Studio, project: Path, as_csv: bool, ledger: bool, as_json: bool) -> Ending:
    """Say what the project in the folder PROJECT has cost, in all and a finished minute."""
    from clappper.cli import job_answers

    book = studio.money(project)
    if as_csv or ledger:
        job_answers.print_csv(book, ledger=ledger)
    else:
        job_answers.show_money(book, as_json=as_json)
    return Ending.DONE
