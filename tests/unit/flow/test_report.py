"""The log is read from its end; a report holds no secret."""

from datetime import UTC, datetime
from pathlib import Path

from clappper.base.secrets import Redactor
from clappper.flow.doctor import Checkup
from clappper.flow.report import LogLine, read_log, write_report

LINE = '{"time": "12:00", "level": "INFO", "logger": "clappper.jobs", "message": "%s", "job_id": "j1"}'


def test_the_newest_line_comes_first_and_rubbish_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "clappper.log").write_text("\n".join([LINE % "one", "torn off {", LINE % "two", "[1]"]))
    first, second = read_log(tmp_path)
    assert (first.message, second.message) == ("two", "one")
    assert first.details == "job_id=j1"


def test_without_a_log_there_is_nothing(tmp_path: Path) -> None:
    assert read_log(tmp_path) == ()


def test_a_report_tells_the_machine_and_no_key(tmp_path: Path) -> None:
    redactor = Redactor()
    redactor.know("r8_0123456789abcdef0123456789abcdef01234567")
    log = [LogLine("now", "ERROR", "clappper", "key r8_0123456789abcdef0123456789abcdef01234567 in ~")]
    home = str(Path.home())
    checkups = [Checkup("CUDA", ready=False, detail=f"none in {home}/x", gives="speed")]
    write_report(tmp_path / "report.txt", checkups, log, redactor, datetime(2026, 1, 2, tzinfo=UTC))
    text = (tmp_path / "report.txt").read_text()
    assert "none  CUDA: none in ~/x" in text
    assert "r8_" not in text
