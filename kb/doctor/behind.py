"""Whether an index, wherever it is kept, is of the practices, the model and the settings that there are now."""

from __future__ import annotations

from collections.abc import Iterator

from kb.config import NO_MODEL, Config
from kb.doctor.findings import Finding
from kb.encoder.adapter import adapter_of
from kb.encoder.layout import known_card
from kb.errors import KbError
from kb.index.layout import Manifest
from kb.index.plan import fingerprint
from kb.index.since import is_as_indexed
from kb.repository import stamps_by_name

NO_SEARCH = "Nothing can be searched, and the app shows no practices."
STALE = "Searches do not see it yet."


def behind(config: Config, manifest: Manifest) -> Iterator[Finding]:
    """Where the index is not of the practices, the model and the settings that there are now."""
    try:
        card = known_card(config.model, adapter_of(config)) if config.model != NO_MODEL else None
        unknown = "" if config.model == NO_MODEL else manifest.fingerprint.encoder
        encoder = card.fingerprint if card else unknown
        reasons = manifest.fingerprint.differences(fingerprint(config, encoder))
    except KbError:
        # What is wrong with the model or the vocabulary is told where they are looked at.
        reasons = ()
    if reasons:
        yield Finding(f"It was made with something else than now: {', '.join(reasons)}.", STALE, "kb index", "warning")
    elif config.model != NO_MODEL and not manifest.fingerprint.encoder:
        why = "Only keyword search works, although a model is configured."
        yield Finding("It was made without a model.", why, "kb index", "warning")
    unread = {str(item.path) for item in manifest.unreadable}
    try:
        now = {name: stamp for name, stamp in stamps_by_name(config.practices).items() if name not in unread}
    except KbError:
        return
    same = (is_as_indexed(config.practices, name, now[name], manifest.files.get(name)) for name in now)
    if number := list(same).count(False) + len(manifest.files.keys() - now.keys()):
        yield Finding(f"{number} file{'s' if number > 1 else ''} changed since.", STALE, "kb index", "warning")
    for item in manifest.unreadable:
        what = f"{item.where} is left out: {item.reason}"
        yield Finding(what, "Nobody finds what stands in it.", item.hint or "kb check", "warning")
