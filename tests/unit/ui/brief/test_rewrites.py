from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from clappper.brief.rewrite import Rewrite, WordChange
from clappper.brief.templates import template
from clappper.ui.brief.rewrites import RewriteSheet
from clappper.ui.tokens import DARK

CHANGE = WordChange("scenes[0].intent", "a <nice> cup", "a cup on slate")


def test_an_offer_shows_its_gain_and_is_taken_by_its_button(app: QApplication) -> None:
    taken: list[Rewrite] = []
    offer = Rewrite("Tell it in beats", template("product-offer"), 91, 12, 0, 0.7, (CHANGE,))
    sheet = RewriteSheet(DARK, [offer], taken.append)
    texts = " ".join(label.text() for label in sheet.findChildren(QLabel))
    assert "91 points (+12), predicted pass 70%" in texts
    assert "line-through" in texts
    assert "Scene 1, intent" in texts
    assert "&lt;nice&gt;" in texts
    (button,) = sheet.findChildren(QPushButton)
    button.click()
    assert taken == [offer]
    app.processEvents()


def test_nothing_better_is_said(app: QApplication) -> None:
    sheet = RewriteSheet(DARK, [], lambda _: None)
    assert any("No rewrite" in label.text() for label in sheet.findChildren(QLabel))
    app.processEvents()
