"""The home hub: what is published over MQTT."""
