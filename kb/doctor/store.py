"""The index in a database: whether it answers, which generation and schema it has, and whether it is of now."""

from __future__ import annotations

from kb.config import Config
from kb.doctor.behind import NO_SEARCH, behind
from kb.doctor.findings import Area, Finding
from kb.errors import ConfigError, IndexFault
from kb.index.choose import storage_of


def store(config: Config) -> Area:
    """How the index in the database stands; nothing is written there."""
    where = str(config.store)
    try:
        storage = storage_of(config)
        told = f"{where}, {storage.told()}"
    except (ConfigError, IndexFault) as fault:
        return Area("Index", where, (Finding(str(fault), NO_SEARCH, fault.hint),))
    try:
        generation = storage.open()
    except IndexFault as fault:
        return Area("Index", told, (Finding(str(fault), NO_SEARCH, fault.hint),))
    manifest = storage.manifest(generation.name)
    told = f"{told}, generation {generation.name}, {len(manifest.files)} practices"
    damaged = [Finding(generation.damage, "What changed since is not found.", "kb index")] if generation.damage else []
    return Area("Index", told, (*damaged, *behind(config, manifest)))
