"""Embedding on a Dask cluster: `client` sends texts and takes vectors back, `worker` is what runs over there."""
