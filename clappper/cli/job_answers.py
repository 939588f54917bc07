"""What the commands about services print."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.markup import escape
from rich.table import Column, Table

from clappper.base.units import Money, price_range
from clappper.cli.answers import plain
from clappper.cli.console import answer_json, note, say, say_table
from clappper.jobs.model import JobState
from clappper.jobs.money.report import ledger_csv, spendings_csv
from clappper.providers.contract import Kind

if TYPE_CHECKING:
    from clappper.flow.jobs import JobBook
    from clappper.flow.keys import KeyLine, KeyTest
    from clappper.flow.money import MoneyBook
    from clappper.flow.providers import ProviderLine, Renewed
    from clappper.flow.shots.generate_clip import MadeClip, Quote
    from clappper.jobs.money.records import Attempt
    from clappper.providers.contract import Capabilities, Health


UNITS = {"gpu_second": "second of computing"}
TIMED = frozenset({Kind.TEXT_TO_VIDEO, Kind.IMAGE_TO_VIDEO, Kind.KEYFRAMES, Kind.MUSIC, Kind.TRANSFER})
"""Kinds that have a length of their own to choose."""


def show_keys(lines: Sequence[KeyLine], *, as_json: bool) -> None:
    """Say of each service whether there is a key; never which."""
    if as_json:
        answer_json({"ok": True, "keys": [plain(line) for line in lines]})
        return
    table = Table("service", "key", "environment variable", box=None, header_style="dim")
    for line in lines:
        found = f"[green]{escape(line.source)}[/]" if line.source else "[yellow]none[/]"
        names = " or ".join(name.replace(":", " with ") for name in line.variables)
        table.add_row(line.service, found, names)
    say_table(table)


def show_key_tests(tests: Sequence[KeyTest], *, as_json: bool) -> None:
    """Say what each service answered."""
    if as_json:
        answer_json(
            {"ok": all(test.health.ready for test in tests), "tests": [plain(test) for test in tests]}
        )
        return
    if not tests:
        say("No service has a key yet. Add one with: clappper keys set SERVICE")
    for test in tests:
        say(f"{_state(test.health)}  [bold]{test.service}[/]  {_words(test.health)}")


def show_providers(lines: Sequence[ProviderLine], *, as_json: bool) -> None:
    """List the providers, whether they are ready, and their models."""
    if as_json:
        answer_json({"ok": True, "providers": [plain(line) for line in lines]})
        return
    for line in sorted(lines, key=lambda line: not line.health.ready):
        say(f"[bold]{line.name}[/]  {_state(line.health)}  {_words(line.health)}")
        if line.health.ready:
            say_table(_models_table(line.models))
        elif line.models:
            kinds = sorted({str(kind) for model in line.models for kind in model.kinds})
            count = "one model" if len(line.models) == 1 else f"{len(line.models)} models"
            say(f"   [dim]{count}: {', '.join(kinds)}[/]")


def _models_table(models: Sequence[Capabilities]) -> Table:
    table = Table(Column("  model", no_wrap=True), "makes", "length", "price", box=None, header_style="dim")
    for model in models:
        shortest, longest = model.seconds
        length = f"{shortest:g} to {longest:g} s" if set(model.kinds) & TIMED else ""
        table.add_row(f"  {model.model}", ", ".join(model.kinds), length, _price(model))
    return table


def tell_renewed(renewed: Sequence[Renewed]) -> None:
    """Tell which models take other fields than before."""
    for one in renewed:
        changed = f"other fields for {', '.join(one.changed)}" if one.changed else "nothing has changed"
        note(f"{one.provider}: {one.problem or changed}")


def _state(health: Health) -> str:
    return "[green]ready[/]" if health.ready else "[yellow]not ready[/]"


def _words(health: Health) -> str:
    return escape(f"{health.detail} {health.hint}".strip())


def _price(model: Capabilities) -> str:
    if model.price is None:
        return "unknown"
    if not model.price.amount.micros:
        return "free"
    unit = UNITS.get(model.price.unit, model.price.unit)
    return f"{model.price.amount.exact} a {unit} ({model.price.as_of})"


def note_quote(quote: Quote) -> None:
    """Tell what is about to be spent, and what the model will leave out, before it is asked."""
    price = price_range(quote.estimate.low, quote.estimate.high)
    note(f"[dim]{quote.request.provider} {escape(quote.request.model)}: cost {price}.[/]")
    for remark in quote.remarks:
        note(f"[yellow]note[/] {escape(remark.message)}")


def show_clip(made: MadeClip, *, as_json: bool) -> None:
    """Tell where the file is and what it cost."""
    if as_json:
        facts = {"job": plain(made.job), "file": str(made.path), "reused": made.reused}
        answer_json({"ok": True, "cost_usd": plain(made.cost)} | facts)
        return
    cost = "cost unknown" if made.cost is None else f"cost {made.cost}"
    say(f"{escape(str(made.path))}  [dim]{'made before, ' if made.reused else ''}{cost}[/]")


def show_jobs(book: JobBook, project: Path, *, as_json: bool) -> None:
    """List a project's jobs and its ledger, and how to settle what is in doubt."""
    if as_json:
        lines = [
            plain(line.job) | {"attempts": [plain(attempt) for attempt in line.attempts]}
            for line in book.lines
        ]
        facts = {"spent_usd": plain(book.spent), "paused": plain(book.pauses)}
        answer_json({"ok": not book.in_doubt, "jobs": lines} | facts)
        return
    table = Table(
        "job", "for", "provider", "state", "attempts", "took", "cost", "", box=None, header_style="dim"
    )
    for line in book.lines:
        job, attempts = line.job, line.attempts
        seconds = [attempt.seconds for attempt in attempts if attempt.seconds is not None]
        row = (job.id, job.scene_id, job.request.provider, job.state, str(len(attempts)), _took(seconds))
        table.add_row(*row, _cost(attempts), escape(job.error))
    say_table(table)
    for job in (line.job for line in book.lines if line.job.state is JobState.UNSURE):
        say(f"[yellow]{job.id}[/] {escape(job.hint)}")
        say(f"  clappper jobs {escape(str(project))} --resolve-unsure {job.id} adopt|resend|give-up")
    for pause in book.pauses:
        why = f"{pause.reason} {pause.hint}".strip() or "you paused it."
        say(f"[yellow]{escape(pause.provider)} is paused:[/] {escape(why)}")
    say(f"Spent {book.spent}")


