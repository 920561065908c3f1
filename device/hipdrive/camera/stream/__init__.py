"""Cameras whose pictures come as a stream: over USB, or over the network."""
