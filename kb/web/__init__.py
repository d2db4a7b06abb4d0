"""The app: one file per page, shared components, and every text in one table."""
