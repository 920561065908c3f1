"""The gait engine: pure, whole numbers, standard library only.

Poses go in, angles and strides come out; the same bits on every machine.
"""
