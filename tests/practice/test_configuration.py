"""Where things are and which model is used: kb.toml, its defaults, and the options over it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kb.config import Config, cache_folder, find_root, load_config
from kb.errors import ConfigError


def test_without_a_file_everything_has_a_default(tmp_path: Path) -> None:
    root = tmp_path.resolve()
    assert load_config(tmp_path) == Config(
        root=root,
        practices=root / "practices",
        index=root / "index",
        model="packaged",
        runtime="auto",
        language="nb",
        repository_url="",
        branch="",
    )


def test_every_setting_of_the_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "kb.toml").write_text(
        'practices = "praksiser"\nindex = "/tmp/indeks"\n'
        '[encoder]\nmodel = "none"\nruntime = "torch"\nadapter = "lært"\n'
        '[app]\nlanguage = "da"\nurl = "https://praksis.example"\n'
        '[forge]\nurl = "https://forge.example/a"\nbranch = "trunk"\n',
        encoding="utf-8",
    )
    root = tmp_path.resolve()
    assert load_config(tmp_path) == Config(
        root,
        root / "praksiser",
        Path("/tmp/indeks").resolve(),
        "none",
        "torch",
        "da",
        "https://forge.example/a",
        "trunk",
        url="https://praksis.example",
        adapter=str(root / "lært"),
    )


def test_an_option_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kb.toml").write_text('practices = "a"\nindex = "b"\n[encoder]\nmodel = "c"\n', encoding="utf-8")
    (tmp_path / "her").mkdir()
    monkeypatch.chdir(tmp_path / "her")
    config = load_config(tmp_path, practices="p", index="../i", model="none")
    assert config.practices == tmp_path.resolve() / "her" / "p"
    assert config.index == tmp_path.resolve() / "i"
    assert config.model == "none"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ('[encoder]\nmodl = "a"\n', "encoder.modl", "Did you mean encoder.model?"),
        ('encoder = "a"\n', "encoder", "encoder."),
        ('[xyzzy]\nplugh = "a"\n', "xyzzy.plugh", "practices, index, store, encoder.model"),
        ("practices = 3\n", "practices must be text", 'practices = "…"'),
        ("[app]\nlanguage = true\n", "app.language must be text", 'language = "…"'),
        ('[app]\nurl = "praksis.example"\n', "'praksis.example'", "https://"),
        ('[encoder]\nruntime = "gpu"\n', "'gpu'", "auto, openvino, torch"),
        ('[app]\nlanguage = "no"\n', "app.language is 'no'", "nb, nn, da, sv, en"),
        ('[app]\ncontact = "postmottak"\n', "app.contact is 'postmottak'", "e-mail address"),
        ('[app]\ncontact = "javascript:alert(1)"\n', "app.contact is", "e-mail address"),
        ('[forge]\nkind = "gitea"\n', "forge.kind is 'gitea'", "github, gitlab, forgejo"),
        ("practices = \n", "kb.toml", "README"),
        ('practices = "a"\npractices = "b"\n', "kb.toml", "README"),
    ],
)
def test_a_setting_that_cannot_be_is_an_error_that_helps(tmp_path: Path, text: str, message: str, hint: str) -> None:
    (tmp_path / "kb.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path)
    assert message in str(caught.value)
    assert hint in caught.value.hint


def test_a_file_that_is_no_text_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "kb.toml").write_bytes(b"practices = '\xff'\n")
    with pytest.raises(ConfigError, match=r"kb\.toml"):
        load_config(tmp_path)


def test_a_root_that_is_no_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is not a folder") as caught:
        load_config(tmp_path / "borte")
    assert "--root" in caught.value.hint


@pytest.mark.parametrize("marker", ["kb.toml", "practices/vocabulary.yaml"])
def test_the_root_is_found_upwards(tmp_path: Path, marker: str, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = tmp_path / "no" / "oslo"
    inner.mkdir(parents=True)
    (tmp_path / marker).parent.mkdir(exist_ok=True)
    (tmp_path / marker).touch()
    assert find_root(inner) == tmp_path.resolve()
    monkeypatch.chdir(inner)
    assert load_config().root == tmp_path.resolve()


def test_the_nearest_root_wins(tmp_path: Path) -> None:
    inner = tmp_path / "no" / "oslo"
    inner.mkdir(parents=True)
    (tmp_path / "kb.toml").touch()
    (tmp_path / "no" / "kb.toml").touch()
    assert find_root(inner) == (tmp_path / "no").resolve()


def test_where_nothing_is_found_the_root_is_here(tmp_path: Path) -> None:
    assert find_root(tmp_path) == tmp_path.resolve()


def test_practices_are_shown_from_the_root_or_whole(tmp_path: Path) -> None:
    config = load_config(tmp_path, practices=tmp_path / "a" / "b")
    assert config.practices_from_root == "a/b"
    assert replace(config, practices=Path("/annet/sted")).practices_from_root == "/annet/sted"


def test_models_are_cached_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_CACHE", str(tmp_path / "a"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "b"))
    assert cache_folder() == tmp_path / "a"
    monkeypatch.delenv("KB_CACHE")
    assert cache_folder() == tmp_path / "b" / "praksis"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "c"))
    assert cache_folder() == tmp_path / "c" / ".cache" / "praksis"


def test_another_folder_of_practices_leaves_the_index_alone(tmp_path: Path) -> None:
    for name in ("practices", "notes"):
        (tmp_path / name).mkdir()
    own = load_config(tmp_path)
    other = load_config(tmp_path, practices=tmp_path / "notes")
    assert other.index != own.index
    assert other.index.is_relative_to(own.index)
    assert load_config(tmp_path, practices=tmp_path / "practices").index == own.index
    assert load_config(tmp_path, practices=tmp_path / "notes", index=tmp_path / "here").index == tmp_path / "here"


def test_where_there_are_no_practices_another_folder_has_the_index_to_itself(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    assert load_config(tmp_path, practices=tmp_path / "notes").index == tmp_path / "index"


def test_a_model_s_folder_is_found_from_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kb.toml").write_text('[encoder]\nmodel = "modeller/egen"\n', encoding="utf-8")
    assert load_config(tmp_path).model == "modeller/egen"
    (tmp_path / "modeller" / "egen").mkdir(parents=True)
    assert load_config(tmp_path).model == str(tmp_path.resolve() / "modeller" / "egen")
    monkeypatch.chdir(tmp_path / "modeller")
    assert load_config(tmp_path, model="egen").model == str(tmp_path.resolve() / "modeller" / "egen")
    assert load_config(tmp_path, model="none").model == "none"
