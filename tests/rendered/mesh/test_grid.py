"""The people who are measured: every body, facing, frame rate and room, and all can run."""

from __future__ import annotations

from itertools import product

import pytest

from hipdrive.rendered.mesh.grid import CAMERAS, FRAME_RATES, ROOMS, SUBJECTS, mesh_conditions
from hipdrive.rendered.truth import Truth


def test_the_matrix_is_whole() -> None:
    wanted = {
        (room, f"{subject.name}, {facing}, {fps:g} fps")
        for subject, facing, fps, room in product(SUBJECTS, ("right", "left"), FRAME_RATES, ROOMS)
    }
    assert len(wanted) == 6 * 2 * 2 * 4
    assert wanted <= {(row.what, row.value) for row in mesh_conditions()}


def test_no_row_comes_twice() -> None:
    rows = [(row.what, row.value) for row in mesh_conditions()]
    assert len(set(rows)) == len(rows)
    assert {f"camera {name}" for name in CAMERAS} <= {what for what, _ in rows}


def test_every_row_is_a_mesh_whose_settings_are_allowed() -> None:
    for row in mesh_conditions():
        settings = row.settings(0, 10.0)
        assert settings.runner.figure == "mesh"
        assert settings.runner.facing == row.value.split(", ")[1]


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
def test_every_body_can_run(subject: object) -> None:
    row = next(
        row for row in mesh_conditions() if row.value.startswith(getattr(subject, "name", "?"))
    )
    assert Truth(row.settings(0, 3.0)).strides()
