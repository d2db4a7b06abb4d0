"""What a run of the indexer works from: the last generation, the rules of the next, and what to embed with."""

from __future__ import annotations

from dataclasses import dataclass

from kb.config import NO_MODEL, Config
from kb.encoder import load_encoder
from kb.encoder.adapter import adapter_of
from kb.encoder.layout import known_card
from kb.encoder.protocol import Encoder
from kb.errors import EncoderError, IndexFault, StoreUnavailable
from kb.index.ahead import NOTHING, Ahead
from kb.index.embed import Progress
from kb.index.layers.plan import LIMITS, Limits
from kb.index.layout import FORMAT, Fingerprint, Manifest
from kb.index.means import MEANS_RULES
from kb.index.storage import Writer
from kb.index.terms import LANGUAGE_RULES
from kb.index.vocabulary import digest_of
from kb.index.workers import THIS_MACHINE, Workers
from kb.passages import RULES_VERSION


@dataclass(frozen=True, slots=True)
class Plan:
    """What this run works from."""

    config: Config
    index: Writer
    previous: Manifest | None
    expected: Fingerprint
    encoder: Encoder | None
    """Loaded only where its fingerprint was not known yet."""
    warning: str
    tell: Progress
    workers: Workers
    layers: Limits = LIMITS
    """How much may have changed for a layer over the last generation."""
    anew: str = ""
    """Why there is nothing to take over, where there should be."""
    ahead: Ahead = NOTHING
    """What was seen and begun before."""


def plan(
    config: Config,
    index: Writer,
    *,
    rebuild: bool,
    tell: Progress | None = None,
    workers: Workers = THIS_MACHINE,
    layers: Limits = LIMITS,
    ahead: Ahead = NOTHING,
) -> Plan:
    """Look at what there is and what it should be made with.

    Raises:
        StoreUnavailable: the database that holds the index does not answer.
    """
    tell = tell or _untold
    encoder, made_by, warning = None, "", ""
    try:
        card = known_card(config.model, adapter_of(config))
        if card is None:
            if config.model != NO_MODEL:
                tell("model", 0, 1)
            encoder = load_encoder(config, many=True, jobs=workers.jobs)
            tell("model", 1, 1)
            made_by = encoder.fingerprint
        else:
            made_by = card.fingerprint
    except EncoderError as error:
        warning = f"{error} {error.hint} Until then only keyword search works."
    previous, anew = None, ""
    try:
        previous = None if rebuild else index.previous()
    except StoreUnavailable:
        raise
    except IndexFault as fault:
        anew = all_anew(fault)
    return Plan(
        config, index, previous, fingerprint(config, made_by), encoder, warning, tell, workers, layers, anew, ahead
    )


def all_anew(fault: IndexFault) -> str:
    """Why nothing of a damaged generation is taken over, in a sentence."""
    return f"{fault} All of it was made anew."


def fingerprint(config: Config, encoder: str) -> Fingerprint:
    """The rules that an index is made by now, with an encoder that has this fingerprint."""
    return Fingerprint(
        format=FORMAT,
        encoder=encoder,
        model=config.model,
        passages=RULES_VERSION,
        language=f"{LANGUAGE_RULES}.{MEANS_RULES}" + ("" if config.search.centring else ".as-is"),
        vocabulary=digest_of(config.practices),
    )


def reusable(plan: Plan) -> bool:
    """Whether the last generation's passages were cut by the same rules."""
    if plan.previous is None:
        return False
    old, new = plan.previous.fingerprint, plan.expected
    return (old.format, old.passages, old.vocabulary) == (new.format, new.passages, new.vocabulary)


def _untold(_step: str, _done: int, _total: int) -> None:
    """Where nobody asks how far it has come."""
