"""A person of the asked size and girth, in whole clothes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from hipdrive.rendered.mesh.asset import LEGWEAR, SURFACES
from hipdrive.rendered.mesh.dressed import dressed

if TYPE_CHECKING:
    from hipdrive.rendered.mesh.dressed import DressedBody

each_sex = pytest.mark.parametrize("sex", ["male", "female"])


def height_m(person: DressedBody) -> float:
    return float(np.ptp(person.vertices[:, 2]))


def waist_m(person: DressedBody) -> float:
    """How deep the shirt is, front to back, a third of the way from hips to shoulders."""
    hips, shoulders = (person.joints[f"{name}_left"][2] for name in ("hip", "shoulder"))
    level = hips + (shoulders - hips) / 3
    shirt = np.unique(person.quads[person.surfaces == SURFACES.index("shirt")])
    positions = person.vertices[shirt]
    return float(np.ptp(positions[np.abs(positions[:, 2] - level) < 0.03, 0]))


@each_sex
@pytest.mark.parametrize("asked_m", [1.5, 1.75, 2.0])
def test_a_person_has_the_asked_height(sex: str, asked_m: float) -> None:
    assert height_m(dressed(sex, 1.0, asked_m, "shorts")) == pytest.approx(asked_m, rel=0.02)


@each_sex
def test_a_heavier_build_is_a_wider_waist(sex: str) -> None:
    waists = [waist_m(dressed(sex, build, 1.75, "shorts")) for build in (0.75, 0.85, 1.0, 1.3, 1.4)]
    assert waists == sorted(waists)
    assert waists[3] > 1.12 * waists[1]


def test_a_build_between_two_shapes_lies_between_them() -> None:
    slim, middle, usual = (
        dressed("female", build, 1.7, "tights").vertices for build in (0.85, 0.925, 1.0)
    )
    assert np.abs((slim + usual) / 2 - middle).max() < 1e-5


@pytest.mark.parametrize("legwear", LEGWEAR)
def test_legwear_reaches_where_it_ends(legwear: str) -> None:
    person = dressed("male", 1.0, 1.75, legwear)
    cloth = np.unique(person.quads[person.surfaces == SURFACES.index("legwear")])
    lowest = person.vertices[cloth, 2].min()
    knee, ankle = (person.joints[f"{name}_left"][2] for name in ("knee", "ankle"))
    if legwear == "shorts":
        assert knee < lowest < knee + 0.2
    else:
        assert ankle < lowest < ankle + 0.1


def test_skin_under_tights_is_taken_away() -> None:
    """No bare quad is left between the knee and mid-shank, where shorts leave skin."""
    found = {}
    for legwear in LEGWEAR:
        person = dressed("female", 1.0, 1.7, legwear)
        high, low = (person.joints[f"{name}_left"][2] for name in ("knee", "ankle"))
        skin = person.quads[person.surfaces == SURFACES.index("skin")]
        centre = person.vertices[skin].mean(axis=1)[:, 2]
        found[legwear] = int(((centre < high) & (centre > (high + low) / 2)).sum())
    assert found["tights"] == 0
    assert found["shorts"] > 50


@each_sex
def test_every_quad_looks_somewhere(sex: str) -> None:
    person = dressed(sex, 1.0, 1.75, "shorts")
    assert np.abs(np.linalg.norm(person.normals, axis=1) - 1).max() < 1e-3
    assert np.isfinite(person.vertices).all()


def test_only_a_woman_has_a_ponytail() -> None:
    reach_m = {
        sex: person.joints["eyes"][0] - person.vertices[person.quads[hair], 0].min()
        for sex in ("male", "female")
        for person in [dressed(sex, 1.0, 1.75, "shorts")]
        for hair in [person.surfaces == SURFACES.index("hair")]
    }
    assert reach_m["female"] > reach_m["male"] + 0.03
