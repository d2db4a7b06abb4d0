"""The same work done by txtai, LanceDB and bm25s: how fast they answer, and how well.

Run: python -m benchmarks.peers [--sizes 0]      (0: the shipped practices, where quality is measured too)
"""

from __future__ import annotations

import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import venv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

import kb
from benchmarks.cached import vectors_of
from benchmarks.measure import PYTHON, ROOT, Measurement, Row, Scale, alone, ratios, scaled
from benchmarks.prepared import indexed
from benchmarks.query import questions
from benchmarks.shipped import shipped
from kb.config import Config
from kb.encoder.adapter import adapter_of
from kb.encoder.prepare import open_model
from kb.evaluate import Query, read_queries
from kb.evaluate.measures import ndcg
from kb.files import sha256
from kb.index.layout import IndexLayout
from kb.passages import passages

CONTESTANTS = ROOT / "benchmarks" / "contestants"
BUILT = ROOT / "build" / "peers"
OURS = "praksis"
PEERS = ("txtai_hybrid", "lancedb_hybrid", "bm25s_plain")
JUDGED = ROOT / "tests" / "relevance" / "practices-dev.yaml"
SHIPPED = 0
SLOWER: Mapping[str, str] = {
    "bm25s_plain": "It embeds nothing, which is most of what a question takes; how much worse it finds is told below.",
}
"""Why a question may take longer in Praksis than with a peer."""
BUILDING = (
    "Praksis reads the Markdown files, cuts them and indexes pieces of words in five languages, on disk; the others "
    "are given the passages."
)
_RESAMPLED = 1000


@dataclass(frozen=True, slots=True)
class Contestant:
    """A worker that has built its index and waits for questions."""

    name: str
    built: float
    process: subprocess.Popen[str]

    def ask(self, texts: Sequence[str]) -> dict[str, Any]:
        """Seconds of each question, and the practices found."""
        return _told(self.process, json.dumps(texts))


def measure(scale: Scale) -> Iterator[Row]:
    peers = [name for name in PEERS if not scale.quick or _stamp(name).is_file()]
    for size in scale.sizes:
        config = indexed(size) if size else shipped()
        job, passages_ = _job(config, size)
        judged = [query for query in read_queries(JUDGED) if query.answerable]
        texts = questions(40) if size else [query.text for query in judged]
        sizes = {"practices": size, "passages": passages_, "questions": len(texts)}
        with ExitStack() as stack:
            workers = [stack.enter_context(worker(name, job)) for name in (OURS, *peers)]
            # In turns, so that all meet the same machine; the first round warms up.
            rounds = [{one.name: one.ask(texts) for one in workers} for _ in range(scale.rounds + 1)]
        yield from _speed(workers, rounds[1:], sizes)
        if not size:
            yield from _quality(judged, rounds[-1], sizes)


def _speed(
    workers: Sequence[Contestant], rounds: Sequence[Mapping[str, dict[str, Any]]], sizes: Mapping[str, int]
) -> Iterator[Row]:
    of = f"{sizes['practices']:,} practices" if sizes["practices"] else "shipped practices"
    middle: dict[str, list[float]] = {}
    for one in workers:
        seconds = [round_[one.name]["seconds"] for round_ in rounds]
        middle[one.name] = [statistics.median(some) for some in seconds]
        yield MEASUREMENT.row(f"{of}, {one.name}: a question", "ms", scaled(list(chain(*seconds))), sizes)
    for one in workers:
        yield MEASUREMENT.row(f"{of}, {one.name}: building, vectors given", "s", [one.built], sizes)
        if one.name != OURS:
            share, why = ratios(middle[one.name], middle[OURS]), SLOWER.get(one.name, "")
            case = f"{of}, {one.name}: a question, to Praksis"
            yield MEASUREMENT.row(case, "×", share, sizes, at_least=1.0, why=why)
            case, share = f"{of}, {one.name}: building, to Praksis", [one.built / workers[0].built]
            yield MEASUREMENT.row(case, "×", share, sizes, at_least=1.0, why=BUILDING)
        peak = [round_[one.name]["peak_mb"] for round_ in rounds]
        yield MEASUREMENT.row(f"{of}, {one.name}: peak memory, building too", "MB", peak, sizes)


