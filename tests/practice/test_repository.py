"""Which files of a folder are practices, and what happens to those that cannot be read."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import UnreadableFile
from kb.repository import ids_of, load, read_source, scan

TEXT = "# Faste team\n\nHver har fem.\n"
NOT_UTF8 = os.fsdecode(b"\xe5s.md")


def put(folder: Path, *names: str, text: str = TEXT) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def found(folder: Path) -> list[str]:
    return [str(path) for path in scan(folder)]


def test_markdown_files_in_every_folder_are_practices_in_order(tmp_path: Path) -> None:
    put(tmp_path, "z.md", "no/oslo/b.md", "no/oslo/dyp/ned/a.MD", "no/c.markdown", "a.md")
    put(tmp_path, "no/d.txt", "no/e.md.bak", "no/b.i18n.yaml", "md")
    assert found(tmp_path) == ["a.md", "no/c.markdown", "no/oslo/b.md", "no/oslo/dyp/ned/a.MD", "z.md"]


def test_a_readme_at_the_top_is_left_out_of_a_praksis_folder_only(tmp_path: Path) -> None:
    put(tmp_path, "README.md", "CONTRIBUTING.md", "no/README.md", "a.md")
    assert found(tmp_path) == ["CONTRIBUTING.md", "README.md", "a.md", "no/README.md"]
    (tmp_path / "vocabulary.yaml").touch()
    assert found(tmp_path) == ["a.md", "no/README.md"]


def test_what_is_hidden_is_left_alone(tmp_path: Path) -> None:
    put(tmp_path, ".git/a.md", "no/.cache/b.md", ".skjult.md", "node_modules/pakke/c.md", "no/d.md")
    assert found(tmp_path) == ["no/d.md"]


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    put(tmp_path, "no/a.md")
    (tmp_path / "no" / "opp").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "no" / "seg.md").symlink_to("seg.md")
    (tmp_path / "no" / "borte.md").symlink_to("finnes-ikke.md")
    assert found(tmp_path) == ["no/a.md"]
    assert len(load(tmp_path).practices) == 1


def test_a_folder_or_pipe_with_the_name_of_a_practice_is_none(tmp_path: Path) -> None:
    put(tmp_path, "mappe.md/a.md")
    os.mkfifo(tmp_path / "roer.md")
    assert found(tmp_path) == ["mappe.md/a.md"]


def test_a_link_within_the_folder_is_read_and_one_out_of_it_is_not(tmp_path: Path) -> None:
    inside = tmp_path / "practices"
    put(inside, "a.md")
    put(tmp_path, "hemmelig.md", "hemmelig.yaml", text="# Passord\n")
    (inside / "b.md").symlink_to("a.md")
    (inside / "c.md").symlink_to("../hemmelig.md")
    (inside / "a.i18n.yaml").symlink_to("../hemmelig.yaml")
    repository = load(inside)
    assert [(p.id, p.title) for p in repository.practices] == [("a", "Faste team"), ("b", "Faste team")]
    assert [str(item.path) for item in repository.unreadable] == ["c.md"]
    assert "outside" in repository.unreadable[0].reason
    assert read_source(inside, PurePosixPath("a.md")).cards == ""


def test_a_folder_that_is_a_link_itself_is_read(tmp_path: Path) -> None:
    put(tmp_path / "ekte", "no/a.md")
    (tmp_path / "lenke").symlink_to("ekte", target_is_directory=True)
    assert [p.id for p in load(tmp_path / "lenke").practices] == ["a"]


def test_a_stamp_changes_with_the_file_or_its_cards(tmp_path: Path) -> None:
    path = PurePosixPath("no/a.md")
    put(tmp_path, "no/a.md")
    first = scan(tmp_path)
    assert scan(tmp_path) == first
    put(tmp_path, "no/a.i18n.yaml", text="da:\n  title: A\n")
    second = scan(tmp_path)
    assert (second[path].size, second[path].mtime_ns) == (first[path].size, first[path].mtime_ns)
    assert second != first
    os.utime(tmp_path / path, ns=(1, 1))
    assert scan(tmp_path) != second


def test_a_digest_changes_with_the_file_or_its_cards(tmp_path: Path) -> None:
    put(tmp_path, "a.md")
    first = read_source(tmp_path, PurePosixPath("a.md"))
    put(tmp_path, "a.i18n.yaml", text="da:\n  title: A\n")
    second = read_source(tmp_path, PurePosixPath("a.md"))
    assert (first.cards, second.cards) == ("", "da:\n  title: A\n")
    assert first.digest != second.digest
    put(tmp_path, "a.md", text=TEXT + "Mer.\n")
    assert read_source(tmp_path, PurePosixPath("a.md")).digest != second.digest


@pytest.mark.parametrize(
    ("names", "ids"),
    [
        (["no/oslo/faste-team.md"], ["faste-team"]),
        (["no/a.md", "dk/a.md", "se/b.md"], ["no-a", "dk-a", "b"]),
        (["Øvre Åsen – plan (2).md"], ["oevre-aasen-plan-2"]),
        (["no/Å.md", "no/å.markdown.md"], ["aa", "aa-markdown"]),
    ],
)
def test_an_id_is_the_file_name_or_the_whole_path_where_names_repeat(names: list[str], ids: list[str]) -> None:
    assert list(ids_of([PurePosixPath(name) for name in names]).values()) == ids


@given(
    paths=st.lists(
        st.lists(st.sampled_from(["a", "b", "a-b", "Å", "aa", "…", "1"]), min_size=1, max_size=3).map("/".join)
        | st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1).filter(
            lambda name: name not in {".", ".."}
        ),
        unique=True,
    ),
    suffix=st.sampled_from([".md", ".markdown", ".MD"]),
)
def test_no_two_files_have_one_id(paths: list[str], suffix: str) -> None:
    files = {PurePosixPath(f"{path}{end}") for path in paths for end in {".md", suffix}}
    ids = ids_of(sorted(files))
    assert set(ids) == files
    assert len(set(ids.values())) == len(files)
    assert all(name and name == name.strip("-") and name.isascii() for name in ids.values())


def test_a_file_that_cannot_be_read_is_listed_and_the_rest_is_read(tmp_path: Path) -> None:
    put(tmp_path, "no/a.md", "no/z.md", f"no/{NOT_UTF8}")
    (tmp_path / "no/bilde.md").write_bytes(b"\x89PNG\0")
    (tmp_path / "no/latin.md").write_bytes("På Ås".encode("latin-1"))
    repository = load(tmp_path)
    assert [p.id for p in repository.practices] == ["a", "z"]
    listed = {str(item.path): item for item in repository.unreadable}
    assert set(listed) == {"no/bilde.md", "no/latin.md", "no/\ufffds.md"}
    assert "binary" in listed["no/bilde.md"].reason
    assert "UTF-8" in listed["no/latin.md"].reason
    assert listed["no/latin.md"].where == "no/latin.md:1"
    assert "name" in listed["no/\ufffds.md"].reason
    assert all(item.hint for item in listed.values())


def test_a_file_that_vanished_since_the_scan_is_told(tmp_path: Path) -> None:
    put(tmp_path, "a.md")
    (path,) = scan(tmp_path)
    (tmp_path / path).unlink()
    with pytest.raises(UnreadableFile, match="No such file") as caught:
        read_source(tmp_path, path)
    assert caught.value.hint


def test_cards_that_cannot_be_read_do_not_hide_their_practice(tmp_path: Path) -> None:
    put(tmp_path, "a.md")
    (tmp_path / "a.i18n.yaml").write_bytes(b"da:\n  title: \xff\n")
    assert [(p.id, p.cards) for p in load(tmp_path).practices] == [("a", {})]


def test_practices_are_in_order_of_id_and_found_by_it(tmp_path: Path) -> None:
    put(tmp_path, "a/z.md", "b/m.md", "c/a.md")
    repository = load(tmp_path)
    assert [p.id for p in repository.practices] == ["a", "m", "z"]
    assert repository.by_id["m"].path == PurePosixPath("b/m.md")


def test_borrowers_are_found_from_what_they_borrowed(tmp_path: Path) -> None:
    put(tmp_path, "a.md")
    for name in ("c", "b"):
        put(
            tmp_path,
            f"{name}.md",
            text=f"---\ntitle: {name}\nborrowed_from:\n  - practice: a\n  - where: Et møte\n---\n",
        )
    assert load(tmp_path).borrowers == {"a": ("b", "c")}


def test_an_empty_folder_has_no_practices(tmp_path: Path) -> None:
    assert load(tmp_path).practices == ()
    assert load(tmp_path / "finnes-ikke").practices == ()


def test_cards_that_are_a_link_in_a_circle_count_as_none(tmp_path: Path) -> None:
    put(tmp_path, "a.md")
    (tmp_path / "a.i18n.yaml").symlink_to("a.i18n.yaml")
    assert [(p.id, p.cards) for p in load(tmp_path).practices] == [("a", {})]


def test_a_folder_that_cannot_be_opened_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "a.md", "lukket/b.md")
    scandir = os.scandir

    def closed(path: str) -> object:
        if path.endswith("lukket"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", closed)
    repository = load(tmp_path)
    assert [p.id for p in repository.practices] == ["a"]
    assert [(item.where, item.reason) for item in repository.unreadable] == [
        ("lukket", "The folder cannot be opened: Permission denied.")
    ]
    # The whole folder out of reach is not the same as an empty one.
    with pytest.raises(UnreadableFile, match="Permission denied"):
        scan(tmp_path / "lukket")
