"""What people will think of a brief's ad before it is made, with the predictor that is best here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from clappper.brief.plan import plan
from clappper.brief.rewrite import Rewrite, rewrites
from clappper.brief.route import route_storyboard
from clappper.brief.schema import AdBrief
from clappper.flow.briefing.forecast import Forecast, forecast
from clappper.flow.briefing.preflight import context_of, preflight_file, read_with_files, ready_models
from clappper.flow.briefing.second_opinion import SecondOpinion, model_rewrite, second_opinion
from clappper.flow.briefs import read_brief
from clappper.flow.open_project import open_providers
from clappper.flow.predictor import load_predictor_of
from clappper.providers.llm import Llm
from clappper.providers.workbench import EMBEDDED, Workbench

if TYPE_CHECKING:
    from clappper.review.prediction import Foretell


async def opinion_file(path: Path, bench: Workbench = EMBEDDED) -> SecondOpinion:
    """Ask the language model of the settings about a brief's file; without one the rubric speaks alone.

    Raises:
        UnusableInputError: the brief, or a file that it names, cannot be used.
    """
    brief, card = await preflight_file(path, bench)
    llm = Llm.of(bench)
    try:
        return await second_opinion(brief, card, llm)
    finally:
        if llm is not None:
            await llm.aclose()


async def rewrite_file(
    path: Path, models: Path, bench: Workbench = EMBEDDED, *, ask_model: bool = False
) -> tuple[AdBrief, tuple[Rewrite, ...]]:
    """Offer up to three rewrites of a brief's file, the best first; with ``ask_model`` one of a model's too.

    Raises:
        UnusableInputError: the brief, or a file that it names, cannot be used.
    """
    brief, files = read_with_files(path)
    async with open_providers(bench) as registry:
        ready = await ready_models(registry)
        foretell = load_predictor_of(models).foretell
        context = context_of(brief, files, (brief.project.aspect,), registry, ready, foretell)
        offers = rewrites(brief, context)
        llm = Llm.of(bench) if ask_model else None
        if llm is not None:
            try:
                own = await model_rewrite(brief, context, llm)
            finally:
                await llm.aclose()
            offers = (own, *offers) if own is not None else offers
        return brief, offers


async def predict_file(path: Path, models: Path, bench: Workbench = EMBEDDED) -> Forecast:
    """Foretell the ad of a brief's file, routed as it would be here and now.

    Raises:
        UnusableInputError: the brief cannot be used.
        ClappperError: it cannot be planned.
    """
    return await predict_brief(read_brief(path), load_predictor_of(models).foretell, bench)


async def predict_brief(brief: AdBrief, foretell: Foretell, bench: Workbench = EMBEDDED) -> Forecast:
    """Foretell a brief's ad, routed as it would be here and now.

    Raises:
        ClappperError: it cannot be planned.
    """
    async with open_providers(bench) as registry:
        storyboard, routes = route_storyboard(plan(brief), brief, await ready_models(registry))
        return forecast(brief, storyboard, routes, registry, foretell)
