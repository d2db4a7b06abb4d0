"""What the log proposes as judged questions: enough for a person to go on, never more than it knows."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from usage_helpers import keeping, opened, shown, write

from kb import frontmatter
from kb.usage import candidates, candidates_yaml, log_path, read_log, record_opened, record_shown


def items(text: str) -> list[dict[str, Any]]:
    """The judged questions of a YAML text, by PyYAML; and by our own reader, which must see the same."""
    loaded = yaml.safe_load(text) or []
    document = frontmatter.parse_mapping("queries:\n" + text)
    assert document.problems == ()
    strict = document.data["queries"] or []
    assert strict == [
        item | {"judgments": {name: str(grade) for name, grade in item["judgments"].items()}} for item in loaded
    ]
    assert isinstance(loaded, list)
    return loaded


def test_what_was_opened_is_proposed_and_what_was_opened_often_counts_most(tmp_path: Path) -> None:
    question = "Hvordan få faste team: i hjemmesykepleien?"
    events = [shown(question, "a", "b", at=f"2026-11-0{day}") for day in range(1, 5)]
    events += [opened(question, "a", at=f"2026-11-0{day}") for day in range(1, 6)]
    events += [opened(question, "b"), opened(question, "b")]
    (item,) = items(candidates_yaml(write(tmp_path / "log", events)))
    assert item.pop("id").startswith("log-")
    assert item == {"text": question, "language": "nb", "type": "", "judgments": {"a": 3, "b": 2}}


def test_most_asked_comes_first(tmp_path: Path) -> None:
    events = [shown("sjelden", "a"), opened("sjelden", "a"), *[shown("ofte", "a")] * 3, opened("ofte", "a")]
    path = write(tmp_path / "log", events)
    assert [item["text"] for item in items(candidates_yaml(path))] == ["ofte", "sjelden"]
    assert [item.asked for item in candidates(read_log(path))] == [3, 1]


def test_the_same_question_in_capitals_is_the_same(tmp_path: Path) -> None:
    events = [shown("Faste team", "a"), shown("faste TEAM", "a"), opened("faste team", "a")]
    (item,) = candidates(read_log(write(tmp_path / "log", events)))
    assert (item.text, item.asked, item.judgments) == ("Faste team", 2, {"a": 2})


def test_what_was_asked_often_in_vain_is_listed_as_a_comment(tmp_path: Path) -> None:
    events = [*[shown("drukning")] * 4, *[shown("brann: hva nå?", "a")] * 2, shown("en gang")]
    text = candidates_yaml(write(tmp_path / "log", events))
    assert items(text) == []
    assert "# Asked 4 times, nothing opened:\n# - id: log-" in text
    assert text.index("drukning") < text.index("brann")
    assert "en gang" not in text
    taken_away = "\n".join(line.removeprefix("# ") for line in text.splitlines() if line.startswith(("# - ", "#   ")))
    assert [item["text"] for item in items(taken_away)] == ["drukning", "brann: hva nå?"]


def test_an_id_stays_the_same_as_the_log_grows(tmp_path: Path) -> None:
    first = [shown("faste team", "a"), opened("faste team", "a")]
    before = items(candidates_yaml(write(tmp_path / "log", first)))
    after = items(candidates_yaml(write(tmp_path / "log", [shown("annet", "b"), opened("annet", "b"), *first, *first])))
    assert before[0]["id"] == after[0]["id"]


def test_it_says_that_a_person_must_look(tmp_path: Path) -> None:
    for events in ([], [shown("faste team", "a"), opened("faste team", "a")]):
        text = candidates_yaml(write(tmp_path / "log", events))
        assert text.startswith("# ")
        assert "A person must review every one of these before it is used" in text


def test_an_empty_log_and_none_propose_nothing(tmp_path: Path) -> None:
    for path in (write(tmp_path / "log", []), tmp_path / "borte"):
        assert "nothing to propose yet" in candidates_yaml(path)
        assert items(candidates_yaml(path)) == []


def test_a_practice_that_is_only_opened_still_counts(tmp_path: Path) -> None:
    (item,) = candidates(read_log(write(tmp_path / "log", [opened("hvordan få faste team", "a")])))
    assert (item.asked, item.language, item.judgments) == (1, "nb", {"a": 2})


@given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=12), st.integers(0, 3)), max_size=5))
@example([("nei: - # {a} & *b 'c' \"d\" %e", "no", 1), ("null", "null", 1), ("yes", "1.0", 1), ("a\u2028- b", "c", 0)])
@example([("a\ud800\x00\x85\ufeffb", "x\u2028y", 1)])
def test_whatever_was_asked_makes_yaml_that_reads_back(asked: list[tuple[str, str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        config = keeping(Path(folder))
        for query, practice_id, times in asked:
            for _ in range(2):
                record_shown(config, query, [practice_id], "none")
            for _ in range(times):
                record_opened(config, query, practice_id)
        path = log_path(config)
        expected = [item for item in candidates(read_log(path)) if item.judgments]
        found = items(candidates_yaml(path))
    assert [(item["id"], item["text"], item["language"], item["judgments"]) for item in found] == [
        (item.id, item.text, item.language, dict(item.judgments)) for item in expected
    ]
