"""Home Assistant: the entities of a device, and the discovery message."""
