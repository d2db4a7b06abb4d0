"""The page of one practice."""
