"""An index in PostgreSQL with pgvector, for many indexers and many replicas of the app; see docs/postgresql.md."""