def _cost(attempts: Sequence[Attempt]) -> str:
    """Say what a job has cost; where its service does not tell, what it may have cost at most."""
    if not attempts:
        return "–"
    open_ones = [one for one in attempts if one.actual is None and one.billed != "no"]
    known = sum((one.actual or Money() for one in attempts), Money())
    if not open_ones:
        return str(known)
    highs = [one.estimated_high for one in open_ones]
    if None in highs:
        return "unknown"
    return f"up to {sum((high for high in highs if high is not None), known)}"


def _took(seconds: Sequence[float]) -> str:
    return f"{sum(seconds):.1f} s" if seconds else "–"


def show_money(book: MoneyBook, *, as_json: bool) -> None:
    """Show the sums of a ledger."""
    if as_json:
        lines = [plain(line) | {"per_finished_minute": plain(line.per_minute)} for line in book.lines]
        facts = {"cap_usd": plain(book.cap), "unpriced": book.unpriced, "lines": lines}
        answer_json(
            {"ok": True, "spent_usd": plain(book.spent), "committed_usd": plain(book.committed)} | facts
        )
        return
    headings = ("", "name", "attempts", "failed", "done", "finished", "spent", "a finished minute")
    table = Table(*headings, box=None, header_style="dim")
    for line in book.lines:
        numbers = (str(line.attempts), str(line.failed), str(line.done), f"{line.finished_seconds:.1f} s")
        per_minute = "–" if line.per_minute is None else str(line.per_minute)
        at_least = "at least " if line.unpriced else ""
        table.add_row(
            line.group, escape(line.name), *numbers, f"{at_least}{line.spent}", f"{at_least}{per_minute}"
        )
    say_table(table)
    cap = f" of at most {book.cap}" if book.cap is not None else ""
    say(f"Spent {book.spent}{cap}; what is under way may cost {book.committed} more.")
    if book.unpriced:
        say(f"[yellow]{book.unpriced} attempts have no known price, so these sums are lower bounds.[/]")


def print_csv(book: MoneyBook, *, ledger: bool) -> None:
    """Print the sums, or every attempt, as CSV."""
    click.echo(ledger_csv(book.made) if ledger else spendings_csv(book.lines), nl=False)
