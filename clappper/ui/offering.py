"""Before something is made: what would be done, its price and its time are said; then it is one undo step."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from clappper.base.units import Money, price_range
from clappper.flow.generating.offers import Offer, accept
from clappper.flow.project.session import Session
from clappper.providers.contract import Estimate
from clappper.ui import dialogs, errors

UNKNOWN = "an unknown amount"


async def ask_and_accept(owner: QWidget, session: Session, offer: Offer) -> None:
    """Ask where it costs or takes time, then do it; ``owner`` shows how it ended.

    Raises:
        ClappperError: as ``flow.generating.offers.accept``.
    """
    price = price_of(offer.cost)
    if offer.edit is None:
        yes = f"{offer.name} for {price}" if price != "nothing" else offer.name
        if not await dialogs.agreed(owner, f"{offer.name}?", f"{offer.how}\n{terms_of(offer.cost)}", yes):
            return
        errors.tell(owner, f"{offer.name} is under way.", "Jobs shows how far it is.", kind="info")
    placed = await accept(session, offer, accept_unknown_price=price == UNKNOWN)
    if placed.note:
        errors.tell(owner, placed.note, kind="warn")
    else:
        errors.tell(owner, f"{offer.name} is done.")


def terms_of(cost: Estimate) -> str:
    """Say what something costs and how long it takes, as sentences."""
    time = f" Takes {time_range(cost)}." if cost.seconds is not None else ""
    return f"Costs {price_of(cost)}.{time}"


def price_of(cost: Estimate) -> str:
    """Say what something costs, before it is bought."""
    if cost.high is None or cost.low is None:
        return UNKNOWN
    if cost.high == Money():
        return "nothing"
    return price_range(cost.low, cost.high)


def time_range(estimate: Estimate | None) -> str:
    """Show how long it takes: ``40–90 s``, ``2–3 min``."""
    if estimate is None or estimate.seconds is None:
        return "unknown"
    low, high = estimate.seconds
    if high < 90:
        return f"{low:.0f}–{high:.0f} s"
    return f"{max(1, low // 60):.0f}–{-(-high // 60):.0f} min"
