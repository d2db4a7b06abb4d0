"""The API: the same questions and the same answers as the commands with --json.

Each operation is said once here, with what it takes and what it gives. Its handler and its place in the
OpenAPI document both come from that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kb.compare.model import comparison_json
from kb.config import Config
from kb.errors import IndexFault, KbError
from kb.index.plain import shown_json
from kb.search.hits import Results, listed_json, results_json
from kb.search.wordings import wordings_json
from kb.spread.plain import lineage_json, spread_json
from kb.usage import record_shown
from kb.web.base import Site
from kb.web.plain import reply
from kb.web.plain.given import CONCEPT, FILTERS, ID, LENS, LIMIT, OFFSET, QUESTION, SORT, Parameter, answered_here, read
from kb.web.plain.reply import Reply
from kb.web.plain.visit import Visit
from kb.web.texts import LANGUAGES

Given = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that the API does."""

    name: str
    path: str
    """Below the app's own address."""
    about: str
    parameters: tuple[Parameter, ...]
    gives: tuple[str, ...]
    """The names of its possible answers among the schemas."""
    run: Callable[[Site, Given], Any]
    dated: bool = True
    """The answer is the same until the index changes; not so where an encoder may be missing one time."""

    @property
    def finds(self) -> bool:
        """Whether it is asked for practices by their ids, one of which may be unknown."""
        return any(parameter.name in {ID.name, OF.name, IDS.name} for parameter in self.parameters)

    def handler(self, visit: Visit) -> Reply:
        """Answer a visit.

        Raises:
            SearchError: what is asked cannot be answered.
        """
        given = read(self.parameters, visit.query, visit.named)
        with answered_here(visit):
            return reply.data(self.run(visit.site, given))


def failure(error: KbError | None, status: int, language: str, root: str) -> Reply:  # noqa: ARG001  as every door's
    """What went wrong and what to do about it."""
    if error is None:
        return reply.data({"error": "Something unexpected went wrong.", "hint": "Ask those who run the app."}, status)
    hint = "Run kb index, or open the app once and wait." if isinstance(error, IndexFault) else error.hint
    return reply.data({"error": str(error), "hint": hint}, status)


def _search(site: Site, given: Given) -> Any:
    results = site.base.search(
        given["q"],
        lens=given["lens"],
        sort=given["sort"],
        limit=given["limit"],
        offset=given["offset"],
        **_filters(given),
    )
    _record(site.base.config, results, given["offset"])
    return results_json(results, site.base.config.practices_from_root)


def _practices(site: Site, given: Given) -> Any:
    found = site.base.search("", limit=given["limit"], offset=given["offset"], **_filters(given))
    changes, items = site.changes(), []
    for hit in found:
        change = changes.get(hit.practice.path)
        known = change if change and change.commit else None
        dates = {
            "added": known.added.isoformat() if known and known.added else "",
            "changed": known.changed.isoformat() if known else "",
            "commit": known.commit if known else "",
        }
        items.append(listed_json(hit.practice, site.base.config.practices_from_root) | dates)
    return {"total": found.total, "practices": items}


def _practice(site: Site, given: Given) -> Any:
    return shown_json(site.base.get(given["id"]), site.base.borrowers(given["id"]))


def _similar(site: Site, given: Given) -> Any:
    results = site.base.similar(given["id"], limit=given["limit"], **_filters(given))
    return results_json(results, site.base.config.practices_from_root)


def _words(site: Site, given: Given) -> Any:
    wordings = site.base.words(given["q"], limit=given["limit"], **_filters(given))
    return wordings_json(wordings, site.base.config.practices_from_root)


def _compare(site: Site, given: Given) -> Any:
    ids = [part for text in given["ids"] for part in text.split(",") if part.strip()]
    comparison = site.base.compare(map(str.strip, ids), language=site.language)
    return comparison_json(comparison, site.base.config.practices_from_root)


def _spread(site: Site, given: Given) -> Any:
    if not given["p"]:
        return spread_json(site.spread())
    return lineage_json(site.spread(), site.base.get(given["p"]).id)


def _filters(given: Given) -> Any:
    return {parameter.name: given[parameter.name] for parameter in FILTERS}


def _record(config: Config, results: Results, offset: int) -> None:
    """Keep the question where the installation has asked for it; more of the same answers is not another one."""
    if not offset:
        record_shown(config, results.query, (hit.practice.id for hit in results), results.strength)


IDS = Parameter("ids", "two to four ids, with commas between them or repeated", "texts", most=1000, required=True)
OF = replace(ID, name="p", about="the id of the one practice whose lineage is asked for", required=False, where="query")
LANGUAGE = Parameter("lang", "the language of labels and headings", "choice", choices=LANGUAGES)

OPERATIONS = (
    Operation(
        "search",
        "api/search",
        "Find practices that answer a question, in whatever language they are written; an empty one browses.",
        (QUESTION, LENS, SORT, LIMIT, OFFSET, *FILTERS),
        ("Results",),
        _search,
        dated=False,
    ),
    Operation(
        "practices",
        "api/practices",
        "List practices, the newest first, with when each came and was last changed.",
        (replace(LIMIT, default=LIMIT.most), OFFSET, *FILTERS),
        ("Practices",),
        _practices,
    ),
    Operation("practice", "api/practices/{id}", "One practice, whole.", (ID,), ("Practice",), _practice),
    Operation(
        "similar",
        "api/similar/{id}",
        "The practices nearest to one, in any language.",
        (ID, replace(LIMIT, default=5), *FILTERS),
        ("Results",),
        _similar,
    ),
    Operation(
        "words",
        "api/words",
        "How each place speaks of a concept, in its own words.",
        (CONCEPT, LIMIT, *FILTERS),
        ("Wordings",),
        _words,
        dated=False,
    ),
    Operation(
        "compare",
        "api/compare",
        "Two to four practices side by side, with passages that speak of the same thing.",
        (IDS, LANGUAGE),
        ("Comparison",),
        _compare,
    ),
    Operation(
        "spread",
        "api/spread",
        "Who borrowed what from whom: everything, or what one practice comes from and what came of it.",
        (OF,),
        ("Spread", "Lineage"),
        _spread,
    ),
)
