"""The broker, the database and certificates, for all tests of the gym's server."""

from support.certificates import authority
from support.mosquitto import broker
from support.postgres import empty_database, postgres

__all__ = ["authority", "broker", "empty_database", "postgres"]
