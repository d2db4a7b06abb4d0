"""What this machine multiplies fastest in; asked without importing what multiplies."""

from __future__ import annotations

import importlib.util
import os
import platform
from pathlib import Path

_BF16 = ("avx512_bf16", "amx_bf16")


def processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def has_bf16() -> bool:
    """Whether the processor multiplies in bf16; elsewhere than on Linux it is taken not to."""
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8", errors="replace") as lines:
            # One processor tells for all, and a large machine's list is long.
            flags = next((line for line in lines if line.startswith("flags")), "")
    except OSError:
        return False
    return any(flag in flags.split() for flag in _BF16)


def prefers_integers() -> bool:
    """Whether products of 8-bit integers are the fastest that there are here, and CTranslate2 to make them."""
    is_measured = platform.machine() in {"x86_64", "AMD64"}
    return is_measured and not has_bf16() and importlib.util.find_spec("ctranslate2") is not None
