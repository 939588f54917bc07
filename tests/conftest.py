"""What holds for every test: examples are found by work, not by the clock of a busy machine, no screen is
needed, and nothing of the person who runs them, neither keys nor settings, is seen by the program.
"""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from clappper.providers.keys import KEYS

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QT_API"] = "pyside6"

# Each run tries the same examples; `pytest --hypothesis-profile explore` looks for others.
TIMELESS = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("steady", TIMELESS, derandomize=True)
settings.register_profile("explore", TIMELESS)
settings.load_profile("steady")


@pytest.fixture(autouse=True, scope="session")
def _nobodys_keys_and_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    variables = {part for key in KEYS.values() for name in key.variables for part in name.split(":")}
    own = {name for name in os.environ if name in variables or name.startswith("CLAPPPER_")}
    with pytest.MonkeyPatch.context() as patch:
        for name in own:
            patch.delenv(name)
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        yield
