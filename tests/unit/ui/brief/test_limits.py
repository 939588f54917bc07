"""The form's ranges are those of what will make the shots."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox

from clappper.providers.contract import Capabilities, Kind
from clappper.ui.brief import limits
from clappper.ui.brief.editors import ChoiceEditor
from clappper.ui.brief.fields import FieldRow
from clappper.ui.tokens import DARK
from tests.unit.ui.conftest import Stage


def model(**facts: object) -> Capabilities:
    return Capabilities("any", "m1", (Kind.TEXT_TO_VIDEO,), **({"seconds": (2.0, 10.0)} | facts))  # type: ignore[arg-type]


def test_only_what_every_model_makes_is_offered() -> None:
    models = [
        model(aspects=("9:16", "1:1"), fps=(24.0, 30.0)),
        model(aspects=("9:16",), fps=(24.0,)),
        model(),
    ]
    assert limits.possible_aspects(models) == frozenset({"9:16"})
    assert limits.possible_rates(models) == (24.0,)
    assert limits.possible_aspects([model()]) is None
    assert limits.possible_rates([model()]) == ()


def test_a_shot_is_as_long_as_all_of_them_allow() -> None:
    assert limits.shot_lengths([model(), model(seconds=(4.0, 8.0))]) == "shots 4–8 s"
    assert limits.shot_lengths([]) == ""


def test_an_aspect_that_cannot_be_made_cannot_be_chosen(stage: Stage) -> None:
    del stage
    row = FieldRow("project.aspect", "Aspect", "choice", choices=("9:16", "16:9"))
    editor = ChoiceEditor(row, DARK)
    limits.show_aspects(editor, frozenset({"9:16"}))
    box = editor.control
    assert isinstance(box, QComboBox)
    rows = box.model()
    able = [Qt.ItemFlag.ItemIsEnabled in rows.flags(rows.index(place, 0)) for place in range(2)]
    assert able == [True, False]
