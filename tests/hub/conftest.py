"""The broker, for all tests of the hub."""

from mosquitto import broker

__all__ = ["broker"]
