"""A window of the app, by its own protocol: one page is drawn, and what it shows is kept."""

from __future__ import annotations

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.util import calc_hash
from websockets.sync.client import connect
from websockets.typing import Origin

from kb.files import sha256

PATIENCE = 300
"""Seconds without a word from the server after which a page counts as not drawn."""


class NotDrawn(Exception):
    """The page shows that something went wrong."""


def draw(port: int, path: str) -> str:
    """A digest of everything that a page of the app says; raises what `shown` does."""
    return sha256("\n".join(shown(port, path)))


def shown(port: int, path: str) -> list[str]:
    """Everything that a page of the app says, in its order.

    Raises:
        NotDrawn: an exception or an error is what it says.
        TimeoutError: the page did not become whole.
    """
    page, _, query = path.partition("?")
    found: list[str] = []
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    here = Origin(f"http://127.0.0.1:{port}")
    with connect(address, max_size=None, open_timeout=PATIENCE, origin=here) as line:
        asked = BackMsg()
        asked.rerun_script.query_string = query
        asked.rerun_script.page_script_hash = calc_hash(page) if page else ""
        asked.rerun_script.context_info.locale = "nb-NO"
        asked.rerun_script.context_info.url = f"http://127.0.0.1:{port}/{page}"
        line.send(asked.SerializeToString())
        while True:
            message = ForwardMsg.FromString(bytes(line.recv(timeout=PATIENCE, decode=False)))
            kind = message.WhichOneof("type")
            if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                found += _said(message)
            if kind == "script_finished":
                break
    if message.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:
        raise NotDrawn(f"The script ended with {message.script_finished}")
    return found


def _said(message: ForwardMsg) -> list[str]:
    element = message.delta.new_element
    kind = element.WhichOneof("type")
    if kind == "exception":
        raise NotDrawn(element.exception.message)
    if kind == "alert" and element.alert.format == element.alert.ERROR:
        raise NotDrawn(element.alert.body)
    if kind == "html":
        return [element.html.body]
    return [element.markdown.body] if kind == "markdown" else []
