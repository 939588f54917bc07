"""Keys: kept in the keychain, never shown again; without a keychain that is said."""

from typing import Any

import pytest

from clappper.app import Studio
from clappper.base.secrets import Secrets
from clappper.providers.keys import KEYS
from clappper.ui.keys.sheet import KeysSheet
from clappper.ui.tokens import DARK
from tests.doubles import MemoryKeychain
from tests.unit.ui.conftest import Stage

KEY = "r8_0123456789abcdef0123456789abcdef01234567"


def sheet_of(studio: Studio, **secrets: Any) -> KeysSheet:
    studio.secrets = Secrets({}, **secrets)
    made = KeysSheet(studio, DARK)
    made.show()
    return made


def test_there_is_a_block_for_every_service(stage: Stage, studio: Studio) -> None:
    del stage
    assert set(sheet_of(studio).blocks) == set(KEYS)


def test_a_key_is_kept_tested_and_deleted(
    stage: Stage, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain = MemoryKeychain()
    sheet = sheet_of(studio, keychain=lambda: chain)
    tried: list[tuple[str, ...]] = []

    async def try_keys(services: tuple[str, ...]) -> tuple[()]:
        tried.append(services)
        return ()

    monkeypatch.setattr(studio, "try_keys", try_keys)
    block = sheet.blocks["replicate"]
    block.value.setText(KEY)
    block.buttons["Keep"].click()
    stage.until(lambda: tried)
    assert KEY in chain.kept.values()
    assert (block.value.text(), block.source.text()) == ("", "from keychain")
    block.buttons["Delete"].click()
    stage.until(lambda: block.said.text() == "Deleted.")
    assert not chain.kept


def test_without_a_keychain_it_says_what_to_do(stage: Stage, studio: Studio) -> None:
    block = sheet_of(studio).blocks["runway"]
    block.value.setText("key_0123456789")
    block.buttons["Keep"].click()
    stage.until(lambda: "keychain" in block.said.text())
