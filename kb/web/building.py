"""No index yet: build it, show how far it has come, and go on.

The build runs in a thread of its own, one per configuration, so that a reload does not stop it
and two readers see the same one.
"""

from __future__ import annotations

import threading

import streamlit as st

from kb.config import Config
from kb.errors import IndexBusy, IndexFault, KbError
from kb.index.build import build
from kb.web.errors import show_details
from kb.web.texts import t

_SHARES = {"model": (0.0, 0.03), "read": (0.03, 0.06), "embed": (0.06, 0.97), "write": (0.97, 1.0)}
"""Where on the bar each step begins and ends."""


class Build:
    """One run of the indexer, and how far it has come."""

    def __init__(self, config: Config) -> None:
        self.step: tuple[str, int, int] = ("start", 0, 0)
        self.problem: KbError | None = None
        self.crash: BaseException | None = None
        self.done = threading.Event()
        self._config = config
        threading.Thread(target=self._run, name="build", daemon=True).start()

    def _run(self) -> None:
        try:
            build(self._config, progress=self._tell)
        except KbError as error:
            self.problem = error
        except OSError as error:
            message = f"The index cannot be written in {self._config.index}: {error}."
            self.problem = IndexFault(message, hint="Check that the disk has room and that the app may write there.")
        except BaseException as error:  # noqa: BLE001  shown to the one who waits for it
            self.crash = error
        finally:
            self.done.set()

    def _tell(self, step: str, done: int, total: int) -> None:
        self.step = (step, done, total)


class Builds:
    """The builds of this process, by configuration."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[str, Build] = {}

    def of(self, config: Config) -> Build:
        """The build of a configuration; started if there is none."""
        with self._lock:
            key = repr(config)
            if key not in self._running:
                self._running[key] = Build(config)
            return self._running[key]

    def forget(self, ended: Build) -> None:
        """Let the next run that needs the index start anew."""
        with self._lock:
            self._running = {key: build for key, build in self._running.items() if build is not ended}


@st.cache_resource(show_spinner=False)
def _builds() -> Builds:
    return Builds()


def building_page(config: Config, language: str) -> None:
    """Build the index while the reader watches, then show the page that was asked for."""
    st.title(t("building.heading", language), anchor=False)
    st.write(t("building.lead", language))
    running = _builds().of(config)
    bar = st.progress(0.0, text=t("building.start", language))
    while not running.done.wait(0.2):
        share, text = _told(running.step, language)
        bar.progress(share, text=text)
    _builds().forget(running)
    if running.crash:
        raise running.crash
    if running.problem:
        bar.empty()
        _show_problem(running.problem, language)
        return
    st.rerun()


def _told(step: tuple[str, int, int], language: str) -> tuple[float, str]:
    """How full the bar is, and what is being done, in plain words."""
    name, done, total = step
    start, end = _SHARES.get(name, (0.0, 0.0))
    share = start + (end - start) * (done / total if total else 0.0)
    return min(share, 1.0), t(f"building.{name}", language, done=done, total=total)


def _show_problem(problem: KbError, language: str) -> None:
    """What went wrong; the page is tried again when the button is pressed, and now and then by itself."""
    if isinstance(problem, IndexBusy):
        st.info(t("building.busy", language))
    else:
        st.error(t("building.failed", language))
        show_details(problem, language)
    st.button(t("building.retry", language), type="primary")
