"""What a brief wants its viewers to see, and what of it a timeline says it shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clappper.brief.schema import AdBrief
from clappper.render.contrast import NOTICEABLE, READABLE, READABLE_LARGE
from clappper.render.sought import Sought
from clappper.timeline.model import Timeline, TitleRole
from clappper.timeline.titles import disclosures

LOGO_SECONDS = 1.0
PRICE_SECONDS = 1.2
CTA_SECONDS = 2.0
LEGAL_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class Demand:
    """One thing to be seen: for how long at least in one go, and with which contrast.

    The time is that in which a title has settled: its way in and out comes on top.
    """

    role: TitleRole
    text: str
    least_seconds: float
    least_contrast: float = READABLE_LARGE


@dataclass(frozen=True, slots=True)
class Expected:
    """Where to look for what is demanded.

    Without ``titles``, ``problem`` says in one sentence why there is nothing to look for; it is a fault
    of the ad if it ``is_fault``, and a limit of the measurement otherwise.
    """

    demand: Demand
    titles: tuple[Sought, ...] = ()
    problem: str = ""
    is_fault: bool = True


def demands(brief: AdBrief) -> tuple[Demand, ...]:
    """List what the brief wants on screen."""
    return tuple(_demands(brief))


def demands_of(timeline: Timeline) -> tuple[Demand, ...]:
    """List what an edit itself promises to say: that it was made with AI."""
    texts = disclosures(timeline)
    return tuple(Demand(TitleRole.DISCLOSURE, text, LEGAL_SECONDS, READABLE) for text in texts)


def in_titles(wanted: Sequence[Demand], titles: Sequence[Sought]) -> tuple[Expected, ...]:
    """Find each demand among the titles of a timeline; texts must be equal but for spacing."""
    return tuple(_in_titles(demand, titles) for demand in wanted)


def _demands(brief: AdBrief) -> Iterator[Demand]:
    closing = min(CTA_SECONDS, 0.6 * brief.scenes[-1].seconds)
    wants_logo = brief.product.logo and not brief.product.no_logo
    if wants_logo and any(scene.overlays.show_logo for scene in brief.scenes):
        yield Demand(TitleRole.LOGO, "", LOGO_SECONDS, NOTICEABLE)
    if brief.product.price_text and any(scene.overlays.show_price for scene in brief.scenes):
        yield Demand(TitleRole.PRICE, brief.product.price_text, min(PRICE_SECONDS, closing))
    yield Demand(TitleRole.HEADLINE, brief.cta.headline, closing)
    yield Demand(TitleRole.BUTTON, brief.cta.button_text, closing)
    if brief.cta.legal_disclaimer:
        yield Demand(TitleRole.LEGAL, brief.cta.legal_disclaimer, min(LEGAL_SECONDS, closing), READABLE)


def _in_titles(demand: Demand, titles: Sequence[Sought]) -> Expected:
    if demand.role is TitleRole.LOGO:
        shown = tuple(title for title in titles if title.role is TitleRole.LOGO)
        return Expected(demand, shown, "" if shown else "The logo is not in the timeline.")
    same = tuple(title for title in titles if _spaced(title.text) == _spaced(demand.text))
    if same:
        return Expected(demand, same)
    others = {title.text for title in titles if title.role is demand.role}
    if others:
        shown_text = " and ".join(repr(text) for text in sorted(others))
        return Expected(demand, problem=f"It shows {shown_text} where the brief says {demand.text!r}.")
    return Expected(demand, problem=f"Nothing in the timeline shows {demand.text!r}.")


def _spaced(text: str) -> str:
    return " ".join(text.split())
