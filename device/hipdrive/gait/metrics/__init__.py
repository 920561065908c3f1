"""The metrics: one file each, which declares what it is and measures it.

A metric takes the `Window` of one stride and gives whole units, or None where something is missing.
None of them needs a pelvis or a foot, which the key points do not show.
"""
