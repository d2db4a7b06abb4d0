"""Text to vectors.

`load_encoder` gives the fastest runtime that this machine has for a model. Models come through
sentence-transformers; once prepared they are run by OpenVINO, so that a search never imports torch.
"""

from kb.encoder.load import load_encoder
from kb.encoder.protocol import Encoder, TextKind

__all__ = ["Encoder", "TextKind", "load_encoder"]
