"""Devices without hardware, for measuring a broker, a collector and a database."""
