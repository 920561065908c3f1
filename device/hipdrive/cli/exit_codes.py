"""The exit codes of the process."""

DONE = 0
FAILED = 1
"""Something is missing or went wrong; the message has a remedy."""
WRONG_USE = 2
"""The command line or the configuration is wrong."""
NO_RUNNER = 3
"""A recording without figures: no one runs in it, or not alone, or too small to see."""
DEGRADED = 4
"""`run` has coached, and a part of the device did not work; the log says which."""
FAULT = 70
"""A fault of hipdrive itself; what `sysexits.h` calls `EX_SOFTWARE`."""
