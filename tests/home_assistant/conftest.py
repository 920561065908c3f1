"""The broker between the device and Home Assistant."""

from support.mosquitto import broker

__all__ = ["broker"]
