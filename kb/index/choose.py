"""Where the index of a configuration is kept: whoever reads or writes it need not know which it is."""

from __future__ import annotations

import importlib

from kb.config import Config
from kb.errors import ConfigError
from kb.index.storage import Storage


def storage_of(config: Config) -> Storage:
    """The folder of the index, or the database that is configured instead.

    Raises:
        ConfigError: the driver for it is not installed.
    """
    if config.store:
        try:
            importlib.import_module("psycopg_pool")
        except ImportError as error:
            hint = 'Run pip install "praksis[postgresql]", or take store out of kb.toml.'
            raise ConfigError("The driver for PostgreSQL is not installed.", hint=hint) from error
        from kb.index.postgres.storage import PostgresStorage

        return PostgresStorage(config.store, config.index)
    from kb.index.folder import FolderStorage

    return FolderStorage(config.index)
