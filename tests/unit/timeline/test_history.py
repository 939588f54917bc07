import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clappper.base.errors import ClappperError
from clappper.timeline.history import History, Step


def test_steps_are_named_undone_and_redone() -> None:
    history = History(0)
    assert history.undo_name == history.redo_name == ""
    history.do("Trim", 1)
    history.do("Roll", 2)
    assert (history.undo_name, history.names) == ("Roll", ("Open", "Trim", "Roll"))
    assert history.undo() == 1
    assert (history.undo_name, history.redo_name) == ("Trim", "Roll")
    assert history.redo() == 2
    assert history.go_to(0) == 0
    assert history.place == 0


def test_a_new_edit_drops_what_was_undone() -> None:
    history = History(0)
    history.do("Trim", 1)
    history.undo()
    history.do("Slip", 5)
    assert history.names == ("Open", "Slip")
    with pytest.raises(ClappperError, match="nothing to redo"):
        history.redo()


def test_an_edit_that_changes_nothing_is_no_step() -> None:
    history = History((1, 2))
    history.do("Trim", (1, 2))
    assert history.names == ("Open",)
    with pytest.raises(ClappperError, match="nothing to undo"):
        history.undo()


def test_a_group_is_one_step() -> None:
    history = History(0)
    with history.group("Apply fixes"):
        history.do("One", 1)
        with history.group("Inner"):
            history.do("Two", 2)
            history.do("Three", 3)
    assert history.names == ("Open", "Apply fixes")
    assert history.undo() == 0
    assert history.redo() == 3


def test_a_group_without_edits_keeps_what_can_be_redone() -> None:
    history = History(0)
    history.do("Trim", 1)
    history.undo()
    with history.group("Nothing"):
        pass
    assert history.redo() == 1


def test_a_failed_group_leaves_no_trace() -> None:
    history = History(0)
    history.do("Trim", 1)
    history.do("Roll", 2)
    history.undo()

    def fail() -> None:
        with history.group("Broken"):
            history.do("One", 7)
            raise ValueError("wrong")

    with pytest.raises(ValueError, match="wrong"):
        fail()
    assert history.value == 1
    assert history.redo() == 2


def test_no_time_travel_inside_a_group() -> None:
    history = History(0)
    history.do("Trim", 1)
    with history.group("Open"), pytest.raises(ClappperError, match="under way"):
        history.undo()


@given(st.lists(st.integers(0, 5), max_size=30))
@settings(deadline=None)
def test_every_edit_is_undone_in_order(values: list[int]) -> None:
    history = History(-1)
    seen = [-1]
    for value in values:
        if value != seen[-1]:
            seen.append(value)
        history.do("Edit", value)
    assert [history.value, *(history.undo() for _ in seen[1:])] == seen[::-1]


def test_a_missing_step_is_named() -> None:
    with pytest.raises(ClappperError, match="no step 4"):
        History(0).go_to(4)


def test_a_restored_history_loads_what_it_needs_once() -> None:
    loaded: list[int] = []

    def step(number: int) -> Step[int]:
        def load() -> int:
            loaded.append(number)
            return number

        return Step(f"Step {number}", load)

    history = History.restored([step(number) for number in range(4)], 2)
    assert (history.value, history.names[2], loaded) == (2, "Step 2", [2])
    assert [history.undo(), history.redo(), history.undo()] == [1, 2, 1]
    assert (loaded, history.redo_name) == ([2, 1], "Step 2")


def test_a_step_that_cannot_be_loaded_is_not_gone_to() -> None:
    def fail() -> int:
        raise ClappperError("It is damaged.")

    history = History.restored([Step("Open", fail), Step("Trim", lambda: 1)], 1)
    with pytest.raises(ClappperError, match="damaged"):
        history.undo()
    assert history.value == 1
