"""How the device fares."""
