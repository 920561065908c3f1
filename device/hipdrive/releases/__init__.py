"""Releases of hipdrive on a device: installed beside each other, switched, watched, taken back.

Standard library only: `scripts/install` runs it from the wheel with the system's Python, before
there is a virtual environment.
"""
