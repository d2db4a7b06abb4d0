"""The server holds nothing back."""

from __future__ import annotations

import os
import socket

from kb.web.prompt import send_at_once


def test_connections_to_a_socket_that_is_open_send_at_once() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        send_at_once()
        with socket.create_connection(door.getsockname()), door.accept()[0] as line:
            assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_what_is_no_such_socket_is_left_alone() -> None:
    read, write = os.pipe()
    left, right = socket.socketpair()
    with left, right:
        send_at_once()
        left.sendall(b"a")
        assert right.recv(1) == b"a"
    os.write(write, b"b")
    assert os.read(read, 1) == b"b"
    os.close(read)
    os.close(write)
