"""What goes wrong is said in a sentence with a remedy, and the exit code tells what kind it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_helpers import KB, environment, kb, repository, together

from kb.index.layout import IndexLayout

NOTHING, MISUSE = 1, 2


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return repository(tmp_path_factory.mktemp("cli-errors"))


def test_nothing_found_is_1(root: Path) -> None:
    answer = kb("search", "--country", "is", "--status", "idea", cwd=root)
    assert answer.returncode == NOTHING
    assert "Nothing found" in answer.stdout


def test_unknown_practice_is_1_with_the_nearest(root: Path) -> None:
    for answer in together([(command, "grong-bygdemodree") for command in ("show", "similar")], cwd=root):
        assert answer.returncode == NOTHING
        assert answer.stderr == "kb: There is no practice grong-bygdemodree.\n    Did you mean grong-bygdemodre?\n"
        assert answer.stdout == ""


def test_no_index_is_2_and_says_what_to_run(tmp_path: Path) -> None:
    commands = (("search", "x"), ("show", "x"), ("similar", "x"), ("status",))
    for answer in together([(*command, "--root", str(tmp_path)) for command in commands], cwd=tmp_path):
        assert answer.returncode == MISUSE
        assert answer.stderr == "kb: There is no index yet.\n    Run kb index.\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[encoder\n", "kb.toml"),
        ('[encoder]\nmodell = "x"\n', "Did you mean encoder.model?"),
        ('[encoder]\nruntime = "cuda"\n', "Use one of auto, openvino, torch."),
        ("\xff", "kb.toml"),
    ],
)
def test_bad_kb_toml_is_2_and_names_the_key(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "kb.toml").write_bytes(text.encode("latin-1"))
    answer = kb("status", cwd=tmp_path)
    assert answer.returncode == MISUSE
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize("arguments", [("index", "--watch"), ("index", "--practices", "nowhere")])
def test_missing_practices_folder_is_2(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    answer = kb(*arguments, "--root", str(tmp_path), "--model", "none", cwd=tmp_path)
    assert answer.returncode == MISUSE
    assert "kb: There is no folder" in answer.stderr
    assert "Give --practices" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_root_that_is_no_folder_is_2(tmp_path: Path) -> None:
    answer = kb("status", "--root", str(tmp_path / "nowhere"), cwd=tmp_path)
    assert answer.returncode == MISUSE
    assert "is not a folder" in answer.stderr


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('{"id": "1", "text": "a"}\n\n{"id": "2"}\n', "-:3: this is not a query."),
        ("[1, 2]\n", "-:1: this is not a query."),
    ],
)
def test_bad_line_of_a_batch_is_2_with_its_number(root: Path, lines: str, said: str) -> None:
    answer = kb("search", "--batch", "-", cwd=root, given=lines)
    assert answer.returncode == MISUSE
    assert said in answer.stderr
    assert '{"id"' in answer.stderr
    assert answer.stdout == ""


def test_batch_that_is_not_utf_8_or_not_there_is_2(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "latin.jsonl"
    path.write_bytes('{"id": "1", "text": "få"}\n'.encode("latin-1"))
    answer = kb("search", "--batch", str(path), cwd=root)
    assert (answer.returncode, "is not UTF-8 text" in answer.stderr) == (MISUSE, True)
    answer = kb("search", "--batch", str(tmp_path / "none.jsonl"), cwd=root)
    assert (answer.returncode, "No such file" in answer.stderr) == (MISUSE, True)
    assert "Traceback" not in answer.stderr


MISUSES = {
    ("serach",): "serach",
    ("search", "x", "--contry", "no"): "--contry",
    ("search", "x", "--lens", "lesons"): "Did you mean lessons?",
    ("search", "x", "--country", "Noreg2"): "No country is called Noreg2.",
    ("search", "x", "--place", "Grongg"): "Did you mean no/grong?",
    ("search", "--batch", "-", "--country", "no"): "Leave out the text, lens, order, offset and filters.",
    ("check", "--format", "xml"): "xml",
}


def test_misuse_is_2(root: Path) -> None:
    for (arguments, said), answer in zip(MISUSES.items(), together(MISUSES, cwd=root), strict=True):
        assert (answer.returncode, answer.stdout) == (MISUSE, ""), arguments
        assert said in answer.stderr
        assert "Traceback" not in answer.stderr


def test_damaged_index_is_2_and_mended_by_the_run_it_names(tmp_path: Path) -> None:
    root = repository(tmp_path)
    index = IndexLayout(root / "index")
    store = index.generation(index.current.read_text(encoding="utf-8").strip()).store
    store.write_bytes(store.read_bytes()[:5000])
    answer = kb("search", "bygdemødre", cwd=root)
    assert answer.returncode == MISUSE
    assert "is damaged: store.sqlite." in answer.stderr
    assert "Run kb index" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert kb("index", cwd=root).returncode == 0
    assert kb("search", "bygdemødre", cwd=root).returncode == 0


def test_full_disk_is_told(root: Path) -> None:
    import subprocess

    with Path("/dev/full").open("w", encoding="utf-8") as full:
        answer = subprocess.run(
            [*KB, "show", "grong-bygdemodre"],
            cwd=root,
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env=environment(),
            timeout=60,
            check=False,
        )
    assert answer.returncode == MISUSE
    assert "No space left on device" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_damaged_index_is_told_by_status_and_its_exit_code_and_searches_go_on(tmp_path: Path) -> None:
    root = repository(tmp_path)
    (root / "practices" / "ny.md").write_text("# Ny\n", encoding="utf-8")
    assert kb("index", cwd=root).returncode == 0
    assert kb("status", cwd=root).returncode == 0
    with (IndexLayout(root / "index").generation("000002").store).open("r+b") as stream:
        stream.write(b"x")
    status, told, found = together([("status",), ("status", "--json"), ("search", "bygdemødre")], cwd=root)
    assert (status.returncode, told.returncode, found.returncode) == (1, 1, 0)
    assert "damaged: store.sqlite. An earlier one answers" in json.loads(told.stdout)["damage"]
    assert "Damaged " in status.stdout
    assert "An earlier one answers" in " ".join(found.stdout.split())
    assert "All of it was made anew." in kb("index", cwd=root).stdout
    assert kb("status", cwd=root).returncode == 0
