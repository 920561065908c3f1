"""The broker between the device and Home Assistant."""

from mosquitto import broker

__all__ = ["broker"]
