"""An index run does what the folder's changes ask for, and nothing else."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from index_helpers import generations_in, ids, opened, write_practice

import kb
from kb.config import Config
from kb.errors import ConfigError, UnknownPractice, VocabularyError
from kb.index.build import Report, build
from kb.tree import SETTLED

FEW = ("no/grong/grong-bygdemodre", "no/oslo/oslo-alna-bydelsmodre", "dk/gentofte/gentofte-opgaveudvalg")
GRONG, ALNA, GENTOFTE = "grong-bygdemodre", "oslo-alna-bydelsmodre", "gentofte-opgaveudvalg"

Small = Callable[..., Config]


def counts(report: Report) -> tuple[int, int, int, int]:
    """Added, changed, removed, unchanged."""
    return report.added, report.changed, report.removed, report.unchanged


def file_of(config: Config, name: str) -> Path:
    return next(config.practices.rglob(f"{name}.md"))


def replace_text(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_first_build_counts_everything_as_added(small: Small) -> None:
    config = small()
    report = build(config)
    assert counts(report) == (10, 0, 0, 0)
    assert report.practices == 10
    assert report.wrote
    status = kb.KnowledgeBase(config).status()
    assert (status.practices, status.passages, status.generation) == (10, report.passages, report.generation)
    assert report.passages > 100
    assert status.keyword_only


def test_steps_are_told_in_order_and_to_their_end(small: Small) -> None:
    told: list[tuple[str, int, int]] = []
    build(small(names=FEW), progress=lambda *step: told.append(step))
    read = [step for step in told if step[0] == "read"]
    assert read == [("read", 1, 3), ("read", 2, 3), ("read", 3, 3)]
    assert told[-1] == ("write", 1, 1)


def test_nothing_changed_writes_nothing(small: Small) -> None:
    config = small()
    first = build(config)
    again = build(config)
    assert not again.wrote
    assert counts(again) == (0, 0, 0, 10)
    assert (again.generation, again.passages, again.embedded) == (first.generation, first.passages, 0)
    assert generations_in(config) == [first.generation]


def settle(config: Config) -> None:
    """Wait until what was written last is old enough to be known by its times, and index it."""
    newest = max(path.stat().st_ctime_ns for path in config.practices.rglob("*"))
    while time.time_ns() <= newest + SETTLED:
        threading.Event().wait(0.05)
    build(config)


def test_unchanged_practices_are_not_even_opened(small: Small) -> None:
    config = small(names=FEW)
    settle(config)
    with opened(config.practices) as names:
        assert not build(config).wrote
    assert not [name for name in names if name.endswith(".md")]
    write_practice(config.practices, "ny.md", "En ny")
    with opened(config.practices) as names:
        assert counts(build(config)) == (1, 0, 0, 3)
    assert {Path(name).name for name in names if name.endswith(".md")} == {"ny.md"}


def test_touched_but_same_bytes_is_unchanged_and_remembered(small: Small) -> None:
    config = small(names=FEW)
    build(config)
    path = file_of(config, GRONG)
    path.touch()
    assert counts(build(config)) == (0, 0, 0, 3)
    assert generations_in(config) == ["000001"]
    settle(config)
    # The new times are known now: the file is not read again.
    with opened(config.practices) as names:
        assert not build(config).wrote
    assert str(path) not in names


def test_edit_that_keeps_length_and_time_is_seen(small: Small) -> None:
    config = small(names=FEW)
    settle(config)
    path = file_of(config, GRONG)
    for word in ("ALENEMOR", "aLENEMOR"):
        found = path.stat()
        path.write_bytes(path.read_bytes().replace(b"alenemor", word.encode()).replace(b"ALENEMOR", word.encode()))
        os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))
        assert counts(build(config)) == (0, 1, 0, 2)
        assert word in kb.KnowledgeBase(config).get(GRONG).body


def test_changed_practice_is_read_again(small: Small) -> None:
    config = small(names=FEW)
    build(config)
    base = kb.KnowledgeBase(config)
    replace_text(file_of(config, GRONG), "alenemor", "zalabimba")
    report = build(config)
    assert report.wrote
    assert counts(report) == (0, 1, 0, 2)
    assert base.search("zalabimba")[0].practice.id == GRONG
    assert "alenemor" not in base.get(GRONG).body


def test_changed_card_changes_its_practice(small: Small) -> None:
    config = small(names=FEW)
    build(config)
    cards = file_of(config, GRONG).with_suffix(".i18n.yaml")
    cards.write_text("en:\n  by: human\n  title: Wonderful zalabimba\n  summary: Yes.\n", encoding="utf-8")
    assert counts(build(config)) == (0, 1, 0, 2)
    found = kb.KnowledgeBase(config).search("Wonderful zalabimba")
    assert found[0].practice.id == GRONG
    assert found[0].why.title


def test_added_practice_is_found(small: Small) -> None:
    config = small(names=FEW)
    build(config)
    write_practice(config.practices, "no/oslo/ny.md", "Kveldsåpen zalabimba")
    assert counts(build(config)) == (1, 0, 0, 3)
    assert kb.KnowledgeBase(config).search("zalabimba")[0].practice.id == "ny"


def test_removed_practice_is_gone_everywhere(small: Small) -> None:
    config = small(names=FEW)
    build(config)
    base = kb.KnowledgeBase(config)
    assert GRONG in ids(base)
    assert [hit.practice.id for hit in base.similar(ALNA)][:1] == [GRONG]
    file_of(config, GRONG).unlink()
    report = build(config)
    assert counts(report) == (0, 0, 1, 2)
    assert report.practices == 2
    assert ids(base) == sorted((ALNA, GENTOFTE))
    assert all(hit.practice.id != GRONG for hit in base.search("bygdemødre i Grong", limit=100))
    assert "no/grong" not in base.search().facets["place"]
    assert all(hit.practice.id != GRONG for hit in base.similar(ALNA, limit=100))
    assert base.borrowers(ALNA) == ()
    with pytest.raises(UnknownPractice):
        base.get(GRONG)


def test_renamed_practice_has_its_new_id_alone(small: Small) -> None:
    config = small(names=FEW)
    build(config)
    path = file_of(config, GRONG)
    path.rename(path.with_name("helt-nytt-navn.md"))
    assert counts(build(config)) == (1, 0, 1, 2)
    assert ids(kb.KnowledgeBase(config)) == sorted((ALNA, GENTOFTE, "helt-nytt-navn"))


def test_second_file_of_a_stem_gives_both_new_ids(small: Small) -> None:
    config = small(names=FEW)
    build(config)
    write_practice(config.practices, f"no/asker/{GRONG}.md", "Samme navn")
    report = build(config)
    assert report.practices == 4
    assert counts(report) == (1, 1, 0, 2)
    assert ids(kb.KnowledgeBase(config)) == sorted(
        (ALNA, GENTOFTE, f"no-asker-{GRONG}", f"no-grong-{GRONG}"),
    )


def test_an_unreadable_file_of_the_same_stem_gives_the_other_its_short_id_when_it_goes(small: Small) -> None:
    config = small(names=FEW)
    twin = write_practice(config.practices, f"no/asker/{GRONG}.md", "Samme navn")
    twin.write_bytes("Vi må få høre".encode("latin-1"))
    settle(config)
    assert f"no-grong-{GRONG}" in ids(kb.KnowledgeBase(config))
    twin.unlink()
    build(config)
    assert ids(kb.KnowledgeBase(config)) == sorted((ALNA, GENTOFTE, GRONG))


def test_changed_places_move_facets(small: Small) -> None:
    config = small(names=FEW)
    build(config)
    base = kb.KnowledgeBase(config)
    assert base.search().facets["place"]["no/oslo"] == 1
    places = config.practices / "places.yaml"
    replace_text(places, "no/oslo/alna:\n  name: Alna\n", "no/oslo/alna:\n  name: Zalabimba\n")
    replace_text(places, "parent: no/oslo\n", "parent: no/bergen\n")
    report = build(config)
    assert report.reasons == ("the vocabulary",)
    assert counts(report) == (0, 0, 0, 3)
    facets = base.search().facets["place"]
    assert "no/oslo" not in facets
    assert facets["no/bergen"] == 1
    assert base.vocabulary.places["no/oslo/alna"].name == "Zalabimba"
    assert base.search(place="Zalabimba").total == 1


def test_changed_headings_move_sections(small: Small) -> None:
    config = small(names=FEW)
    write_practice(config.practices, "ny.md", "Ny", "## Zalabimba\n\nDette lærte vi i gloppen.")
    build(config)
    base = kb.KnowledgeBase(config)
    assert base.search("gloppen", lens="lessons").total == 0
    replace_text(config.practices / "vocabulary.yaml", "nb: Lærdommer\n", "nb: Zalabimba\n")
    assert build(config).reasons == ("the vocabulary",)
    assert [hit.practice.id for hit in base.search("gloppen", lens="lessons")] == ["ny"]


def test_broken_vocabulary_leaves_the_old_generation(small: Small) -> None:
    config = small(names=FEW)
    build(config)
    (config.practices / "places.yaml").write_text("no: [", encoding="utf-8")
    with pytest.raises(VocabularyError):
        build(config)
    assert generations_in(config) == ["000001"]


def test_rebuild_reads_everything_again(small: Small) -> None:
    config = small(names=FEW)
    settle(config)
    with opened(config.practices) as names:
        report = build(config, rebuild=True)
    assert report.wrote
    assert report.practices == 3
    assert {Path(name).stem for name in names if name.endswith(".md")} == {GRONG, ALNA, GENTOFTE}


def test_unreadable_files_are_listed_and_the_rest_works(small: Small) -> None:
    config = small(names=FEW)
    (config.practices / "latin.md").write_bytes("Vi må få høre".encode("latin-1"))
    (config.practices / "bilde.md").write_bytes(b"\x89PNG\0\0")
    report = build(config)
    assert {(str(item.path), item.reason) for item in report.unreadable} == {
        ("latin.md", "The file is not UTF-8 text."),
        ("bilde.md", "The file is binary, not text."),
    }
    assert all(item.hint for item in report.unreadable)
    base = kb.KnowledgeBase(config)
    assert base.search("bygdemødre")[0].practice.id == GRONG
    assert len(base.status().unreadable) == 2
    again = build(config)
    assert not again.wrote
    assert len(again.unreadable) == 2


def test_mended_file_is_added_and_broken_one_removed(small: Small) -> None:
    config = small(names=FEW)
    path = config.practices / "latin.md"
    path.write_bytes("# Får høre\n".encode("latin-1"))
    build(config)
    path.write_text("# Får høre\n", encoding="utf-8")
    assert counts(build(config)) == (1, 0, 0, 3)
    path.write_bytes("# Får høre\n".encode("latin-1"))
    report = build(config)
    assert counts(report) == (0, 0, 1, 3)
    assert len(report.unreadable) == 1
    assert "latin" not in ids(kb.KnowledgeBase(config))


def test_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="There is no folder") as caught:
        build(Config(root=tmp_path, practices=tmp_path / "practices", index=tmp_path / "index", model="none"))
    assert caught.value.hint
    assert not (tmp_path / "index").exists()


def test_without_a_model_the_report_says_so(small: Small) -> None:
    report = build(small(names=FEW))
    assert "only keyword search works" in report.warning
    assert report.embedded == 0


@pytest.mark.model
def test_each_passage_is_embedded_once_ever(small: Small) -> None:
    config = small(model="packaged", names=FEW[:1])
    first = build(config)
    assert first.embedded == first.passages
    assert build(config).embedded == 0
    rebuilt = build(config, rebuild=True)
    assert rebuilt.wrote
    assert rebuilt.embedded == 0
    write_practice(config.practices, "ny.md", "Frukost for alle")
    added = build(config)
    title = 1  # it stands in for the questions that nobody wrote
    assert added.embedded == added.passages - first.passages + title > title
    (config.practices / "ny.md").unlink()
    assert build(config).embedded == 0
    write_practice(config.practices, "ny.md", "Frukost for alle")
    assert build(config).embedded == added.embedded


@pytest.mark.model
def test_changed_vocabulary_embeds_nothing(small: Small) -> None:
    config = small(model="packaged", names=FEW[:1])
    build(config)
    replace_text(config.practices / "places.yaml", "  name: Grong\n", "  name: Zalabimba\n")
    report = build(config)
    assert (report.reasons, report.embedded, report.wrote) == (("the vocabulary",), 0, True)


@pytest.mark.model
def test_changed_model_gives_vectors_of_that_model_and_says_why(small: Small) -> None:
    config = small(names=FEW[:1])
    plain = build(config)
    base = kb.KnowledgeBase(replace(config, model="packaged"))
    assert base.search("innvandrere").mode == "keyword"
    report = build(replace(config, model="packaged"))
    assert report.reasons == ("the model", "the model's name")
    assert report.embedded == plain.passages
    assert counts(report) == (0, 0, 0, 1)
    assert base.search("innvandrere").mode == "hybrid"
    assert base.status().model == "packaged"
    assert not base.status().keyword_only
    back = build(config)
    assert "the model" in back.reasons
    assert base.search("innvandrere").mode == "keyword"
    assert build(replace(config, model="packaged")).embedded == 0
