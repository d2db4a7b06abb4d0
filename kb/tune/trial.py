"""An adapter on trial: the same judged questions, asked with it and with what is in use.

Both search the same practices with the same settings; only the vectors differ. Beside the whole search the dense arm
over text alone is measured, which is what an adapter changes, and both again among the practices that are kept aside.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from kb.base import KnowledgeBase
from kb.config import Config
from kb.errors import TuningError
from kb.evaluate import Collection as Searched
from kb.evaluate import Comparison, Query, compare, is_foreign, practices_of
from kb.evaluate.beir import opened
from kb.evaluate.measures import mean, ndcg
from kb.index.build import build
from kb.index.choose import storage_of
from kb.index.embed import Progress
from kb.tune.subjects import is_kept_aside

TEXT = "text"
"""The arm over what practices say."""
LEAST_GRADE = 2
"""Of an answer in another language, for its question to count there."""


@dataclass(frozen=True, slots=True)
class Score:
    """nDCG@10 of one way of searching on one set; None where nothing can be found."""

    every: float | None
    elsewhere: float | None
    """Of answers in another language than the question's, in the ranking of everything."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One set of judged questions, asked once."""

    search: Score
    text: Score
    unseen_search: Score
    unseen_text: Score
    languages: Mapping[str, float | None] = field(default_factory=dict)
    """The whole search by the language of the question."""
    queries: int = 0
    per_query: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trial:
    """An adapter against what is in use."""

    before: Mapping[str, Measured]
    """By set."""
    after: Mapping[str, Measured]
    comparison: Comparison | None
    """Of the whole search, question by question, over the sets that decide."""

    @property
    def is_won(self) -> bool:
        """Whether search is better with it, and no worse across languages."""
        if self.comparison is None:
            return False
        pairs = [(self.before[name].search.elsewhere, self.after[name].search.elsewhere) for name in self.before]
        known = [(before, after) for before, after in pairs if before is not None and after is not None]
        across = sum(after - before for before, after in known) / len(known) if known else 0.0
        return self.comparison.mean_difference > 0 and across >= 0


def put_on_trial(
    config: Config, adapter: Path, judged: Mapping[str, Sequence[Query]], tell: Progress | None = None
) -> Trial:
    """Measure an adapter against what the installation uses.

    Args:
        config: the installation.
        adapter: the folder of the adapter.
        judged: sets of judged questions by name.
        tell: is told of each step.

    Raises:
        TuningError: no set has an answer among the practices.
    """
    with indexed(config, config.adapter, tell) as base:
        before = {name: measure(base, queries) for name, queries in judged.items()}
    with indexed(config, str(adapter), tell) as base:
        after = {name: measure(base, queries) for name, queries in judged.items()}
    if not any(found.per_query for found in after.values()):
        raise TuningError(
            "None of the judged questions has an answer among these practices.", hint="Give others with --judged FILE."
        )
    return Trial(before, after, compare(_together(after), _together(before)))


def measure_general(config: Config, folders: Sequence[Path], tell: Progress | None = None) -> dict[str, Measured]:
    """Collections in BEIR's form, with what the installation uses."""
    from kb.evaluate import read_queries

    found = {}
    for folder in folders:
        with opened(folder, config, progress=tell) as collection:
            found[folder.name] = measured(collection, read_queries(folder))
    return found


@contextlib.contextmanager
def indexed(config: Config, adapter: str, tell: Progress | None = None) -> Iterator[KnowledgeBase]:
    """The practices with an adapter, indexed in a temporary place."""
    with tempfile.TemporaryDirectory(prefix="kb-tune-") as folder:
        aside = replace(config.aside(Path(folder)), adapter=adapter)
        # What is in use is embedded already.
        storage_of(config).lend_vectors(aside.index)
        build(aside, progress=tell)
        yield KnowledgeBase(aside)


def measure(base: KnowledgeBase, queries: Sequence[Query]) -> Measured:
    """Ask judged questions of the practices."""
    return measured(practices_of(base), queries)


def measured(collection: Searched, queries: Sequence[Query]) -> Measured:
    """Ask judged questions of a collection."""
    asked = [query for query in queries if query.answerable]
    searches: dict[str, list[str]] = {}
    texts: dict[str, list[str]] = {}
    for query, ranking in zip(asked, collection.rank(query.text for query in asked), strict=True):
        searches[query.id] = [key for key, _ in ranking.order]
        texts[query.id] = [key for key, _ in ranking.arms.get(TEXT, ())]
    unseen = {name for name in collection.languages if is_kept_aside(name)}
    everything = collection.languages.keys()
    judge = _Judge(asked, collection.languages)
    languages = sorted({query.language for query in asked if query.language})
    return Measured(
        search=judge.score(searches, everything),
        text=judge.score(texts, everything),
        unseen_search=judge.score(searches, unseen),
        unseen_text=judge.score(texts, unseen),
        languages={name: judge.score(searches, everything, language=name).every for name in languages},
        queries=len(asked),
        per_query={
            query.id: value for query in asked if (value := ndcg(searches[query.id], query.judgments)) is not None
        },
    )


@dataclass(frozen=True, slots=True)
class _Judge:
    queries: Sequence[Query]
    languages: Mapping[str, str]

    def score(
        self,
        rankings: Mapping[str, Sequence[str]],
        among: Collection[str],
        *,
        language: str = "",
    ) -> Score:
        """Rankings as if there were only the documents `among`; of questions in one language, or of all."""
        every, elsewhere = [], []
        for query in (query for query in self.queries if query.language == language or not language):
            order = [name for name in rankings[query.id] if name in among]
            judged = {name: grade for name, grade in query.judgments.items() if name in among}
            if judged:
                every.append(ndcg(order, judged))
            foreign = {
                name: grade
                for name, grade in judged.items()
                if is_foreign(query.language, self.languages.get(name, ""))
            }
            if max(foreign.values(), default=0) >= LEAST_GRADE:
                elsewhere.append(ndcg(order, foreign))
        return Score(mean(every), mean(elsewhere))


def _together(found: Mapping[str, Measured]) -> dict[str, float]:
    return {f"{name}/{query}": value for name, one in found.items() for query, value in one.per_query.items()}
