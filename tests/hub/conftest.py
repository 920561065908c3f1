"""The broker and certificates, for all tests of the hub."""

from certificates import authority, stranger
from mosquitto import broker

__all__ = ["authority", "broker", "stranger"]
