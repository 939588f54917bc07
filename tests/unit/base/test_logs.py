import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from clappper.base import logs


@pytest.fixture
def handler(tmp_path: Path) -> Iterator[logging.Handler]:
    made = logs.configure(tmp_path / "logs")
    assert made is not None
    yield made
    logging.getLogger("clappper").removeHandler(made)
    made.close()


def test_a_record_becomes_one_json_line_with_what_was_added(tmp_path: Path, handler: logging.Handler) -> None:
    logging.getLogger("clappper.jobs").info("took %d s", 3, extra={"job_id": "job_1"})
    handler.flush()
    (line,) = (tmp_path / "logs/clappper.log").read_text().splitlines()
    kept = json.loads(line)
    assert (kept["message"], kept["job_id"], kept["level"]) == ("took 3 s", "job_1", "INFO")
    assert "args" not in kept


def test_a_folder_that_cannot_be_made_does_not_stop_the_program(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert logs.configure(blocked / "logs") is None
