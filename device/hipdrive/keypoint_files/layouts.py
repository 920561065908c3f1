"""In which order models have their key points, where a file does not name them."""

from __future__ import annotations

from hipdrive.types.skeleton import COCO_17

HALPE_FEET = (
    *("head", "neck", "hip", "left_big_toe", "right_big_toe"),
    *("left_small_toe", "right_small_toe", "left_heel", "right_heel"),
)
WHOLE_BODY_FEET = (
    *("left_big_toe", "left_small_toe", "left_heel"),
    *("right_big_toe", "right_small_toe", "right_heel"),
)
NAMES_BY_COUNT = {
    17: COCO_17.joints,
    26: (*COCO_17.joints, *HALPE_FEET),
    133: (*COCO_17.joints, *WHOLE_BODY_FEET),
}
"""COCO, Halpe-26 and COCO-WholeBody (whose face and hands are left out): MMPose's
`configs/_base_/datasets`."""
