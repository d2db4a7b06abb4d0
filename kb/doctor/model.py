"""The model: its weights, what runs it, and where it is unpacked."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import os
import shlex
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from kb.config import NO_MODEL, PACKAGED_MODEL, Config, cache_folder
from kb.doctor.findings import Area, Finding
from kb.encoder.adapter import AdapterLayout, adapter_of, made_for
from kb.encoder.layout import ModelLayout, prepared
from kb.encoder.packaged import PACKAGE, WEIGHTS, weights_file
from kb.errors import ConfigError, EncoderError

KEYWORDS = "Until then only keyword search works."


def model(config: Config, *, thorough: bool = False) -> Area:
    """How the model stands; `thorough` reads its weights and lets it read a sentence."""
    if config.model == NO_MODEL:
        return Area("Model", "none, as kb.toml says: keyword search alone")
    try:
        adapter = adapter_of(config)
        problem = tuple(_adapter(config, adapter))
    except (ConfigError, EncoderError) as fault:
        adapter, problem = None, (_fault(fault),)
    layout = prepared(config.model, adapter)
    findings = [*problem, *_runtime(config), *_weights(config, thorough=thorough), *_unpacked(layout)]
    if thorough and layout.is_ready() and not findings:
        findings += _runs(config)
    taught = f", taught by the adapter {adapter.name}" if adapter else ""
    state = "" if layout.card.is_file() else "; not unpacked yet, the first kb index does that"
    return Area("Model", f"{config.model}{taught}{state}", tuple(findings))


def _fault(fault: ConfigError | EncoderError) -> Finding:
    return Finding(str(fault), KEYWORDS, fault.hint)


def _adapter(config: Config, adapter: Path | None) -> Iterator[Finding]:
    if adapter and (wanted := made_for(AdapterLayout(adapter))[0]) != config.model:
        what = f"The adapter {adapter.name} was made for the model {wanted}, and {config.model} is used."
        yield Finding(what, KEYWORDS, "kb model use none")


def _runtime(config: Config) -> Iterator[Finding]:
    has_openvino, has_torch = (importlib.util.find_spec(name) is not None for name in ("openvino", "torch"))
    if config.runtime == "torch" and not has_torch:
        yield Finding("encoder.runtime is torch, which is not installed.", KEYWORDS, _install("torch"))
    elif not has_openvino and (config.runtime == "openvino" or not has_torch):
        yield Finding("OpenVINO, which runs the model, is not installed.", KEYWORDS, _install("openvino"))


def _weights(config: Config, *, thorough: bool) -> Iterator[Finding]:
    if config.model != PACKAGED_MODEL:
        return
    try:
        path = weights_file()
    except EncoderError as fault:
        yield _fault(fault)
        return
    if thorough and not _as_installed(path):
        again = f"{_install(PACKAGE)} --force-reinstall --no-deps"
        yield Finding(f"{path} is not what was installed.", "The model gives wrong vectors, or none.", again)


def _as_installed(path: Path) -> bool:
    """Whether the weights have the sum that the package's own record gives."""
    recorded = [file.hash for file in metadata.files(PACKAGE) or [] if file.name == WEIGHTS and file.hash]
    if not recorded:
        return True
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, recorded[0].mode).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == recorded[0].value


def _unpacked(layout: ModelLayout) -> Iterator[Finding]:
    if layout.card.exists():
        try:
            layout.read_card()
        except EncoderError as fault:
            away = f"rm -r {shlex.quote(str(layout.folder))} && kb index"
            yield Finding(str(fault), KEYWORDS, away)
        return
    folder = cache_folder()
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if not (there.is_dir() and os.access(there, os.W_OK)):
        what = f"The model is to be unpacked in {folder}, and {there} cannot be written to."
        yield Finding(what, KEYWORDS, "export KB_CACHE=/a/folder/to/write/in")


def _runs(config: Config) -> Iterator[Finding]:
    """Let the model read a sentence: a vector of length 1 comes out."""
    from kb.encoder.load import load_encoder

    try:
        vector = load_encoder(config).encode(["Hva gjorde de andre?"], "query")[0]
    except EncoderError as fault:
        yield _fault(fault)
        return
    if not abs(float(vector @ vector) - 1) < 1e-3:
        away = f"rm -r {shlex.quote(str(cache_folder()))} && kb index"
        yield Finding("The model runs, but what it gives is no unit vector.", "Search by meaning is at random.", away)


def _install(name: str) -> str:
    return f"{sys.executable} -m pip install {name}"
