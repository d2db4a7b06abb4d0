"""Why a hit was found, and what to try when nothing was, in words for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from kb.cli.options import harmless
from kb.search.tips import Tip, tips

if TYPE_CHECKING:
    from rich.text import Text

    from kb.search.hits import Hit, Results

WORDS = {
    "title": "its title is the question",
    "text": "what it says",
    "card": "its title and summary",
    "question": "the questions it answers",
    "words": "words in common",
    "stopped": "it was stopped, and lessons are asked for",
    "reranker": "put in order by the reranker",
}
ESTIMATED = "words, estimated: it is in another language"
ELSEWHERE = "words in common, elsewhere in it"
MEANING = {
    "strong": "Strong: the nearest of them agree well with the question, in meaning and in words.",
    "possible": "Possible: they come near, but nothing agrees so well that it is sure to answer. Read and judge.",
    "none": "None: nothing agrees well enough with the question to count as an answer.",
}
LENSES = {
    "problem": "what the practices say of the problem",
    "practice": "what they did, and what it takes to do the same",
    "results": "what came of it",
    "lessons": "what was stopped, and what was learnt",
}
TRY: dict[Tip, str] = {
    "sentence": "Describe the problem in a whole sentence: what happens, to whom, and when?",
    "fewer_words": "Use fewer words: only the most important ones.",
    "other_words": "Describe the problem in other words, as you would to a colleague.",
}
BAR = 10
"""Blocks in the bar of a reason that gave everything."""
MATCHED = 6


def reason(hit: Hit) -> str:
    """Why this hit, in a line: what gave most, and the words that matched."""
    if hit.why.title:
        return "Why: this is its title."
    most = [name for name, value in _gave(hit) if value > 1][:2]
    because = " and ".join(_words(name, hit) for name in most) or "it lies nearest of what there is"
    matched = f" ({_matched(hit)})" if hit.why.matched else ""
    return f"Why: {because}{matched}."


def explained(hit: Hit) -> Iterator[Text]:
    """Why this hit, in full: what each reason gave of the score, strongest first."""
    from rich.text import Text

    gave = [(_words(name, hit), value) for name, value in _gave(hit) if value]
    whole = sum(value for _, value in gave if value > 0)
    width = max((len(words) for words, _ in gave), default=0)
    yield Text(f"{'Why it lies nearest' if hit.strength == 'none' else 'Why'} (score {hit.score:.1f}):", style="dim")
    for words, value in gave:
        bar = "▮" * max(round(BAR * value / whole), 1) if value > 0 else ""
        yield Text.assemble((f"  {words:<{width}}  ", "dim"), (f"{bar:<{BAR}}", "cyan"), (f" {value:>5.1f}", "dim"))
    if hit.why.matched:
        yield Text(f"  words that matched: {_matched(hit)}", style="dim")


def overview(results: Results, lens: str) -> Iterator[str]:
    """What holds for the whole list: how sure it is, where it looked, and for which other words."""
    yield MEANING[results.strength]
    if lens:
        yield f"Lens: looks first at {LENSES[lens]}."
    for word, others in results.also.items():
        yield f"{word}: also {', '.join(others)}"


def advice(question: str, lens: str, filters: Iterable[str]) -> Iterator[str]:
    """What to try when nothing answers, a sentence each."""
    narrowed = [f"--{name.replace('_', '-')}" for name in filters]
    for tip in tips(question, filtered=bool(narrowed), lens=lens):
        if tip == "filters":
            yield f"Leave out filters: {', '.join(narrowed)}."
        elif tip == "lens":
            yield f"Leave out --lens {lens}, to look at everything."
        elif tip == "propose":
            yield (
                "Perhaps nobody has written it down yet. Put the question to the facilitators, as a practice that is "
                "missing; or write down what you have tried yourselves, with kb new."
            )
        else:
            yield TRY[tip]


def _gave(hit: Hit) -> list[tuple[str, float]]:
    """What each reason gave of the score, the strongest first."""
    from kb.search.hits import ARMS

    arms = [(name, float(getattr(hit.why, name))) for name in ARMS]
    if hit.why.title:
        arms.append(("title", hit.score - sum(value for _, value in arms)))
    return sorted(arms, key=lambda arm: -arm[1])


def _words(name: str, hit: Hit) -> str:
    """What a reason is called; words in common that the passage does not show stand elsewhere."""
    if name != "words":
        return WORDS[name]
    if hit.why.estimated:
        return ESTIMATED
    return WORDS[name] if hit.why.matched else ELSEWHERE


def _matched(hit: Hit) -> str:
    return harmless(", ".join(hit.why.matched[:MATCHED]))
