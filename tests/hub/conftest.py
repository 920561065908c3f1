"""The broker and certificates, for all tests of the hub."""

from support.certificates import authority, stranger
from support.mosquitto import broker

__all__ = ["authority", "broker", "stranger"]
