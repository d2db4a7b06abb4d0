"""A preview as a folder: made beside the one that is there, and put in its place whole."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from kb.base import KnowledgeBase
from kb.check import Finding, Report
from kb.config import NO_MODEL, Config
from kb.errors import ConfigError, KbError
from kb.files import sync_tree
from kb.index.build import build
from kb.practice import Practice
from kb.preview.change import Change
from kb.preview.pages import INDEX, MARK, Shown, index_page, page_of, practice_page
from kb.propose.near import near
from kb.propose.text import Near
from kb.web.base import Site


def write_preview(config: Config, change: Change, report: Report, out: Path, language: str = "") -> tuple[Path, ...]:
    """Write the pages of a change to a folder, and return them, the index page first.

    The practices are read as they stand in their folder, with the rest of them around: no index is needed, and where
    there is one it is only asked which practices are near.

    Raises:
        ConfigError: the folder holds something else than a preview.
    """
    _may_replace(out)
    with tempfile.TemporaryDirectory(prefix="praksis-preview-") as index:
        own = replace(config.aside(Path(index)), model=NO_MODEL)
        build(own)
        base = KnowledgeBase(own)
        site = Site(base, base.edition, language or config.language)
        by_path = {practice.path: practice for practice in base.practices}
        there = [by_path[path] for path in change.shown if path in by_path]
        pages = _pages(site, there, change, report, _asked(config, base))
    return _put(out, pages)


def _pages(
    site: Site, there: Sequence[Practice], change: Change, report: Report, asked: KnowledgeBase
) -> Mapping[str, str]:
    ids = {practice.id for practice in there}
    shown = [Shown(practice, _findings(practice, report), _near(asked, practice)) for practice in there]
    told = {finding for one in shown for finding in one.findings}
    others = [finding for finding in report.findings if finding not in told]
    pages = {INDEX: index_page(change, shown, others, site)}
    return pages | {page_of(practice.id): practice_page(practice, site, ids) for practice in there}


def _findings(practice: Practice, report: Report) -> tuple[Finding, ...]:
    """What is said of a practice and its cards."""
    beside = practice.path.with_suffix("")
    return tuple(
        finding
        for finding in report.findings
        if finding.path == practice.path or finding.path.as_posix().startswith(f"{beside.as_posix()}.i18n.")
    )


def _asked(config: Config, base: KnowledgeBase) -> KnowledgeBase:
    """Who knows best what is near: the index with its model, or the one that was made by words alone."""
    try:
        known = KnowledgeBase(config)
        _ = known.edition
    except KbError:
        return base
    return known


def _near(base: KnowledgeBase, practice: Practice) -> tuple[Near, ...]:
    try:
        return tuple(near(base, practice))
    except KbError:
        return ()


def _may_replace(out: Path) -> None:
    """See that nothing but an earlier preview would be lost.

    Raises:
        ConfigError: there is something else.
    """
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    index = out / INDEX
    if not index.is_file() or MARK not in index.read_text(encoding="utf-8", errors="replace")[:4096]:
        raise ConfigError(f"{out} is not empty, and no preview.", hint="Name another folder with --out.")


def _put(out: Path, pages: Mapping[str, str]) -> tuple[Path, ...]:
    out = Path(os.path.abspath(out))
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as beside:
        made, old = Path(beside, "new"), Path(beside, "old")
        made.mkdir()
        for name, text in pages.items():
            (made / name).write_text(text, encoding="utf-8")
        sync_tree(made)
        if out.exists():
            os.replace(out, old)
        os.replace(made, out)
        shutil.rmtree(old, ignore_errors=True)
    return tuple(out / name for name in pages)
