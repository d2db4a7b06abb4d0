"""Answers that are sent as soon as they are made.

Streamlit answers in many small messages, on a socket of its own making. There the system holds each one
back until the browser has acknowledged the one before: 40 ms and more at every press, on any network.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress

_MOST = 256
"""File descriptors that are looked at: the server's socket is among the first that a process opens."""


def send_at_once() -> None:
    """Let nothing be held back on the sockets that this process has; connections take after the one they come to."""
    for descriptor in range(3, _MOST):
        # What is no socket, or none of TCP, is left as it is.
        with suppress(OSError), socket.socket(fileno=os.dup(descriptor)) as found:
            if found.family in {socket.AF_INET, socket.AF_INET6} and found.type == socket.SOCK_STREAM:
                found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
