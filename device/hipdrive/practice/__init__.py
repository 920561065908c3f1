"""Simulated practice: runners who answer what the panel shows, session after session."""
