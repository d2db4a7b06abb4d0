"""Choose the runtime: OpenVINO where it works, torch where it does not, CUDA where there is a card."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from kb.config import NO_MODEL, Config
from kb.encoder.adapter import adapter_of
from kb.encoder.layout import prepared
from kb.encoder.processor import prefers_integers, processors
from kb.encoder.protocol import Encoder
from kb.errors import EncoderError, ModelUnavailable


def load_encoder(config: Config, *, many: bool = False, jobs: int = 0, callers: int = 1) -> Encoder:
    """The encoder of this installation.

    Args:
        config: names the model, its adapter and the runtime.
        many: thousands of texts are coming.
        jobs: how many processors these may use; 0 for all.
        callers: how many threads will bring texts at once, and share the processors.

    Raises:
        ModelUnavailable: no weights or no runtime here; keyword search still works.
    """
    if config.model == NO_MODEL:
        raise ModelUnavailable("No model is configured.", hint='Set encoder.model = "packaged" in kb.toml.')
    adapter = adapter_of(config)
    if config.runtime == "torch" or (config.runtime == "auto" and many and _has_cuda()):
        return _torch(config.model, adapter, jobs)
    if importlib.util.find_spec("openvino") is None:
        if config.runtime == "openvino":
            raise ModelUnavailable("OpenVINO is not installed.", hint="Install it with pip install openvino.")
        return _torch(config.model, adapter, jobs)
    try:
        whole = config.runtime == "openvino"
        return _openvino(config.model, adapter, whole=whole, many=many, jobs=jobs or processors(), callers=callers)
    except ModelUnavailable:
        raise
    except EncoderError:
        if config.runtime == "openvino":
            raise
        return _torch(config.model, adapter, jobs)


def is_quick(config: Config) -> bool:
    """Whether an encoder for a few texts is loaded in a moment, and is the one that would be loaded for many."""
    if config.model == NO_MODEL or config.runtime == "torch" or (config.runtime == "auto" and _has_cuda()):
        return False
    return importlib.util.find_spec("openvino") is not None and prepared(config.model, adapter_of(config)).is_ready()


def _openvino(model: str, adapter: Path | None, *, whole: bool, many: bool, jobs: int, callers: int) -> Encoder:
    layout = prepared(model, adapter)
    if not layout.is_ready():
        from kb.encoder.prepare import prepare

        layout = prepare(model, adapter)
    from kb.encoder.mixed_runtime import MixedEncoder
    from kb.encoder.openvino_runtime import OpenVinoEncoder

    mixed = not whole and layout.has_lower() and prefers_integers()
    try:
        encoder = (MixedEncoder if mixed else OpenVinoEncoder)(layout, jobs, callers)
        encoder.compile(many=many)
    except (RuntimeError, ImportError, OSError) as error:
        # A processor or system library that OpenVINO cannot use shows up as one of these.
        raise EncoderError(f"OpenVINO does not run here: {error}", hint='Set encoder.runtime = "torch".') from error
    return encoder


def _torch(model: str, adapter: Path | None, jobs: int) -> Encoder:
    if importlib.util.find_spec("torch") is None:
        raise ModelUnavailable("Neither OpenVINO nor torch is installed.", hint="Install the package with its models.")
    from kb.encoder.torch_runtime import TorchEncoder

    return TorchEncoder(model, adapter, jobs)


def _has_cuda() -> bool:
    """Whether an NVIDIA card is visible; asked without importing torch."""
    return Path("/dev/nvidia0").exists() or Path("/dev/nvidiactl").exists()
