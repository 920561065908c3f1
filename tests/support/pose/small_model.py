"""A model of a store's own: bytes that nobody runs, and their entry in a manifest."""

from __future__ import annotations

import hashlib

from hipdrive.pose.store import ModelSpec

WEIGHTS = b"weights of a small model" * 99
SPEC = ModelSpec(
    name="small",
    file="small.tflite",
    title="Small",
    url="https://models.example/small.tflite",
    size_bytes=len(WEIGHTS),
    sha256=hashlib.sha256(WEIGHTS).hexdigest(),
    licence="MIT",
    family="movenet",
    input_shape=(1, 2),
    input_dtype="uint8",
    output_shape=(1,),
    output_dtype="float32",
)
