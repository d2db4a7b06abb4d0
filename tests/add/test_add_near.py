"""A practice that is there already is told of while it is written again, whatever the language."""

from __future__ import annotations

import numpy as np
import pytest
from add_helpers import WHOLE

from kb import KnowledgeBase
from kb.config import Config
from kb.index.build import build
from kb.search.alike import NEAR

pytestmark = pytest.mark.model

AGAIN = {
    "kiruna-sextimmarsdag-hemtjanst": (
        "en",
        "Six-hour day in home care",
        "Staff were tired and sick leave was high, so the municipality tried six-hour shifts with full pay.",
    ),
    "oslo-alna-bydelsmodre": (
        "nb",
        "Bydelsmødre i vår bydel",
        "Mange innvandrerkvinner er isolerte. Kvinner får kurs og oppsøker andre kvinner på morsmålet.",
    ),
    "toender-chatbot-pilot": (
        "nb",
        "Chatbot for innbyggere",
        "Kundetorget svarer på de samme spørsmålene hver dag. En chatbot svarer døgnet rundt.",
    ),
}
OTHER = {
    "nb": (
        "Snøbrøyting med sensorer",
        "Vi brøyter veier som ikke trenger det. Sensorer i asfalten sier når bilene skal ut.",
    ),
    "da": ("Madspild i børnehaverne", "Der blev smidt for meget mad ud. Køkkenet vejer resterne hver dag."),
    "sv": ("Tillgänglig lekplats", "Barn i rullstol kunde inte leka. Vi byggde om lekplatsen med ramper."),
    "en": ("Ice rinks that stay open", "The rinks melted in mild winters. We pump cold water from the fjord."),
}


@pytest.mark.parametrize("practice_id", AGAIN)
def test_the_same_in_other_words_and_another_language_is_found_first(base: KnowledgeBase, practice_id: str) -> None:
    language, title, text = AGAIN[practice_id]
    found = base.alike(title, text, language)
    assert practice_id in [practice.id for practice in found][:2]
    assert len(found) <= 3


@pytest.mark.parametrize("language", OTHER)
def test_what_nothing_here_is_about_is_like_nothing(base: KnowledgeBase, language: str) -> None:
    assert base.alike(*OTHER[language], language) == ()


def test_a_practice_told_by_title_and_first_words_finds_its_own_card_in_another_language(base: KnowledgeBase) -> None:
    """The threshold as it was measured: its own card, less the one in its own language, is near for 98 in 100."""
    from kb.add.answers import Answers
    from kb.index.means import centre

    generation = base._newest()
    store, encoder = generation.store, base._models.encoder()
    assert encoder is not None
    practices = base.practices[::3]
    gists = [
        Answers(
            title=practice.title,
            sections={
                key: " ".join(block.text for section in practice.section(key) for block in section.blocks)
                for key in ("problem", "practice")
            },
        ).gist
        for practice in practices
    ]
    texts = [f"{practice.title}. {gist}" for practice, gist in zip(practices, gists, strict=True)]
    languages = [practice.language for practice in practices]
    vectors = centre(encoder.encode(texts, "document"), languages, generation.means.by_kind["card"])
    nearest = []
    for practice, vector in zip(practices, vectors, strict=True):
        rows = store.rows_of(store.row(practice.id), "card")
        foreign = [row for row in rows if store.passage("card", row).language != practice.language]
        if foreign:
            nearest.append(float((generation.dense["card"].vectors(foreign) @ vector).max()))
    assert len(nearest) > 50
    assert np.mean(np.array(nearest) >= NEAR) >= 0.95


def test_without_a_model_words_tell(base: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> None:
    index = tmp_path_factory.mktemp("words") / "index"
    config = Config(root=base.config.root, practices=base.config.practices, index=index, model="none")
    build(config)
    plain = KnowledgeBase(config)
    language, title, text = AGAIN["oslo-alna-bydelsmodre"]
    assert "oslo-alna-bydelsmodre" in [practice.id for practice in plain.alike(title, text, language)]
    assert plain.alike(WHOLE.title, WHOLE.gist, "nb") == ()
    assert plain.alike(*OTHER["nb"], "nb") == ()


def test_no_text_is_too_odd_to_be_compared(base: KnowledgeBase) -> None:
    for odd in ("", "\0", "😀" * 500, "\ud800", "---\n# [x](y)"):
        base.alike(odd, odd, "xx")
