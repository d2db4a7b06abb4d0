"""An open knowledge base: practices, index and encoder behind a handful of verbs."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from kb.compare.model import Comparison
from kb.compare.run import compare
from kb.config import Config, load_config
from kb.errors import IndexFault, VocabularyError
from kb.index.choose import storage_of
from kb.index.generation import Generation
from kb.models import Models
from kb.practice import Practice
from kb.repository import Unreadable
from kb.search import facets
from kb.search.alike import alike, gist
from kb.search.facets import FilterValue
from kb.search.hits import Results
from kb.search.question import Question
from kb.search.ranking import Ranking, rank, rank_passages
from kb.search.rerank import refusal
from kb.search.run import ahead, search
from kb.search.similar import similar
from kb.search.words import words
from kb.spread.ties import Spread, spread
from kb.vocabulary import Vocabulary, load_vocabulary

if TYPE_CHECKING:
    from kb.encoder.protocol import TextKind, Vectors
    from kb.search.wordings import Wordings


OTHER_CENTRING = "The index was made with another setting of search.centring. It counts from the next kb index on."


class FilterOptions(TypedDict, total=False):
    """What a search can be narrowed by: a value, or several of which any will do."""

    country: FilterValue
    place: FilterValue
    area: FilterValue
    theme: FilterValue
    status: FilterValue
    evidence: FilterValue
    language: FilterValue
    has_lessons: FilterValue
    has_realised_results: FilterValue


@dataclass(frozen=True, slots=True)
class Status:
    """How the knowledge base stands."""

    root: Path
    practices_folder: Path
    index_folder: Path
    store: str
    """The database that the index is kept in instead, without what is secret; empty for none."""
    generation: str
    created: str
    practices: int
    passages: int
    model: str
    keyword_only: bool
    """No vectors: the index was made without a model."""
    damage: str
    """Why an earlier generation answers; empty where the newest does."""
    unreadable: tuple[Unreadable, ...]
    bytes_on_disk: int


class KnowledgeBase:
    """Practices that can be searched, browsed and compared. Safe for many threads.

    It always answers from one whole generation, and from the newest at each call; `as_it_is` keeps to one.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self._index = storage_of(config)
        self._lock = threading.Lock()
        self._pointer = self._index.pointer()
        self._generation = self._index.open()
        self._models = Models(config)
        self.held: Generation | None = None
        """What everything is answered from; the newest where there is none."""

    def as_it_is(self) -> KnowledgeBase:
        """The same base at the generation that is newest now, whatever comes after: for whoever asks more than once."""
        found = copy.copy(self)
        # The vocabulary is read once for all.
        found.held, found.vocabulary = self._newest(), self.vocabulary
        return found

    @property
    def is_indexed(self) -> bool:
        """Whether there is an index still; what is open can be read for a while after it was taken away."""
        return bool(self._index.pointer()[0])

    @property
    def damage(self) -> str:
        """Why an earlier generation answers, where the newest is damaged; in a sentence for whoever runs it."""
        return self._newest().damage

    @property
    def generation(self) -> str:
        """The name of the newest generation."""
        return self._newest().name

    @property
    def edition(self) -> str:
        """Changes whenever the index does, also where it was deleted and made anew: what caches go by."""
        generation = self._newest()
        return f"{generation.name} {generation.manifest.created}"

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The labels, places and headings of this repository; keys stand in while the files are half written."""
        try:
            return load_vocabulary(self.config.practices)
        except VocabularyError:
            return Vocabulary()

    @property
    def practices(self) -> tuple[Practice, ...]:
        """Every indexed practice, in order of id."""
        store = self._newest().store
        return tuple(store.practice(row) for row in range(len(store)))

    def get(self, practice_id: str) -> Practice:
        """One practice.

        Raises:
            UnknownPractice: no practice has that id.
        """
        store = self._newest().store
        return store.practice(store.row(practice_id))

    def borrowers(self, practice_id: str) -> tuple[Practice, ...]:
        """The practices that say they borrowed this one."""
        store = self._newest().store
        return tuple(store.practice(row) for row in store.borrowers(practice_id))

    def files(self) -> dict[str, str]:
        """The file of every practice, relative to the folder of practices, and its id."""
        return self._newest().store.files()

    def search(
        self,
        text: str = "",
        *,
        limit: int = 10,
        offset: int = 0,
        lens: str = "",
        sort: str = "",
        **filters: Unpack[FilterOptions],
    ) -> Results:
        """Find practices that answer a question in the reader's own words; an empty one browses.

        Args:
            text: the question, in any of the languages.
            limit: how many hits at most.
            offset: how many to skip.
            lens: search only what speaks of the problem, practice, results or lessons.
            sort: relevance, newest or borrowed; empty for relevance, or without a question for newest. The
                order alone changes, never what counts as an answer.
            filters: see `FilterOptions`; keys or names, one or several.

        Raises:
            SearchError: there is no such lens, order, filter or value.
        """
        generation = self._newest()
        resolved = self._resolved(filters, generation)
        text = facets.well_formed(text)
        question = Question(
            text, None, lens, resolved, limit=limit, offset=offset, sort=sort, settings=self.config.search
        )
        if not text.strip():
            return search(generation, question, generation.damage)
        words = ahead(generation, question)
        vector, notice = self._vector(generation, text)
        reranker = self._models.reranker()
        if self._models.reranker_problem:
            notice = f"{notice} {refusal(self._models.reranker_problem)}"
        notice = f"{generation.damage} {notice}".strip()
        question = replace(question, vector=vector)
        return search(generation, question, notice, self.vocabulary.spelling, reranker, words)

    def rank(self, queries: Iterable[str], limit: int = 100) -> Iterator[Ranking]:
        """For each query the practices in order, as a whole and by each arm; for evaluation.

        Raises:
            EncoderError: the reranker that is configured cannot be had, and would be measured by its absence.
            IndexFault: the index was made with another setting.
        """
        generation = self._measurable()
        reranker = self._models.wanted_reranker()
        for text in map(facets.well_formed, queries):
            vector, _ = self._vector(generation, text)
            yield rank(generation, Question(text, vector, limit=limit, settings=self.config.search), reranker)

    def rank_passages(self, queries: Iterable[str], limit: int = 100) -> Iterator[Ranking]:
        """For each query the text passages in order, named by practice and line; for evaluation.

        Raises:
            EncoderError, IndexFault: as in `rank`.
        """
        generation = self._measurable()
        reranker = self._models.wanted_reranker()
        for text in map(facets.well_formed, queries):
            vector, _ = self._vector(generation, text)
            question = Question(text, vector, limit=limit, settings=self.config.search)
            yield rank_passages(generation, question, reranker)

    def similar(self, practice_id: str, *, limit: int = 5, **filters: Unpack[FilterOptions]) -> Results:
        """The practices nearest to one, in any language.

        Raises:
            UnknownPractice: no practice has that id.
        """
        generation = self._newest()
        resolved = self._resolved(filters, generation)
        return similar(generation, practice_id, resolved, limit, generation.damage)

    def alike(self, title: str, text: str, language: str, *, limit: int = 3) -> tuple[Practice, ...]:
        """The practices that look like one that is being written, best first; none where none is near."""
        generation = self._newest()
        vector, _ = self._vector(generation, facets.well_formed(gist(title, text)), "document")
        return alike(generation, title, text, vector, language, limit)

    def compare(self, ids: Iterable[str], *, language: str = "") -> Comparison:
        """Two to four practices side by side; labels in `language`, what practices say in their own.

        Raises:
            CannotCompare: fewer than two, more than four, or the same one twice.
            UnknownPractice: no practice has one of the ids.
        """
        return compare(self._newest(), tuple(ids), self.vocabulary, language or self.config.language)

    def words(self, text: str, *, limit: int = 10, **filters: Unpack[FilterOptions]) -> Wordings:
        """How each place speaks of a concept in its own words: its best passage, one per place.

        Raises:
            SearchError: there is no concept, or no such filter or value.
        """
        generation = self._newest()
        resolved = self._resolved(filters, generation)
        text = facets.well_formed(text)
        question = Question(text, filters=resolved, limit=limit, settings=self.config.search)
        return words(generation, question, self.vocabulary, partial(self._vector, generation))

    def spread(self) -> Spread:
        """Who borrowed what from whom."""
        return spread(self.practices, self.vocabulary)

    def status(self) -> Status:
        """How many practices there are, from when, and by which model."""
        generation = self._newest()
        # What cannot be read is written anew also where nothing else has changed.
        manifest = self._index.manifest(generation.name)
        return Status(
            root=self.config.root,
            practices_folder=self.config.practices,
            index_folder=self.config.index,
            store=str(self.config.store),
            generation=generation.name,
            created=manifest.created,
            practices=len(generation.store),
            passages=sum(manifest.passages.values()),
            model=manifest.fingerprint.model,
            keyword_only=not manifest.fingerprint.encoder,
            damage=generation.damage,
            unreadable=manifest.unreadable,
            bytes_on_disk=self._index.size(),
        )

    def _newest(self) -> Generation:
        """The current generation, opened again if the pointer moved; what is held, where one is."""
        if self.held:
            return self.held
        pointer = self._index.pointer()
        if pointer[0] and pointer != self._pointer:
            with self._lock:
                if pointer != self._pointer:
                    self._generation = self._index.open(self._generation)
                    self._pointer = pointer
                    self.__dict__.pop("vocabulary", None)
        return self._generation

    def _vector(self, generation: Generation, text: str, kind: TextKind = "query") -> tuple[Vectors | None, str]:
        """The question's vector, or None and a sentence on why there is none."""
        if not text.strip():
            return None, ""
        wanted = generation.manifest.fingerprint.encoder
        if not wanted:
            return None, "Only keyword search works: the index was made without a model. Run kb index."
        encoder = self._models.encoder()
        if encoder is None:
            return None, f"Only keyword search works: {self._models.encoder_problem}"
        if encoder.fingerprint != wanted:
            return None, "Only keyword search works: the index was made with another model. Run kb index."
        notice = "" if self._centred_as_wanted(generation) else OTHER_CENTRING
        return encoder.encode([text], kind)[0], notice

    def _resolved(self, filters: FilterOptions, generation: Generation) -> facets.Filters:
        # To a type checker the values of a typed dict are objects.
        return facets.resolve(dict(filters), self.vocabulary, generation.store)  # type: ignore[arg-type]

    def _centred_as_wanted(self, generation: Generation) -> bool:
        has_vectors = bool(generation.manifest.fingerprint.encoder)
        return not has_vectors or generation.means.centring == self.config.search.centring

    def _measurable(self) -> Generation:
        """The newest generation, if it was made as the settings have it: figures must not be of something else."""
        generation = self._newest()
        if not self._centred_as_wanted(generation):
            raise IndexFault(OTHER_CENTRING, hint="Run kb index.")
        return generation


def open_base(
    root: Path | str | None = None,
    *,
    practices: Path | str | None = None,
    index: Path | str | None = None,
    model: str | None = None,
    store: str | None = None,
) -> KnowledgeBase:
    """Open the knowledge base of a folder that holds practices/ and index/.

    Raises:
        ConfigError: the folder or its kb.toml is not as it should be.
        NoIndex: nothing has been indexed yet.
    """
    return KnowledgeBase(load_config(root, practices=practices, index=index, model=model, store=store))
