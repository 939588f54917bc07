"""A document's language is told by its small words or its script."""

import pytest

from clappper.brief.languages import language_of

SENTENCES = {
    "English": "Our tone of voice is warm and direct. Never say cheap. The logo must not be stretched.",
    "German": "Unser Ton ist warm und direkt. Das Logo darf nicht verzerrt werden und steht immer auf dem"
    " hellen Grund mit der Hausfarbe.",
    "French": "Notre ton est chaleureux et direct. Le logo ne doit pas être déformé, il est toujours posé sur"
    " un fond clair avec les couleurs de la marque.",
    "Spanish": "Nuestro tono es cálido y directo. El logo no se debe deformar y siempre se usa sobre un fondo"
    " claro con los colores de la marca.",
    "Italian": "Il nostro tono è caldo e diretto. Il logo non deve essere deformato ed è sempre posto su uno"
    " sfondo chiaro con i colori della marca.",
    "Portuguese": "O nosso tom é caloroso e direto. O logo não deve ser deformado e fica sempre sobre um"
    " fundo claro com as cores da marca.",
    "Dutch": "Onze toon is warm en direct. Het logo mag niet vervormd worden en staat altijd op een lichte"
    " achtergrond met de kleuren van het merk.",
    "Swedish": "Vår ton är varm och direkt. Logotypen ska aldrig förvrängas och den står alltid på en ljus"
    " bakgrund med färgerna som hör till märket.",
    "Polish": "Nasz ton jest ciepły i bezpośredni. Logo nie może być zniekształcone i zawsze jest na jasnym"
    " tle z kolorami marki oraz bez cieni.",
    "Japanese": "ロゴを変形しないでください。明るい背景に配置します。",
    "Chinese": "请勿拉伸徽标。始终使用品牌颜色。",
    "Russian or a relative": "Логотип нельзя искажать, фон всегда светлый.",
}


@pytest.mark.parametrize("name", SENTENCES)
def test_a_language_is_known_by_its_small_words(name: str) -> None:
    assert language_of(SENTENCES[name]) == name


@pytest.mark.parametrize("text", ["", "Inter Bold", "#112233 #445566 #778899 " * 9, "Lorem ipsum dolor " * 8])
def test_what_is_no_running_text_is_not_judged(text: str) -> None:
    assert language_of(text) == ""
