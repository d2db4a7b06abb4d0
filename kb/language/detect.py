"""Which of the five languages a text is in, by its commonest small words.

Danish and bokmål share most words, so the ones that only one of them has count most. A wrong
guess costs little: it decides a heading's language and which mean a vector is centred by.
"""

from __future__ import annotations

from collections import Counter

from kb.language.text import words

MARKERS: dict[str, frozenset[str]] = {
    "nb": frozenset(
        "ikke av ble fra etter bare noe noen hvordan hva hvilke mye både nå mot også jeg deg vårt våre får blir "
        "hos når vært fikk uten sine hver kunne skulle opp under hvis enn det som har med vi å være mellom fordi "
        "mer sammen gjør bedre og i på er til for at om de den en et seg sin der eller men da så dette disse alle "
        "flere må ut inn over ved kan vil skal ha hadde blitt selv hun han dem oss andre annet slik få gjøre".split()
    ),
    "nn": frozenset(
        "ikkje av vart frå etter berre noko nokon korleis kva mykje både no mot òg eg dykk vårt våre får blir "
        "hjå når vore fekk utan sine kvar kunne skulle opp under dersom enn det som har med vi å vere mellom fordi "
        "meir saman gjer betre ein eit ei dei og i på er til for at om den seg sin der eller men då så dette desse "
        "alle fleire må ut inn over ved kan vil skal ha hadde blei vert blitt sjølv ho han oss andre anna slik få "
        "gjere".split()
    ),
    "da": frozenset(
        "ikke af blev fra efter kun noget nogen hvordan hvad hvilke meget både nu mod også jeg dig vores får bliver "
        "hos når været fik uden sine hver kunne skulle op under hvis end det som har med vi at være mellem fordi "
        "mere sammen gør bedre og i på er til for om de den en et sig sin der eller men da så dette disse alle "
        "flere må ud ind over ved kan vil skal have havde blevet selv hun han dem os andre andet sådan få gøre".split()
    ),
    "sv": frozenset(
        "inte av blev från efter bara något någon hur vad vilka mycket både nu mot också jag dig vår våra får blir "
        "hos när varit fick utan sina varje kunde skulle upp under om än det som har med vi att vara mellan eftersom "
        "mer tillsammans gör bättre och är för på ett i till de den en sig sin där eller men då så detta dessa alla "
        "fler måste ut in över vid kan vill ska ha hade blivit själv hon han dem oss andra annat sådan få göra".split()
    ),
    "en": frozenset(
        "not of was from after only some any how what which much both now against also i you our get becomes the "
        "at when been got without his each could should up under if than it as has with we to be between because "
        "more together does better and is for on a in are too that they by an who or but this these their them "
        "out into over can will have had were all there would so one its do did".split()
    ),
}
"""Common words that tell the languages apart; a word in several counts for each."""


def guess_language(text: str, default: str = "") -> str:
    """The language of `text` as a code, or `default` where nothing tells."""
    counts = Counter(words(text[:20_000]))
    scores = {language: sum(counts[word] / _spread(word) for word in markers) for language, markers in MARKERS.items()}
    for letters, languages in (("äö", ("sv",)), ("æø", ("nb", "nn", "da"))):
        weight = sum(text[:20_000].count(letter) for letter in letters) * 0.2
        for language in languages:
            scores[language] += weight
    best = max(scores, key=lambda language: scores[language])
    return best if scores[best] > 0 else default


def _spread(word: str) -> int:
    """In how many of the languages a word is common: the fewer, the more it tells."""
    return sum(word in markers for markers in MARKERS.values()) ** 2
