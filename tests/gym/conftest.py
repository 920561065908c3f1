"""The broker and the database, for all tests of the gym's server."""

from support.mosquitto import broker
from support.postgres import empty_database, postgres

__all__ = ["broker", "empty_database", "postgres"]
