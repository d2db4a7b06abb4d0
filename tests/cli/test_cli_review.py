"""`kb review`, `kb format` and `kb schema` as they are used."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from cli_helpers import ROOT, kb, repository
from markdown_it import MarkdownIt

from kb.config import LANGUAGES
from kb.review.due import KINDS
from kb.review.links import STATES
from kb.review.report import WORDS

GRONG = Path("practices/no/grong/grong-bygdemodre.md")
DAY = ("--today", "2026-11-21")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return repository(tmp_path, indexed=False)


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def line_of(path: Path, beginning: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.startswith(beginning))


def test_what_is_due_stands_under_what_it_is_with_file_line_and_what_to_do(root: Path) -> None:
    done = kb("review", *DAY, cwd=root)
    assert done.returncode == 1, done.stderr
    assert re.search(r"^Gammel status \(\d\)\n  → Spør stedet", done.stdout, re.MULTILINE)
    items = re.findall(r"^  (practices/\S+\.md):(\d+): status fra (\d{4})", done.stdout, re.MULTILINE)
    assert items
    for path, line, year in items:
        assert (root / path).read_text(encoding="utf-8").splitlines()[int(line) - 1].startswith(f"status_as_of: {year}")
    assert [item[2] for item in items] == sorted(item[2] for item in items)


def test_nothing_due_says_so_and_exits_with_zero(root: Path) -> None:
    done = kb("review", "--today", "2013-01-01", "iceland", cwd=root)
    assert done.returncode == 1
    assert "There is no practice iceland" in done.stderr
    path = root / GRONG
    change(path, "status_as_of:", "reviewed: 2026-11-01\nstatus_as_of:")
    done = kb("review", *DAY, "grong-bygdemodre", cwd=root)
    assert (done.returncode, done.stdout) == (0, "Ingenting venter på gjennomgang per 2026-11-21.\n")
    soon = kb("review", *DAY, "grong-bygdemodre", "--due-within", "1200", "--json", cwd=root)
    assert soon.returncode == 1
    [item] = json.loads(soon.stdout)["due"]
    assert (item["kind"], item["soon"], item["line"]) == ("reviewed", True, line_of(path, "reviewed:"))


def test_a_place_sees_its_own_and_what_lies_in_it(root: Path) -> None:
    def ids(*arguments: str) -> set[str]:
        return {item["id"] for item in json.loads(kb("review", *DAY, "--json", *arguments, cwd=root).stdout)["due"]}

    assert {name for name in ids() if "oslo" in name} == ids("--place", "no/oslo")
    assert ids("--place", "no") > ids("--place", "no/oslo")
    wrong = kb("review", "--place", "no/olso", cwd=root)
    assert wrong.returncode == 2
    assert "Did you mean no/oslo?" in wrong.stderr


def test_an_issue_has_boxes_links_and_roles_and_calls_nobody(root: Path) -> None:
    change(root / GRONG, "title: ", "contact: post@grong.example\ntitle: x @alle [klikk](http://a.b) <b> ")
    (root / "kb.toml").write_text(
        '[encoder]\nmodel = "none"\n[forge]\nurl = "https://github.com/kommune/praksis"\n', encoding="utf-8"
    )
    done = kb("review", *DAY, "grong-bygdemodre", "--format", "markdown", cwd=root)
    assert done.returncode == 1
    text = done.stdout
    assert "@alle" not in text
    shown = MarkdownIt().render(text)
    assert "<b>" not in shown
    assert set(re.findall(r'href="([^"#]*)', shown)) == {f"https://github.com/kommune/praksis/blob/main/{GRONG}"}
    [box] = [line for line in text.splitlines() if line.startswith("- [ ] ")]
    assert "Kontakt: `post@grong.example`" in box
    line = line_of(root / GRONG, "status_as_of")
    assert f"(https://github.com/kommune/praksis/blob/main/{GRONG}#L{line})" in box
    assert "Grong" in box


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_issue_is_written_in_the_language_of_the_app(root: Path, language: str) -> None:
    (root / "kb.toml").write_text(f'[encoder]\nmodel = "none"\n[app]\nlanguage = "{language}"\n', encoding="utf-8")
    text = kb("review", *DAY, "--format", "markdown", cwd=root).stdout
    assert WORDS["status"][language] in text
    assert WORDS["lead"][language].split("{")[0] in text


def test_every_kind_and_state_has_words_in_every_language() -> None:
    due = {f"{kind}{part}" for kind in KINDS for part in ("", ".do")}
    undated = {f"{kind}.undated" for kind in KINDS if kind not in {"reviewed", "status"}}
    assert due | undated | {f"links.{state}" for state in STATES} <= set(WORDS)
    for key, texts in WORDS.items():
        assert set(texts) == set(LANGUAGES), key
        assert len({tuple(sorted(re.findall(r"{\w+}", text))) for text in texts.values()}) == 1, key


def test_format_names_what_is_out_of_order_and_mends_it(root: Path) -> None:
    assert kb("format", "--check", cwd=root).stdout == ""
    text = (root / GRONG).read_text(encoding="utf-8")
    title, rest = re.findall(r"(title: .*\n)((?s:.*))", text)[0]
    (root / GRONG).write_text("---\n" + rest.replace("\n---\n", f"\n{title}---\n", 1), encoding="utf-8")
    asked = kb("format", "--check", cwd=root)
    assert (asked.returncode, asked.stdout) == (1, f"not in order: {GRONG}\n")
    done = kb("format", str(GRONG), cwd=root)
    assert (done.returncode, done.stdout) == (0, f"put in order: {GRONG}\n")
    assert (root / GRONG).read_text(encoding="utf-8") == text


def test_format_leaves_what_it_is_not_sure_of_and_says_why(root: Path) -> None:
    change(root / GRONG, "language: nb\n", "language: nb\nlanguage: nn\n")
    before = (root / GRONG).read_bytes()
    done = kb("format", cwd=root)
    assert (done.returncode, done.stdout) == (0, "")
    assert re.search(rf"^left as it is: {GRONG}:\d+: The key `language` stands twice\.$", done.stderr, re.MULTILINE)
    assert (root / GRONG).read_bytes() == before


def test_schema_is_printed_or_written_and_held_true(root: Path) -> None:
    printed = json.loads(kb("schema", "front-matter", cwd=root).stdout)
    assert "no/oslo" in printed["properties"]["place"]["anyOf"][0]["enum"]
    assert printed["properties"]["title"]["description"].startswith("Hva praksisen heter.")
    english = json.loads(kb("schema", "front-matter", "--language", "en", cwd=root).stdout)
    assert english["properties"]["title"]["description"].startswith("What the practice is called.")
    written = kb("schema", "--out", "schemas", cwd=root).stdout.splitlines()
    assert sorted(path.name for path in (root / "schemas").iterdir()) == sorted(Path(path).name for path in written)
    assert kb("schema", "--out", "schemas", "--check", cwd=root).returncode == 0
    change(root / "practices" / "vocabulary.yaml", "  helse-omsorg:\n", "  helse:\n")
    stale = kb("schema", "--out", "schemas", "--check", cwd=root)
    assert (stale.returncode, stale.stdout) == (1, "stale: schemas/practice.schema.json\n")
    assert kb("schema", "--check", cwd=root).returncode == 2
    assert kb("schema", "--language", "fi", cwd=root).returncode == 2


def settings(name: str) -> dict[str, object]:
    """A settings file of the editor, which may have comments."""
    text = (ROOT / ".vscode" / name).read_text(encoding="utf-8")
    loaded: dict[str, object] = json.loads(re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE))
    return loaded


def test_the_editor_finds_each_schema_and_the_files_it_is_for() -> None:
    wired = settings("settings.json")["yaml.schemas"]
    assert isinstance(wired, dict)
    for schema, pattern in wired.items():
        assert (ROOT / schema).is_file()
        assert next(ROOT.glob(pattern)).is_file()


def test_the_editor_reads_what_kb_check_prints(root: Path) -> None:
    task = settings("tasks.json")["tasks"][0]  # type: ignore[index]
    pattern = task["problemMatcher"]["pattern"]
    change(root / GRONG, "language: nb", "language: norsk")
    printed = kb(*task["args"], cwd=root).stdout.splitlines()
    found = [match for line in printed[:-1] if (match := re.match(pattern["regexp"], line))]
    assert len(found) == len(printed) - 1
    [wrong] = [match for match in found if match[pattern["code"]] == "unknown-value"]
    assert wrong[pattern["file"]] == GRONG.as_posix()
    assert int(wrong[pattern["line"]]) == line_of(root / GRONG, "language")
    assert wrong[pattern["severity"]] == "error"
