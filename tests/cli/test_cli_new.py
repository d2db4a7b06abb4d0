"""`kb new` asks in plain words at a terminal, or takes options, and writes a file that the checker accepts."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath

import pytest
from cli_helpers import ROOT, environment, kb, repository
from hypothesis import given
from hypothesis import strategies as st
from terminals import Terminal, terminal

from kb import schema
from kb.add.answers import Answers
from kb.add.asked import FORMAT, REQUIRED, lacking
from kb.add.draft import SECTION, draft
from kb.add.template import template_text
from kb.check import Severity
from kb.check.unwritten import check_text
from kb.cli.given import OPTIONS, Given
from kb.errors import ConfigError
from kb.listing import Listing
from kb.practice import parse_practice
from kb.vocabulary import load_vocabulary
from kb.web.texts import LANGUAGES, t

PRACTICES = ROOT / "practices"
WORDS = load_vocabulary(PRACTICES)
FILE = Path("practices/no/oslo/oslo-alna-kjokkenet-veier-matrestene.md")
WHOLE = (
    *("new", "--place", "Alna", "--title", "Kjøkkenet veier matrestene", "--problem", "Mye mat ble kastet hver dag."),
    *("--practice", "Kjøkkenet veier restene.", "--summary", "Vi kastet mye mat. Nå veier vi den."),
    *("--area", "Oppvekst", "--area", "by-miljo-klima", "--status", "i bruk", "--as-of", "3/2025"),
    *("--evidence", "experience", "--contact", "https://www.oslo.kommune.no/alna/"),
)


def without(*options: str) -> tuple[str, ...]:
    """The same with some options left out."""
    pairs = zip(WHOLE[1::2], WHOLE[2::2], strict=True)
    return ("new", *(text for option, value in pairs if option not in options for text in (option, value)))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return repository(tmp_path, indexed=False)


def files(root: Path) -> set[Path]:
    return {path.relative_to(root) for path in root.rglob("*") if path.is_file()}


def asked(at: Terminal) -> None:
    """Answer every question as a colleague would, with some mistakes on the way."""
    at.answer("Hvor er dette?", "Alnaa")
    shown = at.answer("Ingen steder i listen heter Alnaa.", "1")
    assert "1  Alna, Oslo, Norge" in shown
    at.answer("Hva kaller dere det?", "")
    at.answer("Gi det et navn som andre skjønner.", "Kjøkkenet veier matrestene")
    at.answer("Hva strevde dere med?", "Mye mat ble kastet.")
    at.answer("", "")
    at.answer("", "Spør 01010150074.")
    at.answer("", ".")
    at.answer("ser ut som et fødselsnummer", "Mye mat ble kastet.")
    at.answer("", "")
    at.answer("", "Ingen visste hvor mye.")
    at.answer("", ".")
    at.answer("Hva gjør dere?", "Kjøkkenet veier restene.")
    at.answer("", ".")
    shown = at.answer("Hvor langt er dere?", "7")
    assert "3  I bruk. Det er slik vi arbeider." in shown
    at.answer("«7» er ikke ett av valgene.", "i bruk")
    at.answer("Når visste dere sist", "i fjor")
    at.answer("Skriv et år eller en dato", "15.3.2025")
    at.answer("Hvor sikre er dere?", "2")
    at.answer("Kort fortalt", "Vi kastet mye mat. Nå veier vi den.")
    at.answer("Hvilke områder gjelder det?", "oppvest")
    at.answer("Mente du Oppvekst?", "4, 7")
    at.answer("Hvor står det mer?", "")
    at.answer("Hvem kan andre spørre?", "")
    at.answer("Legg til en kilde, eller en rolle", "Mindre matsvinn | https://www.oslo.kommune.no/mat | | 2025")


def test_a_terminal_is_asked_for_what_the_format_requires_and_wrong_answers_are_told_at_once(root: Path) -> None:
    with terminal("new", cwd=root) as at:
        asked(at)
        assert at.end() == 0, at.shown
    assert f"Next: kb propose {FILE}" in at.shown
    practice = parse_practice((root / FILE).read_text(encoding="utf-8"), PurePosixPath(FILE.name), WORDS)
    assert practice.title == "Kjøkkenet veier matrestene"
    assert (practice.places, practice.areas) == (("no/oslo/alna",), ("oppvekst", "by-miljo-klima"))
    assert (practice.status, practice.status_as_of, practice.evidence) == ("in-use", "2025-03-15", "experience")
    assert practice.sources[0].year == "2025"
    assert [block.text for block in practice.section("problem")[0].blocks] == [
        "Mye mat ble kastet.",
        "Ingen visste hvor mye.",
    ]
    assert kb("check", str(FILE), cwd=root).returncode == 0


def test_leaving_writes_nothing_and_says_so(root: Path) -> None:
    before = files(root)
    for keys in ("\x03", "\x04"):
        with terminal("new", *without("--title")[1:], cwd=root) as at:
            at.until("Hva kaller dere det?")
            at.until("> ")
            at.press(keys, until="Avbrutt. Ingenting er skrevet.")
            assert at.end() == 130, at.shown
        assert "Traceback" not in at.shown
    assert files(root) == before


def test_the_questions_come_in_the_language_that_is_written_in(root: Path) -> None:
    with terminal("new", *without("--title")[1:], "--language", "sv", cwd=root) as at:
        at.answer(t("add.field.title", "sv"), "Köket väger resterna")
        assert at.end() == 0, at.shown
    text = next(root.rglob("*koket-vager*")).read_text(encoding="utf-8")
    assert "## Utmaningen\n" in text
    assert "language: sv\n" in text


def test_a_place_that_is_new_is_asked_for_its_country_and_its_entry_is_told(root: Path) -> None:
    with terminal("new", *without("--place")[1:], cwd=root) as at:
        at.answer("Hvor er dette?", "Vardø")
        shown = at.until("> ")
        number = next(line.split()[0] for line in shown.splitlines() if t("form.place_new", "nb") in line)
        at.type(f"{number}\r")
        at.answer(t("form.country_choose", "nb"), "Norge")
        assert at.end() == 0, at.shown
    assert "no/vardo:\n  name: Vardø\n" in at.shown
    assert (root / "practices/no/vardo/vardo-kjokkenet-veier-matrestene.md").is_file()


def test_options_alone_write_the_whole_file_and_ask_nothing(root: Path) -> None:
    (root / "lang.txt").write_text("Kjøkkenet veier restene.\n\nHver dag.\n", encoding="utf-8")
    done = kb(
        *without("--practice", "--problem"), "--practice", "@lang.txt", "--problem", "-", cwd=root, given="Svinn."
    )
    assert done.returncode == 0, done.stderr
    path, *_, count, following = done.stdout.splitlines()
    assert (Path(path), following) == (FILE, f"Next: kb propose {FILE}")
    assert count.startswith("1 file checked: 0 errors")
    text = (root / FILE).read_text(encoding="utf-8")
    assert "## Slik gjør vi det\n\nKjøkkenet veier restene.\n\nHver dag.\n" in text
    assert "## Utfordringen\n\nSvinn.\n" in text
    assert "status_as_of: 2025-03\n" in text


def test_json_is_for_programs(root: Path) -> None:
    told = json.loads(kb(*WHOLE, "--json", cwd=root).stdout)
    assert (told["path"], told["id"], told["errors"]) == (FILE.as_posix(), FILE.stem, 0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (without("--title", "--area", "--contact"), "this is missing: --title, --area, --source."),
        (("new",), "--place, --title, --problem, --practice, --status, --as-of, --evidence, --summary, --area"),
        ((*without("--status"), "--status", "innbruk"), "Use one of idea, pilot"),
        ((*without("--area"), "--area", "oppvest"), "Did you mean `oppvekst`?"),
        ((*without("--place"), "--place", "Alnaa"), "Did you mean no/oslo/alna"),
        ((*without("--place"), "--place", "Vardø", "--country", "Norg"), "Did you mean no?"),
        ((*WHOLE, "--country", "Norge"), "is a place already"),
        ((*WHOLE, "--source", "Uten adresse"), "--source: "),
        ((*WHOLE, "--lessons", "@finnes-ikke.txt"), "--lessons: finnes-ikke.txt cannot be read"),
        ((*WHOLE, "--lessons", "-", "--results", "-"), "Only one text"),
        ((*WHOLE, "--borrowed-from", "grong-bygdemodre"), "this is missing: --adaptation"),
        ((*WHOLE, "--language", "xx"), "There is no language xx."),
    ],
)
def test_misuse_names_the_option_and_writes_nothing(root: Path, arguments: tuple[str, ...], said: str) -> None:
    before = files(root)
    done = kb(*arguments, cwd=root)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert files(root) == before


def test_nothing_is_written_over_and_two_at_once_get_a_name_each(root: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: kb(*WHOLE, cwd=root), range(2)))
    assert [one.returncode for one in done] == [0, 0]
    assert {path.name for path in (root / FILE).parent.glob("*matrestene*")} == {FILE.name, f"{FILE.stem}-2.md"}
    first, again = (kb(*WHOLE, "--out", "utkast", cwd=root) for _ in range(2))
    assert (first.returncode, again.returncode) == (0, 2)
    assert "There is already a file" in again.stderr
    assert "move it to practices/no/oslo/" in first.stdout


def test_what_looks_the_same_is_told_before_it_is_written(tmp_path: Path) -> None:
    root = repository(tmp_path)
    own = parse_practice(
        (root / "practices/no/grong/grong-bygdemodre.md").read_text(encoding="utf-8"), PurePosixPath("x.md"), WORDS
    )
    problem = own.section("problem")[0].blocks[0].text
    done = kb(*without("--title", "--problem"), "--title", own.title, "--problem", problem, "--json", cwd=root)
    assert "grong-bygdemodre" in done.stderr
    assert "grong-bygdemodre" in json.loads(done.stdout)["near"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_template_explains_everything_and_the_checker_tells_what_is_left_of_it(language: str, tmp_path: Path) -> None:
    shutil.copytree(PRACTICES / "no" / "grong", tmp_path / "no" / "grong")
    answers = Answers(language=language, place_known="no/grong", title="Tittel")
    text = template_text(answers, WORDS, lambda key: f"hva {key} er til")
    assert [field.name for field in schema.FRONT_MATTER if f"{field.name}:" not in text] == []
    assert [key for key in schema.SECTIONS if f"## {WORDS.heading(key, language)}\n" not in text] == []
    found = check_text(tmp_path, PurePosixPath("no/grong/grong-tittel.md"), text, vocabulary=WORDS)
    templates = [finding.line for finding in found if finding.code == "template-text"]
    lines = text.splitlines()
    marked = [number for number, line in enumerate(lines, 1) if line.startswith(("# <", "<!-- "))]
    assert templates == marked
    assert len(marked) == 1 + len(schema.SECTIONS)
    missing = {finding.at[0] for finding in found if finding.code == "missing-key"}
    assert missing == {field.name for field in schema.FRONT_MATTER if field.required} - {"language", "place", "title"}


def test_a_template_that_is_filled_in_passes(root: Path) -> None:
    done = kb("new", "--template", "--place", "Alna", "--title", "Kjøkkenet veier matrestene", cwd=root)
    assert done.returncode == 0, done.stderr
    assert "Next: fill it in, run kb check" in done.stdout
    assert kb("check", str(FILE), cwd=root).returncode == 1
    text = (root / FILE).read_text(encoding="utf-8")
    told = {"summary": "Kort.", "areas": "\n  - oppvekst", "status": "idea", "status_as_of": "2025", "evidence": "none"}
    for name, value in told.items():
        assert f"\n{name}:\n" in text
        text = text.replace(f"\n{name}:\n", f"\n{name}: {value}\n")
    kept = [line for line in text.splitlines() if not line.startswith("#") or line.startswith("## ")]
    (root / FILE).write_text("\n".join("Tekst." if line.startswith("<!--") else line for line in kept) + "\n")
    done = kb("check", str(FILE), cwd=root)
    assert done.returncode == 0, done.stdout


def test_every_key_and_section_that_a_place_can_answer_has_an_option(tmp_path: Path) -> None:
    decided_by_others = {"related", "reviewed", "assessment"}
    assert {at[0] for at in OPTIONS if at[0] != SECTION} == set(FORMAT) - decided_by_others
    assert {at[1] for at in OPTIONS if at[0] == SECTION} == set(schema.SECTIONS)
    known = kb("new", "--help", cwd=tmp_path, COLUMNS="200").stdout
    assert [option for told in OPTIONS.values() for option in told.split(" or ") if f"  {option} " not in known] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_is_there_in_every_language(language: str) -> None:
    asked_for = REQUIRED - {"language"} | {"contact"}
    assert all(t(f"add.field.{name}", language) for name in asked_for)


TEXT = st.text(max_size=60)


@given(
    texts=st.fixed_dictionaries(
        dict.fromkeys(
            ("title", "summary", "status", "status_as_of", "started", "ended", "evidence", "evidence_note", "contact"),
            TEXT,
        )
    ),
    rows=st.fixed_dictionaries(
        dict.fromkeys(
            ("areas", "themes", "realised", "expected", "borrowed_from", "sources", "questions"),
            st.lists(TEXT, max_size=2),
        )
    ),
    sections=st.fixed_dictionaries(
        dict.fromkeys(schema.SECTIONS, TEXT.filter(lambda text: text != "-" and not text.startswith("@")))
    ),
    place=st.sampled_from(["no/oslo/alna", "Bergen"]),
)
def test_whatever_is_told_by_options_is_refused_by_name_or_makes_a_valid_file(
    texts: dict[str, str], rows: dict[str, list[str]], sections: dict[str, str], place: str
) -> None:
    told = Given({**texts, "country": ""}, {**rows, "place": [place]}, sections)
    try:
        answers = told.answers(WORDS, "nb", ())
    except ConfigError:
        return
    drafted = draft(answers, WORDS, PRACTICES, listed=Listing())
    faults = lacking(drafted, answers, WORDS)
    assert all(at in OPTIONS or at == () for at in faults)
    errors = [finding for finding in drafted.findings if finding.severity is Severity.ERROR]
    assert bool(errors) == bool(faults)


def test_asking_in_the_apps_own_words_does_not_bring_in_the_app(tmp_path: Path) -> None:
    probe = "import sys, kb.cli.asking; print({'streamlit', 'torch', 'faiss', 'numpy'} & set(sys.modules))"
    command = [sys.executable, "-c", probe]
    own = environment(PYTHONPATH=str(ROOT))
    done = subprocess.run(command, cwd=tmp_path, env=own, capture_output=True, encoding="utf-8", check=False)
    assert done.stdout == "set()\n", done.stderr
