"""The loop that every contestant runs in, in its own environment: `python worker.py NAME JOB`.

The job is a folder with passages.json (texts and their practices), vectors.npy (float32, a row a passage) and
model/ (a sentence-transformers folder). Each line on standard input is a list of questions; each line out is what
answering them took and gave.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from pathlib import Path

DEPTH, PASSAGES = 10, 100


def main() -> None:
    name, job = sys.argv[1], Path(sys.argv[2])
    # What libraries print must not stand among the answers.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    passages = json.loads((job / "passages.json").read_text(encoding="utf-8"))
    practices = passages["practices"]
    start = time.perf_counter()
    search = importlib.import_module(name).build(job, passages["texts"])
    told(out, built=time.perf_counter() - start)
    for line in sys.stdin:
        seconds, found = [], []
        for question in json.loads(line):
            start = time.perf_counter()
            best = firsts(search(question, PASSAGES), practices)
            seconds.append(time.perf_counter() - start)
            found.append(best)
        # Unlike getrusage(2), without what the process had that started this one.
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
        told(out, seconds=seconds, found=found, peak_mb=peak)


def firsts(hits: list[int] | list[str], practices: list[str]) -> list[str]:
    """The practices of passages, each where its best one is; a contestant may name practices itself."""
    names = (practices[hit] if isinstance(hit, int) else hit for hit in hits)
    return list(dict.fromkeys(names))[:DEPTH]


def told(out: object, **facts: object) -> None:
    print(json.dumps(facts), file=out, flush=True)  # type: ignore[call-overload]


if __name__ == "__main__":
    main()
