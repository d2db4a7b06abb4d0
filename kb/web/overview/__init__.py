"""The page that counts what there is."""
