"""Advice after a run: at most three sentences from figures that changed. Pure."""
