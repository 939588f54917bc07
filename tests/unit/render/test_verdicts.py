from __future__ import annotations

from clappper.render.verdicts import CheckReport, Outcome, judged, unmeasured


def test_what_cannot_be_measured_neither_passes_nor_fails() -> None:
    good, bad = (
        judged("fps", passed, "24 fps", "30 fps", "It plays at 24 fps.", 0.5) for passed in (True, False)
    )
    vague = unmeasured("loudness", "-14 LUFS", "There is no sound.")
    report = CheckReport((good, vague))
    assert report.passed
    assert not vague.passed
    assert report.unmeasured == (vague,)
    assert not CheckReport((good, vague, bad)).passed
    assert CheckReport((good, bad)).failures == (bad,)
    assert (good.message, bad.message, bad.outcome) == ("", "It plays at 24 fps.", Outcome.FAILED)
