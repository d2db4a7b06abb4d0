"""`python -m benchmarks`: every measurement is there, and every row can be listed and taken again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import kb
from benchmarks import __main__ as runner
from benchmarks import peers, sizing
from benchmarks.full_index import REST, STEPS
from benchmarks.machine import occasion
from benchmarks.measure import Row, Scale, asked, line, spread
from benchmarks.page import page
from benchmarks.results import KEPT, Result, read, write

ROOT = Path(__file__).parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False)


def a_row(case: str = "a case", at_most: float | None = None, at_least: float | None = None) -> Row:
    found = spread([3.0, 1.0, 2.0])
    return Row("cold", case, "ms", found, {"practices": 5}, "python -m benchmarks.cold", at_most, at_least)


def test_a_spread_is_the_quantiles_of_the_samples() -> None:
    found = spread([float(value) for value in range(101)])
    assert (found.p25, found.p50, found.p75, found.p95, found.p99, found.samples) == (25, 50, 75, 95, 99, 101)


def test_an_aim_is_held_against_the_median() -> None:
    assert a_row(at_most=2.0).met is True
    assert a_row(at_most=1.9).met is False
    assert a_row(at_least=2.1).met is False
    assert a_row().met is None


def test_what_is_kept_is_read_back(tmp_path: Path) -> None:
    kept = Result(occasion(), 1.5, [a_row(), a_row("æøå", at_most=3.0)])
    write(tmp_path, "cold", kept)
    assert read(tmp_path, "cold") == kept
    assert len(json.loads((tmp_path / "cold.json").read_text(encoding="utf-8"))["rows"]) == 2
    assert read(tmp_path, "query") is None


def test_the_page_says_what_was_missed_and_how_each_row_is_repeated() -> None:
    rows = [a_row("reached", at_most=3.0), a_row("not reached", at_most=1.0)]
    text = page([runner.measurement("cold")], {"cold": Result(occasion(), 60.0, rows)})
    assert "| not reached | ≤ 1 ms | 2.00 | **missed** |" in text
    assert "| reached | ≤ 3 ms | 2.00 | met |" in text
    assert "`python -m benchmarks.cold`" in text
    assert "| reached | 2.00 ms | 1.50–2.50 |" in text


def test_every_module_with_a_measurement_is_one_that_is_run() -> None:
    modules = {path.stem for path in (ROOT / "benchmarks").glob("*.py") if "MEASUREMENT = " in path.read_text("utf-8")}
    assert modules == set(runner.NAMES)
    for name in runner.NAMES:
        assert runner.measurement(name).name == name


def test_without_arguments_every_measurement_and_every_kept_row_is_listed() -> None:
    done = run("benchmarks")
    assert done.returncode == 0, done.stderr
    for name in runner.NAMES:
        assert f"{name}: " in done.stdout
        assert f"python -m benchmarks.{name}" in done.stdout
    for name in runner.NAMES:
        for row in result.rows if (result := read(KEPT, name)) else ():
            assert row.name in done.stdout
            assert row.repeat in done.stdout


def test_a_row_that_is_not_there_is_not_measured() -> None:
    done = run("benchmarks", "again", "no: such row")
    assert done.returncode == 1
    assert "no: such row" in done.stderr


@pytest.mark.parametrize("name", runner.NAMES)
def test_the_command_of_a_row_asks_for_its_size(name: str) -> None:
    one = runner.measurement(name)
    row = one.row("a case", "ms", [1.0], {"practices": 20})
    python, switch, module, *options = row.repeat.split()
    assert (python, switch, module) == ("python", "-m", f"benchmarks.{name}")
    assert "alone(MEASUREMENT)" in (ROOT / "benchmarks" / f"{name}.py").read_text(encoding="utf-8")
    assert asked(one, options).sizes == ((20,) if one.full.sizes else ())


@pytest.mark.model
@pytest.mark.parametrize("name", ["full_index", "plain_pages", "recall"])
def test_the_command_of_a_row_measures_it_again(name: str, tmp_path: Path, base: kb.KnowledgeBase) -> None:
    assert base is not None
    one = runner.measurement(name)
    rows = list(one.run(Scale((20,), 1)))
    write(tmp_path, one.name, Result(occasion(), 1.0, rows))
    kept = read(tmp_path, one.name)
    assert kept is not None
    assert [row.case for row in kept.rows] == [row.case for row in rows]
    (command,) = {row.repeat for row in kept.rows}
    assert command == f"python -m benchmarks.{name} --sizes 20"
    done = run(*command.split()[2:], "--rounds", "1")
    assert done.returncode == 0, done.stderr
    assert [line[: len(row.case)] for line, row in zip(done.stdout.splitlines(), kept.rows, strict=True)] == [
        row.case for row in kept.rows
    ]
    assert all(row.spread.samples and row.unit and row.sizes["practices"] == 20 for row in rows)


@pytest.mark.model
def test_the_steps_of_an_index_are_nearly_all_of_it(base: kb.KnowledgeBase) -> None:
    assert base is not None
    rows = {row.case: row.spread.p50 for row in runner.measurement("full_index").run(Scale((100,), 1))}
    whole = rows["100 practices: whole index"]
    assert sum(rows[f"100 practices: {step}"] for step in (*STEPS, REST)) == pytest.approx(whole, rel=0.1)
    assert rows[f"100 practices: {REST}"] < whole / 4
    assert all(rows[f"100 practices: {step}"] > 0 for step in ("parse", "store", "words"))


def test_a_row_that_misses_its_aim_says_why() -> None:
    row = replace(a_row(at_most=1.0), why="It has more to do.")
    assert "It has more to do." in line(row)
    assert "It has more to do." in page([runner.measurement("cold")], {"cold": Result(occasion(), 1.0, [row])})
    assert "It has more to do." not in line(replace(row, at_most=9.0))


@pytest.mark.model
def test_a_contestant_answers_over_its_pipes(tmp_path: Path, base: kb.KnowledgeBase) -> None:
    (tmp_path / "passages.json").write_text('{"practices": [], "texts": []}', encoding="utf-8")
    (tmp_path / "praksis.txt").write_text(f"{base.config.practices}\n{base.config.index}\n", encoding="utf-8")
    question = "høyt sykefravær i hjemmetjenesten"
    with peers.worker("praksis", tmp_path) as contestant:
        told = contestant.ask([question, question])
    due = [hit.practice.id for hit in base.search(question, limit=10)]
    assert told["found"] == [due, due]
    assert contestant.built > 0
    assert all(seconds > 0 for seconds in told["seconds"])


def test_every_contestant_has_an_environment_with_pinned_versions() -> None:
    for name in peers.PEERS:
        assert (peers.CONTESTANTS / f"{name}.py").is_file()
        wanted = (peers.CONTESTANTS / f"{name}.txt").read_text(encoding="utf-8").split()
        assert wanted
        assert all("==" in line for line in wanted)


def test_the_tables_of_sizes_are_of_the_rows_that_are_kept() -> None:
    text = sizing.PAGE.read_text(encoding="utf-8")
    assert sizing.written(text) == text
