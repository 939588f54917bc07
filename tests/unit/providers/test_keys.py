from __future__ import annotations

import pytest

from clappper.base.errors import UnusableInputError
from clappper.providers.keys import KEYS, key_named, service_of


@pytest.mark.parametrize(
    ("provider", "service"),
    [
        ("replicate", "replicate"),
        ("luma", "luma"),
        ("luma_dream_machine", "luma_dream_machine"),
        ("cosmos_hosted", "cosmos"),
        ("lumaX", ""),
        ("motion", ""),
    ],
)
def test_a_provider_uses_the_key_of_its_service(provider: str, service: str) -> None:
    assert service_of(provider) == service


def test_keys_are_found_by_service_and_have_a_variable() -> None:
    assert all(key_named(name).variables for name in KEYS)
    with pytest.raises(UnusableInputError, match="No service motion"):
        key_named("motion")
