"""Money: an empty ledger says so; a limit is a limit of the project."""

from clappper.base.units import Money
from clappper.ui.bench import Bench
from clappper.ui.money.panel import MoneyPanel


def test_nothing_bought(bench: Bench) -> None:
    panel = MoneyPanel(bench)
    panel.show()
    assert panel.ledger.rowCount() == 0
    assert panel._figures["Spent"].text() == "$0.00"  # noqa: SLF001


def test_a_limit_is_kept_and_taken_away(bench: Bench) -> None:
    panel = MoneyPanel(bench)
    panel.limited.setChecked(True)
    panel.cap.setValue(12.5)
    assert bench.session.queue.ledger.cap() == Money.dollars("12.5")
    assert MoneyPanel(bench).limited.isChecked()
    panel.limited.setChecked(False)
    assert bench.session.queue.ledger.cap() is None
