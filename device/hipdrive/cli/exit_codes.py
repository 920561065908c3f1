"""The exit codes of the process."""

DONE = 0
FAILED = 1
"""Something is missing or went wrong; the message has a remedy."""
WRONG_USE = 2
"""The command line or the configuration is wrong."""
NO_RUNNER = 3
"""A recording without figures: no one runs in it, or not alone, or too small to see."""
