"""What the process tells its caller."""

DONE = 0
FAILED = 1
"""Something is missing or went wrong; the message says what to do."""
WRONG_USE = 2
"""The command line or the configuration is wrong."""
NO_RUNNER = 3
"""A recording of which there are no figures: nobody runs, or not alone, or too small to see."""
DEGRADED = 4
"""`run` has coached, and a part of the device did not work; the log says which."""
FAULT = 70
"""A fault of hipdrive itself; what `sysexits.h` calls `EX_SOFTWARE`."""
