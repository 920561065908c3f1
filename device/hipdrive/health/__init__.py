"""Health of the device: the loop, the machine, and what is wrong; knows no transport."""
