from __future__ import annotations

from hipdrive import words
from hipdrive.gait.metrics.catalogue import METRICS

ANGLES = {"thigh_ext", "hip_ext"}
"""Every stride has them; the catalogue has the others."""


def test_every_metric_that_has_plain_words_is_measured() -> None:
    assert set(words.METRICS) - ANGLES <= {metric.name for metric in METRICS}
