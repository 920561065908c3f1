"""The home hub: what a device publishes over MQTT, and the commands it receives."""
