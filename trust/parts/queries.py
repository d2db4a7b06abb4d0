"""Whatever somebody asks, there is an answer or a sentence, in bounded time."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

import kb
from kb.config import NO_MODEL, PACKAGED_MODEL, Config
from kb.encoder import load_encoder
from kb.errors import EncoderError, SearchError
from kb.index.build import build
from kb.search.hits import results_json
from trust import asgi, made
from trust.fuzz import SECONDS, fuzz
from trust.rows import Row, Tally, Untried

ORDER = 4
TITLE = "Questions"
ABOUT = """Whatever somebody types, pastes or sends as a question is answered, or refused in a sentence with advice: in
Python, in a terminal, in a batch and at the API. An exception, an answer that is no JSON, a mark outside of the
passage that it marks, a status of 500, and an answer that takes longer than the row's limit are wrong. The practices
are those that come with Praksis."""
LIMIT = 1200

PRACTICES = Path(__file__).parents[2] / "practices"
WORDS, MEANT = 10_000, 300
"""How many different questions hypothesis asks of the words alone, and of the model."""
AWKWARD: Mapping[str, str] = {
    "nothing": "",
    "spaces": "   \t\n ",
    "a hundred thousand letters": "x" * 100_000,
    "a hundred thousand signs of words": "ord " * 25_000,
    "twenty thousand different words": " ".join(f"ord{number}" for number in range(20_000)),
    "a hundred thousand dots": "." * 100_000,
    "a hundred thousand quotes": '"' * 100_000,
    "a hundred thousand parentheses": "(" * 100_000,
    "a letter under fifty thousand accents": "e" + "\u0301" * 50_000,
    "punctuation alone": "?!.,;:-–—…()[]{}<>/\\|@#£$%^&*_+=~`'\"«»“”",
    "emoji": "😀👩‍⚕️🇳🇴🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "Arabic": "كيف نقلل الغياب المرضي؟",
    "Hebrew, turned around": "\u202eאיך מקצרים את יום העבודה\u202c",
    "Chinese": "如何减少病假",
    "Japanese without spaces": "勤務時間を短くするにはどうすればよいですか",
    "Thai": "ลดการลาป่วยได้อย่างไร",
    "Russian": "как сократить больничные",
    "Greek in capitals": "ΠΩΣ ΜΕΙΏΝΟΥΜΕ ΤΙΣ ΑΣΘΈΝΕΙΕΣ",
    "Sámi": "Mo unnidit buozalmasvuođa",
    "Turkish letters that grow when they are small": "İSTANBUL " * 100,
    "ligatures and letters that become several": "ﬃ ﷺ ẞ ŉ ǰ" * 100,
    "the language of queries": 'AND OR NOT title:"a" +b -c (d) [1 TO 2} e~2 f^3 *:* /g/',
    "a word of that language alone": "AND",
    "stars": "*",
    "an open quote": '"',
    "a field": "terms:_sykefravaer_",
    "regular expressions": r"(a+)+$ .*? [^\]] \p{L} (?=x) \1 {1,99999}",
    "a regular expression that takes for ever": "a" * 5000 + "! (a+)+b",
    "SQL": "'; DROP TABLE practices; -- ' OR '1'='1' /* UNION SELECT * FROM practices",
    "paths": "../../../../etc/passwd ..\\..\\ /dev/zero file:///etc/passwd C:\\con",
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "Markdown of the app": ":red[a] $x$ :material/search: [a](javascript:b) ![c](d)",
    "templates": "{{7*7}} ${7*7} #{7*7} <%= 7*7 %> %s%n {0.__class__}",
    "a terminal's signs": "\x1b[2J\x1b[31m\a\b\x7f",
    "a NUL": "syke\0fravær",
    "NULs alone": "\0" * 1000,
    "half a character": "\ud800",
    "the other half first": "\udc00\ud800 sykefravær",
    "bytes of another encoding": b"pr\xf8vde".decode("utf-8", "surrogateescape"),
    "signs of no width inside words": "syke\u200bfra\u00advær\ufeff",
    "signs that turn the text around": "\u202eræværfekys\u202c",
    "characters that are none": "\ufffe\uffff\U0010ffff",
    "a number of a thousand digits": "9" * 1000,
    "numbers in every script": "٢٠٢٤ ２０２４ Ⅻ ½ ²",
    "not a number": "NaN Infinity -0 1e999 null None undefined true",
    "JSON": '{"text": "a", "limit": -1}',
    "an address": "http://localhost:8501/?q=a&lens=b#c%00%ff",
    "a command": "--limit 5 -h; rm -rf /",
}


def trial(folder: Path) -> Iterator[Row | Untried]:
    """Ask in every way there is, of words alone and of the model."""
    words = base_of(folder / "words", NO_MODEL)
    yield awkward("Awkward questions, of words alone", words)
    yield asked("Different questions made by hypothesis, of words alone", words, WORDS)
    yield others(words)
    yield in_a_batch(folder / "words")
    yield in_a_terminal(folder / "words")
    yield at_the_api(folder / "words")
    try:
        load_encoder(Config(folder, PRACTICES, folder, model=PACKAGED_MODEL))
    except EncoderError as error:
        yield Untried("Questions that are asked of the model", str(error))
        return
    whole = base_of(folder / "whole", PACKAGED_MODEL)
    yield awkward("Awkward questions, of the model too", whole)
    yield asked("Different questions made by hypothesis, of the model too", whole, MEANT)


def base_of(root: Path, model: str) -> kb.KnowledgeBase:
    """The practices that come with Praksis in an index of their own."""
    root.mkdir()
    (root / "kb.toml").write_text(f'practices = "{PRACTICES}"\n\n[encoder]\nmodel = "{model}"\n', encoding="utf-8")
    config = kb.load_config(root)
    build(config)
    return kb.KnowledgeBase(config)


def holds(base: kb.KnowledgeBase, text: str) -> None:
    """The answer can be written as JSON, and marks only what is there."""
    for lens in ("", "lessons"):
        results = base.search(text, lens=lens)
        json.dumps(results_json(results), ensure_ascii=False, allow_nan=False).encode()
        for hit in results:
            if not all(0 <= start < end <= len(hit.passage.text) for start, end in hit.passage.highlights):
                raise AssertionError(f"{hit.practice.id} is marked outside of its passage")


def awkward(tried: str, base: kb.KnowledgeBase) -> Row:
    """Those that are known to have troubled others."""
    tally = Tally(tried)
    for what, text in AWKWARD.items():
        with tally.once(what, SECONDS):
            holds(base, text)
    return tally.row(f"the slowest took {tally.slowest:.1f} s, of {SECONDS:g} allowed")


def asked(tried: str, base: kb.KnowledgeBase, times: int) -> Row:
    """Those that nobody thought of."""
    return fuzz(tried, lambda text: holds(base, text), times, made.questions)


def others(base: kb.KnowledgeBase) -> Row:
    """The same as concepts, as filters, as lenses and as ids: an answer, or a sentence with advice."""
    tally = Tally("The same as a concept, a filter, a lens, an order and an id")
    asks: tuple[Callable[[str], object], ...] = (
        base.words,
        lambda text: base.search("", place=text, status=text),
        lambda text: base.search("", lens=text),
        lambda text: base.search("", sort=text),
        base.similar,
        lambda text: base.compare((text, "grong-bygdemodre")),
        base.get,
    )
    for what, text in AWKWARD.items():
        for ask in asks:
            with tally.once(what, SECONDS):
                try:
                    ask(text)
                except SearchError as error:
                    if not (str(error) and error.hint):
                        tally.bad("wrong", f"{what}: refused without advice")
    return tally.row(f"the slowest took {tally.slowest:.1f} s, of {SECONDS:g} allowed")


def in_a_batch(root: Path) -> Row:
    """All of them in one file, through `kb search --batch`: a line for each."""
    tally = Tally("All of them in one file, through `kb search --batch`", times=len(AWKWARD))
    lines = [json.dumps({"id": what, "text": text}) for what, text in AWKWARD.items()]
    done = _kb(root, "search", "--batch", "-", stdin="\n".join(lines))
    answered = [json.loads(line)["query_id"] for line in done.stdout.splitlines()] if done.returncode == 0 else []
    for what in AWKWARD:
        if what not in answered:
            tally.bad("wrong", f"{what}: no answer; {done.stderr[-200:]}")
    return tally.row()


def in_a_terminal(root: Path) -> Row:
    """Each as an argument of `kb search`: exit code 0 or 1, JSON with --json, and nothing that steers the terminal."""
    tally = Tally("Each as an argument of `kb search`, to read and as JSON")
    for number, (what, text) in enumerate(AWKWARD.items()):
        given = text.replace("\0", "")[:100_000]
        shape = ("--json",) if number % 2 else ()
        with tally.once(what, 10 * SECONDS):
            done = _kb(
                root,
                "search",
                *shape,
                "--",
                given.encode("utf-8", "surrogateescape" if _is_bytes(given) else "replace"),
            )
            if done.returncode not in {0, 1} or "Traceback" in done.stderr:
                tally.bad("wrong", f"{what}: exit code {done.returncode}: {done.stderr[-200:]}")
            if shape and not isinstance(json.loads(done.stdout), dict):
                tally.bad("wrong", f"{what}: no JSON")
            if any(sign in done.stdout for sign in "\x1b\a\b\0\u202e"):
                tally.bad("executed", f"{what}: signs that steer a terminal")
    return tally.row(f"the slowest took {tally.slowest:.1f} s")


def at_the_api(root: Path) -> Row:
    """Each at the addresses that take a question: 200 with JSON, or 400 with a sentence."""
    tally = Tally("Each at `/api/search`, `/api/words`, `/api/similar/`, `/p/` and as a filter")
    with asgi.site(root) as get:
        for what, text in AWKWARD.items():
            escaped = quote(text.encode("utf-8", "surrogatepass"), safe="")
            for address in (
                "api/search?q=",
                "api/words?q=",
                "api/search?place=",
                "api/similar/",
                "p/",
                "feed.atom?area=",
            ):
                with tally.once(f"{address} {what}", SECONDS):
                    answer = get(f"{address}{escaped}")
                    said = answer.body.decode()
                    if answer.status not in {200, 302, 307, 400, 404}:
                        tally.bad("wrong", f"{address} {what}: status {answer.status}")
                    if answer.kind.startswith("application/json"):
                        json.loads(said)
                    if answer.kind.startswith("text/html") and asgi.runs(said):
                        tally.bad("executed", f"{address} {what}: {asgi.runs(said)}")
    return tally.row(f"the slowest took {tally.slowest:.1f} s, of {SECONDS:g} allowed")


def _kb(root: Path, *arguments: str | bytes, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kb", arguments[0], "--root", str(root), *arguments[1:]],
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )


def _is_bytes(text: str) -> bool:
    """Whether what cannot be encoded in a text stands for bytes."""
    return all("\udc80" <= char <= "\udcff" for char in text if "\ud800" <= char <= "\udfff")
