"""The metrics: one file each, which declares what it is and measures it.

A metric takes the `StrideWindow` of one accepted stride and gives whole units, or None where
something is missing. A new one is a file here and a line in `catalogue.METRICS`; a program outside
of the package calls `catalogue.register` instead, before it makes an engine. Columns, summaries and
messages follow from the declaration. A metric may name joints beyond hip, knee and ankle among its
key points, such as "heel": they are filtered along with the others where the pose model's skeleton
has them (`StrideWindow.joint_x`), and the metric is None where it has not.
"""
