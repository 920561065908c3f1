"""Sessions in other programs' formats: one file a format, one line in `registry`."""