def _quality(judged: Sequence[Query], found: Mapping[str, dict[str, Any]], sizes: Mapping[str, int]) -> Iterator[Row]:
    """nDCG@10 as a mean over the questions; its spread is that of means over questions drawn anew."""
    scores = {
        name: [ndcg(ranking, query.judgments) or 0.0 for query, ranking in zip(judged, one["found"], strict=True)]
        for name, one in found.items()
    }
    chance = random.Random(1)  # noqa: S311  the same draws at every run
    draws = [chance.choices(range(len(judged)), k=len(judged)) for _ in range(_RESAMPLED)]
    means = {name: [statistics.mean(of[row] for row in draw) for draw in draws] for name, of in scores.items()}
    for name, several in means.items():
        yield MEASUREMENT.row(f"shipped practices, {name}: nDCG@10", "nDCG", several, sizes)
    for name, several in means.items():
        if name != OURS:
            more = [own - other for own, other in zip(means[OURS], several, strict=True)]
            yield MEASUREMENT.row(f"shipped practices: Praksis more than {name}", "nDCG", more, sizes, at_least=0.0)


def _job(config: Config, size: int) -> tuple[Path, int]:
    """What every contestant gets: passages, their vectors, the model; and how many passages there are."""
    job = BUILT / f"job-{size}"
    job.mkdir(parents=True, exist_ok=True)
    found = [
        (practice.id, passage) for practice in kb.KnowledgeBase(config).practices for passage in passages(practice)
    ]
    texts = {"practices": [name for name, _ in found], "texts": [passage.embedded for _, passage in found]}
    (job / "passages.json").write_text(json.dumps(texts, ensure_ascii=False), encoding="utf-8")
    np.save(job / "vectors.npy", vectors_of(config, [passage for _, passage in found]))
    if not (job / "model" / "modules.json").is_file():
        open_model(config.model, adapter=adapter_of(config)).save(str(job / "model"))
    own = IndexLayout(job / "index")
    shutil.rmtree(own.folder, ignore_errors=True)
    own.folder.mkdir()
    shutil.copyfile(IndexLayout(config.index).vectors, own.vectors)
    (job / "praksis.txt").write_text(f"{config.practices}\n{own.folder}\n", encoding="utf-8")
    return job, len(found)


@contextmanager
def worker(name: str, job: Path) -> Iterator[Contestant]:
    """A contestant in its own environment, its index built."""
    python = PYTHON if name == OURS else str(_environment(name))
    # Ours is found from here; the others see nothing of this repository.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    environment |= {"PYTHONPATH": str(ROOT)} if name == OURS else {"HF_HUB_OFFLINE": "1"}
    BUILT.mkdir(parents=True, exist_ok=True)
    log = (BUILT / f"{name}.log").open("w", encoding="utf-8")
    command = [python, str(CONTESTANTS / "worker.py"), name, str(job)]
    with (
        log,
        subprocess.Popen(  # noqa: S603  one of ours, by the name of its module
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, encoding="utf-8"
        ) as process,
    ):
        try:
            yield Contestant(name, float(_told(process)["built"]), process)
        finally:
            process.terminate()


def _told(process: subprocess.Popen[str], asked: str = "") -> dict[str, Any]:
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("The contestant was started without pipes.")
    if asked:
        process.stdin.write(f"{asked}\n")
        process.stdin.flush()
    if not (line := process.stdout.readline()):
        raise RuntimeError(f"A contestant stopped; see {BUILT.relative_to(ROOT)}/*.log.")
    told: dict[str, Any] = json.loads(line)
    return told


def _stamp(name: str) -> Path:
    """There once the environment holds what is asked for."""
    wanted = (CONTESTANTS / f"{name}.txt").read_text(encoding="utf-8")
    return BUILT / name / f"installed-{sha256(wanted)[:12]}"


def _environment(name: str) -> Path:
    """The Python of a contestant's own environment, made on first use."""
    python = BUILT / name / "bin" / "python"
    if not _stamp(name).is_file():
        venv.create(BUILT / name, with_pip=True, clear=True)
        # CPU builds where the index has them; $PIP as in the Makefile.
        options = [*os.environ.get("PIP", "").split(), "-r", str(CONTESTANTS / f"{name}.txt")]
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *options]
        subprocess.run(command, check=True, stdout=sys.stderr)  # noqa: S603
        _stamp(name).touch()
    return python


MEASUREMENT = Measurement(
    "peers",
    "Beside others",
    "txtai, LanceDB and bm25s in environments of their own, at pinned versions and with the settings that their "
    "documentation recommends ([which, and why](../benchmarks/contestants/README.md)), ask the same questions of the "
    "same passages in turns with Praksis; those that embed have the same model. Quality is on the judged development "
    "questions over the shipped practices.",
    measure,
    full=Scale((SHIPPED, 10_000), 2),
    quick=Scale((SHIPPED,), 1, quick=True),
)

if __name__ == "__main__":
    alone(MEASUREMENT)
