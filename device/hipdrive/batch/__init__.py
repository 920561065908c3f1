"""Many recordings measured side by side: on this machine's cores, or on a Dask cluster."""
