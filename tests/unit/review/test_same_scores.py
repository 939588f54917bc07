import json
import os
import subprocess
import sys
from pathlib import Path

from tests.unit.review.clips import moving, write_clip

PROGRAM = """
import json, sys
from pathlib import Path
import cv2
cv2.setNumThreads(int(sys.argv[2]))
from clappper.base.paths import resource
from clappper.media.models import ModelStore
from clappper.review import metrics
from clappper.review.prior import shipped_prior
clip = Path(sys.argv[1])
found = {one.name: [one.value, one.percentile] for one in metrics.measure(clip, "a boat", clip.parent)}
told = shipped_prior(ModelStore.open(resource("models"))).predict("a red boat on a calm sea at dawn", "alpha")
print(json.dumps([found, [told.chance, told.low, told.high, told.quality, told.known]]))
"""


def test_two_processes_with_other_thread_counts_give_the_same_scores(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.mp4", moving(10))
    running = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(clip), str(threads)],
            stdout=subprocess.PIPE,
            env={**os.environ, **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), str(threads))},
        )
        for threads in (1, 3)
    ]
    one, other = (process.communicate()[0] for process in running)
    assert one == other
    scores, prediction = json.loads(one)
    assert sum(value is not None for value, _ in scores.values()) > 10
    assert None not in prediction
