"""`kb tune` teaches, measures, and uses what it made only if that finds more."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from conftest import PRACTICES

from kb.config import load_config
from kb.encoder.adapter import OURS, AdapterLayout, adapter_of, shelf
from kb.errors import TuningError
from kb.repository import load
from kb.tune import train as training
from kb.tune.pairs import Recipe
from kb.tune.run import read_record
from kb.tune.subjects import of_practices
from kb.tune.trial import Measured, Score, Trial
from tune.tune_helpers import FEW, kb, plant

MISUSE = 2
pytestmark = pytest.mark.model

SHORT = Recipe(steps=4, batch=4, rank=2, max_tokens=24)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.asks: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)
        self.asks += [str(value) for name, value in attrs if name in {"src", "href"}]


def test_a_run_says_how_far_it_is_what_came_of_it_and_where_it_lies(tuned: tuple[Path, str]) -> None:
    root, said = tuned
    assert "Teaching the encoder: 2 of 2" in said
    assert f"The adapter is in {root / 'models' / 'little'}" in said
    assert re.search(r"judged: nDCG@10 \S+ → \S+", said)
    assert re.search(r"\d questions better, \d the same, \d worse", said)


def test_it_is_used_if_it_finds_more_and_else_kept_with_its_report(tuned: tuple[Path, str]) -> None:
    root, said = tuned
    config = load_config(root)
    record = read_record(AdapterLayout(root / "models" / "little"))
    won = record["trial"]["comparison"]["mean_difference"] > 0 and record["used"]
    assert ("It is used from now on" in said) == won
    assert adapter_of(config) == (root / "models" / "little" if won else OURS)


def test_the_report_is_one_page_with_plots_that_asks_nobody(tuned: tuple[Path, str]) -> None:
    root, said = tuned
    path = root / "models" / "little" / "report.html"
    assert f"The report is {path}" in said
    text = path.read_text(encoding="utf-8")
    page = _Page()
    page.feed(text)
    assert page.asks == []
    assert "svg" in page.found
    assert "script" not in page.found
    pairs = [json.loads(line) for line in (path.parent / "pairs.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {pair["step"] for pair in pairs} == {1, 2}
    assert "By language of the question" in text


def test_the_same_again_teaches_nothing_anew(tuned: tuple[Path, str], tmp_path: Path) -> None:
    root = shutil.copytree(tuned[0], tmp_path / "again")
    weights = (root / "models" / "little" / "adapter_model.safetensors").read_bytes()
    done = kb("tune", "--name", "little", *FEW, "--judged", "judged.yaml", cwd=root)
    assert "It was taught before." in done.stdout, done.stderr
    assert (root / "models" / "little" / "adapter_model.safetensors").read_bytes() == weights


def test_nothing_that_was_tuned_is_written_over(tuned: tuple[Path, str], tmp_path: Path) -> None:
    root = shutil.copytree(tuned[0], tmp_path / "kept")
    before = {path.name: path.read_bytes() for path in (root / "models" / "little").iterdir()}
    refused = kb("tune", "--name", "little", *FEW[:-1], "4", "--judged", "judged.yaml", cwd=root)
    assert (refused.returncode, "little is there already" in refused.stderr) == (MISUSE, True)
    assert {path.name: path.read_bytes() for path in (root / "models" / "little").iterdir()} == before


def test_kb_toml_has_the_last_word_on_what_is_used(tuned: tuple[Path, str], tmp_path: Path) -> None:
    root = shutil.copytree(tuned[0], tmp_path / "fixed")
    (root / "kb.toml").write_text('[encoder]\nadapter = "none"\n', encoding="utf-8")
    done = kb("tune", "--name", "little", *FEW, "--judged", "judged.yaml", cwd=root)
    assert done.returncode == 0, done.stderr
    assert adapter_of(load_config(root)) is None
    assert not read_record(AdapterLayout(root / "models" / "little"))["used"]
    assert "It is used from now on" not in done.stdout


def test_a_run_that_was_broken_off_ends_as_if_it_had_not_been(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subjects = of_practices(load(PRACTICES).practices)[:20]
    monkeypatch.setattr(training, "SAVE_EVERY", 1)
    whole = training.train("packaged", subjects, SHORT, checkpoint=tmp_path / "whole.pt")

    def leave(done: int, _total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        training.train("packaged", subjects, SHORT, checkpoint=tmp_path / "broken.pt", tell=leave)
    steps: list[int] = []
    resumed = training.train(
        "packaged", subjects, SHORT, checkpoint=tmp_path / "broken.pt", tell=lambda done, _total: steps.append(done)
    )
    assert steps == [3, 4]
    assert resumed.losses == pytest.approx(whole.losses, rel=1e-3)
    for name, value in whole.tensors.items():
        np.testing.assert_allclose(resumed.tensors[name], value, atol=2e-4)
    assert not (tmp_path / "broken.pt").exists()


def test_what_another_recipe_left_unfinished_is_not_taken_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subjects = of_practices(load(PRACTICES).practices)[:20]
    monkeypatch.setattr(training, "SAVE_EVERY", 1)
    recipe = replace(SHORT, steps=2)
    checkpoint = tmp_path / "unfinished.pt"

    def leave(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        training.train("packaged", subjects, recipe, checkpoint=checkpoint, tell=leave)
    steps: list[int] = []
    other = replace(recipe, seed=2)
    training.train("packaged", subjects, other, checkpoint=checkpoint, tell=lambda done, _total: steps.append(done))
    assert steps == [1, 2]


def test_too_few_practices_are_refused_with_what_is_missing(tmp_path: Path) -> None:
    root = plant(tmp_path / "root")
    for path in sorted((root / "practices").glob("no/*/*.md"))[3:]:
        path.unlink()
        path.with_suffix(".i18n.yaml").unlink()
    done = kb("tune", cwd=root)
    assert done.returncode == MISUSE
    assert "Too little to learn from: 3 practices" in done.stderr
    assert not (root / "models").exists()


@pytest.mark.parametrize("name", ["", "none", "praksis", "../out", "a/b", "a b"])
def test_a_name_that_is_taken_or_no_folder_is_refused(tmp_path: Path, name: str) -> None:
    from kb.tune.run import new_name

    with pytest.raises(TuningError, match="cannot be the name"):
        new_name(load_config(tmp_path), name)


def _measured(every: float, elsewhere: float) -> Measured:
    none = Score(None, None)
    return Measured(Score(every, elsewhere), none, none, none, per_query={"q1": every, "q2": every})


@pytest.mark.parametrize(
    ("after", "won"),
    [((0.6, 0.5), True), ((0.5, 0.5), False), ((0.4, 0.6), False), ((0.6, 0.4), False)],
)
def test_only_what_finds_more_and_no_less_across_languages_wins(after: tuple[float, float], *, won: bool) -> None:
    from kb.evaluate import compare

    before, found = _measured(0.5, 0.5), _measured(*after)
    trial = Trial({"a": before}, {"a": found}, compare(found.per_query, before.per_query))
    assert trial.is_won is won


def test_adapters_are_listed_chosen_and_removed(tuned: tuple[Path, str], tmp_path: Path) -> None:
    root = shutil.copytree(tuned[0], tmp_path / "shelf")
    assert kb("model", "use", "little", cwd=root).returncode == 0
    assert "* little" in kb("model", "list", cwd=root).stdout
    refused = kb("model", "remove", "little", cwd=root)
    assert (refused.returncode, "little is in use" in refused.stderr) == (MISUSE, True)
    assert kb("model", "use", "none", cwd=root).returncode == 0
    assert adapter_of(load_config(root)) is None
    assert kb("model", "remove", "little", cwd=root).returncode == 0
    assert shelf(load_config(root)).names() == []
    missing = kb("model", "use", "little", cwd=root)
    assert (missing.returncode, "There is no adapter little" in missing.stderr) == (MISUSE, True)


def test_what_kb_toml_says_is_not_overruled(tuned: tuple[Path, str], tmp_path: Path) -> None:
    root = shutil.copytree(tuned[0], tmp_path / "told")
    (root / "kb.toml").write_text('[encoder]\nadapter = "none"\n', encoding="utf-8")
    refused = kb("model", "use", "little", cwd=root)
    assert refused.returncode == MISUSE
    assert "encoder.adapter = 'none'" in refused.stderr
