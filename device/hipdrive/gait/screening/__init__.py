"""Which strides may be used."""
