"""The commands that judge clips and foretell what people will think of them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from clappper.app import Studio
from clappper.cli.console import Ending, ends_well
from clappper.cli.options import FILE, FOLDER, json_flag
from clappper.review.plugins import NAMES


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


@click.command()
@click.option("--port", default=0, type=click.IntRange(0, 65535), help="Default: any free one.")
@click.option("--token", envvar="CLAPPPER_SERVICE_TOKEN", default="", help="Default: a new one is made up.")
@json_flag
@click.pass_obj
@ends_well
def serve(studio: Studio, port: int, token: str, as_json: bool) -> Ending:
    """Answer POST /predict on this machine until Ctrl+C: a brief, or a prompt with a provider."""
    from clappper.cli import review_answers

    service = studio.serve(port, token)
    service.start()
    try:
        review_answers.show_service(service.address, service.token, as_json=as_json)
        service.wait()
    except KeyboardInterrupt:
        return Ending.DONE
    finally:
        service.stop()
    return Ending.DONE


@click.command()
@click.argument("project", type=FOLDER)
@click.option("--good", "outcome", flag_value="good", help="Only those of which at least half passed.")
@click.option("--bad", "outcome", flag_value="bad", help="Only those of which fewer passed.")
@click.option("--unrated", "outcome", flag_value="unrated", help="Only those that nobody judged.")
@click.option("--search", default="", help="Words, a provider, an aspect such as 9:16, or a tag.")
@json_flag
@click.pass_obj
@ends_well
def prompts(studio: Studio, project: Path, outcome: str | None, search: str, as_json: bool) -> Ending:
    """List what PROJECT asked for, with what reviewers made of it and what the predictor expects now."""
    from clappper.cli import review_answers
    from clappper.flow.learning.prompt_history import Outcome

    found = studio.prompt_history(project, search, Outcome(outcome) if outcome else None)
    review_answers.show_prompts(found, as_json=as_json)
    return Ending.DONE


@click.command()
@click.argument("video", type=FILE)
@click.option("--prompt", default="", help="What the clip was asked to show.")
@click.option(
    "--plugin",
    "plugins",
    multiple=True,
    type=click.Choice(NAMES),
    help="Measure this, too. May be repeated; the setting metric_plugins is for always.",
)
@click.option("--reference", default="", help="A description to compare the prompt with, for bleu.")
@click.option("--caption", default="", help="What the clip shows, in words, for bertscore.")
@click.option("--clips", type=FOLDER, help="The set of clips, for fvd.")
@click.option("--reference-clips", type=FOLDER, help="The clips to compare that set with, for fvd.")
@json_flag
@click.pass_obj
@ends_well
def metrics(
    studio: Studio,
    video: Path,
    prompt: str,
    plugins: tuple[str, ...],
    reference: str,
    caption: str,
    clips: Path | None,
    reference_clips: Path | None,
    as_json: bool,
) -> Ending:
    """Measure the clip VIDEO: motion, faults, likeness; what cannot be measured says why."""
    from clappper.cli import review_answers
    from clappper.review.plugins.material import Material, clips_in

    given = Material(
        studio.paths.models, prompt, reference, caption, clips_in(clips), clips_in(reference_clips)
    )
    review_answers.show_metrics(studio.metrics(video, given, plugins), as_json=as_json)
    return Ending.DONE


@click.group()
def ratings() -> None:
    """What people said of a project's clips."""


@ratings.command("report")
@click.argument("project", type=FOLDER)
@json_flag
@click.pass_obj
@ends_well
def ratings_report(studio: Studio, project: Path, as_json: bool) -> Ending:
    """Say how far the reviewers of PROJECT agree, and which clips should be made again."""
    from clappper.cli import review_answers

    review_answers.show_report(studio.judgements(project).report(), as_json=as_json)
    return Ending.DONE


@ratings.command("export")
@click.argument("project", type=FOLDER)
@click.argument("file", type=FILE)
@json_flag
@click.pass_obj
@ends_well
def ratings_export(studio: Studio, project: Path, file: Path, as_json: bool) -> Ending:
    """Write all ratings of PROJECT to FILE, for a copy of the project elsewhere."""
    from clappper.cli import review_answers

    count = studio.judgements(project).export_to(file)
    review_answers.show_done({"ratings": count}, f"Wrote {count} ratings to {file}.", as_json=as_json)
    return Ending.DONE


@ratings.command("import")
@click.argument("project", type=FOLDER)
@click.argument("file", type=FILE)
@json_flag
@click.pass_obj
@ends_well
def ratings_import(studio: Studio, project: Path, file: Path, as_json: bool) -> Ending:
    """Add the ratings in FILE to PROJECT; what is there already is not added again."""
    from clappper.cli import review_answers

    found = studio.judgements(project).import_from(file)
    told = f"{found.new} new ratings, {found.known} known, {found.strange} of clips that are not here."
    facts = {"new": found.new, "known": found.known, "strange": found.strange}
    review_answers.show_done(facts, told, as_json=as_json)
    return Ending.DONE


@ratings.command("dataset")
@click.argument("project", type=FOLDER)
@click.option("--out", type=FOLDER, required=True, help="Folder for the clips and the manifest.")
@json_flag
@click.pass_obj
@ends_well
def ratings_dataset(studio: Studio, project: Path, out: Path, as_json: bool) -> Ending:
    """Copy the rated clips of PROJECT with a manifest of prompts, verdicts and tags."""
    from clappper.cli import review_answers

    made = studio.judgements(project).dataset_in(out)
    told = f"{made.positives} passed and {made.negatives} failed clips: {made.manifest}"
    facts = {"manifest": str(made.manifest), "positives": made.positives, "negatives": made.negatives}
    review_answers.show_done(facts, told, as_json=as_json)
    return Ending.DONE


@ratings.command("pack")
@click.argument("project", type=FOLDER)
@click.option("--out", type=FOLDER, required=True, help="Folder for the page and its clips.")
@json_flag
@click.pass_obj
@ends_well
def ratings_pack(studio: Studio, project: Path, out: Path, as_json: bool) -> Ending:
    """Write a page with all clips of PROJECT that a client opens in any browser."""
    from clappper.cli import review_answers

    page = studio.judgements(project).review_pack_in(out)
    review_answers.show_done({"page": str(page)}, f"Open {page} in a browser.", as_json=as_json)
    return Ending.DONE


@click.command()
@click.argument("brief", type=FILE)
@click.option("--out", type=FILE, help="Write the first rewrite here (.json or .toml).")
@click.option("--llm", "ask_model", is_flag=True, help="Ask the language model of the settings, too.")
@json_flag
@click.pass_obj
@ends_well
def rewrite(studio: Studio, brief: Path, out: Path | None, ask_model: bool, as_json: bool) -> Ending:
    """Offer up to three other ways to say BRIEF, with what changes and gains; BRIEF stays."""
    from clappper.cli import review_answers

    _, offers = asyncio.run(studio.rewrite(brief, ask_model=ask_model))
    if out is not None and offers:
        studio.write_brief(offers[0].brief, out)
    review_answers.show_rewrites(offers, out if offers else None, as_json=as_json)
    return Ending.DONE


@click.command()
@click.argument("brief", type=FILE)
@json_flag
@click.pass_obj
@ends_well
def opinion(studio: Studio, brief: Path, as_json: bool) -> Ending:
    """Ask the language model of the settings what it thinks of BRIEF; it moves no gate."""
    from clappper.cli import review_answers

    review_answers.show_opinion(asyncio.run(studio.opinion(brief)), as_json=as_json)
    return Ending.DONE
