"""What generations cost: one dated price list, which a person's own file goes before. Unknown is never zero.

A model that the person's own list names is priced by that list alone.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from clappper.base.errors import UnusableInputError
from clappper.base.paths import AppPaths, resource
from clappper.base.units import Money
from clappper.providers.contract import Capabilities, Estimate, GenRequest, Price
from clappper.providers.fitting import made_seconds

FILE = "prices.toml"
DOUBT = {"measured": 0.0, "read": 0.0, "second-hand": 0.25, "guess": 0.5}
"""By which share a price of each confidence may be off, either way: the upper end is what a budget counts."""
UNITS = frozenset({"second", "clip", "image", "character", "gpu_second"})

Prices = Mapping[tuple[str, str], tuple[Price, ...]]


def load_prices(own: AppPaths | None) -> Prices:
    """Read the shipped prices, and the person's own over them.

    Raises:
        UnusableInputError: the person's list cannot be read.
    """
    return {**_shipped(), **(_read(own.config / FILE) if own else {})}


@cache
def _shipped() -> Prices:
    """Read the list that comes with the program, once for all services."""
    return _read(resource("providers", FILE))


def estimate(
    prices: tuple[Price, ...], request: GenRequest, model: Capabilities, sent: Mapping[str, Any]
) -> Estimate:
    """Say what a request costs: the first price whose conditions are met by what is ``sent``."""
    price = next((one for one in prices if _holds(one, sent)), None)
    if price is None:
        return Estimate(None, None, None, f"The price of {model.model} is not known.")
    units = _units(price, request, model, sent)
    basis = f"{price.amount.exact} per {price.unit.replace('_', ' ')}, {price.confidence}, {price.as_of}"
    if units is None:
        return Estimate(None, None, None, f"{basis}; how much of it is used, nobody says before.")
    stated = round(price.amount.micros * max(units, price.minimum_units))
    doubt = DOUBT[price.confidence]
    return Estimate(Money(round(stated * (1 - doubt))), Money(round(stated * (1 + doubt))), None, basis)


def _holds(price: Price, sent: Mapping[str, Any]) -> bool:
    return all(sent.get(name) == value for name, value in price.match.items())


def _units(price: Price, request: GenRequest, model: Capabilities, sent: Mapping[str, Any]) -> float | None:
    if price.unit == "gpu_second":
        return None
    count = sent.get("num_outputs", sent.get("outputCount", 1))
    return {
        "second": made_seconds(request.seconds, model),
        "clip": 1.0,
        "image": float(count) if isinstance(count, int) else 1.0,
        "character": float(len(request.prompt)),
    }[price.unit]


def _read(path: Path) -> dict[tuple[str, str], tuple[Price, ...]]:
    if not path.is_file():
        return {}
    found: dict[tuple[str, str], tuple[Price, ...]] = {}
    try:
        for row in tomllib.loads(path.read_text(encoding="utf-8")).get("price", ()):
            place = row["provider"], row["model"]
            found[place] = (*found.get(place, ()), _price(row))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
        raise UnusableInputError(f"The prices in {path} cannot be read: {error}", "Mend the file.") from error
    return found


def _price(row: Mapping[str, Any]) -> Price:
    if row["unit"] not in UNITS:
        raise ValueError(f"the unit {row['unit']!r} is none of {', '.join(sorted(UNITS))}")
    confidence = row.get("confidence", "measured")
    if confidence not in DOUBT:
        raise ValueError(f"the confidence {confidence!r} is none of {', '.join(DOUBT)}")
    return Price(
        row["unit"],
        Money.dollars(row["usd"]),
        str(row["as_of"]),
        confidence,
        dict(row.get("match", {})),
        float(row.get("minimum_units", 0.0)),
    )
