"""Guards: what extending further must not cost. While one is tripped, nothing asks for more."""
