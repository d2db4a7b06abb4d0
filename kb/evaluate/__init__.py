"""How well search finds, measured on judged queries.

Judgments and runs are read from files (`judgments`, `runs`), a corpus is indexed aside (`beir`), the
search is asked (`evaluation`), and what it gives is measured (`measures`), held against an earlier
run (`compare`) and shown (`report`).
"""

from kb.evaluate.collection import Collection, practices_of
from kb.evaluate.compare import Comparison, compare
from kb.evaluate.evaluation import Answer, Evaluation, answers, evaluate, is_foreign, ndcg_by_query, run_of
from kb.evaluate.judgments import Query, read_queries
from kb.evaluate.runs import Ranked, Run, read_run, write_run

__all__ = [
    "Answer",
    "Collection",
    "Comparison",
    "Evaluation",
    "Query",
    "Ranked",
    "Run",
    "answers",
    "compare",
    "evaluate",
    "is_foreign",
    "ndcg_by_query",
    "practices_of",
    "read_queries",
    "read_run",
    "run_of",
    "write_run",
]
