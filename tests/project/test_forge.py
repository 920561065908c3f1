"""Workflows, forms and hooks call what there is, and only that."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
FORGE = REPOSITORY / ".github"
WORKFLOWS = sorted((FORGE / "workflows").glob("*"))
FORMS = sorted(path for path in (FORGE / "ISSUE_TEMPLATE").glob("*") if path.stem != "config")
OURS = re.compile(r"(?<![\w./-])(?:scripts|\.ci)/[\w.-]+")


def read(path: Path) -> Any:  # noqa: ANN401 - what a file of YAML holds
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def commands(workflow: Path) -> list[str]:
    """What the steps of a workflow run."""
    steps = [step for job in read(workflow)["jobs"].values() for step in job["steps"]]
    return [step["run"] for step in steps if "run" in step]


def assert_starts(program: str) -> None:
    path = REPOSITORY / program
    assert path.is_file(), program
    assert os.access(path, os.X_OK), program


def test_the_tests_and_the_demo_are_run() -> None:
    run = {
        program for path in WORKFLOWS for text in commands(path) for program in OURS.findall(text)
    }
    assert {".ci/run", "scripts/test", "scripts/demo"} <= run


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_calls_scripts_that_start(workflow: Path) -> None:
    called = [program for text in commands(workflow) for program in OURS.findall(text)]
    assert called
    for program in called:
        assert_starts(program)


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_only_read_and_ends(workflow: Path) -> None:
    content = read(workflow)
    assert content["permissions"] == {"contents": "read"}
    for name, job in content["jobs"].items():
        assert job["timeout-minutes"] <= 90, name
        assert "permissions" not in job, name


def test_the_workflows_have_the_versions_that_are_promised() -> None:
    pyproject = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    jobs = read(FORGE / "workflows" / "test.yml")["jobs"]
    (setup,) = (step for step in jobs["both-pythons"]["steps"] if "python" in step.get("uses", ""))
    for version in setup["with"]["python-version"].split():
        assert f"Programming Language :: Python :: {version}" in pyproject["project"]["classifiers"]
    assert jobs["test"]["strategy"]["matrix"]["debian"] == ["debian:12", "debian:13"]


@pytest.mark.parametrize("form", FORMS, ids=lambda path: path.name)
def test_a_form_asks_with_labels_and_ids_of_its_own(form: Path) -> None:
    content = read(form)
    assert content["name"]
    assert content["description"]
    questions = [part for part in content["body"] if part["type"] != "markdown"]
    ids = [question["id"] for question in questions]
    assert len(set(ids)) == len(ids) > 0
    assert all(question["attributes"]["label"] for question in questions)


@pytest.mark.parametrize("form", FORMS, ids=lambda path: path.name)
def test_a_form_names_documents_that_there_are(form: Path) -> None:
    for name in re.findall(r"\.\./blob/main/([\w./-]+)", form.read_text(encoding="utf-8")):
        assert (REPOSITORY / name).is_file()


def test_hooks_call_scripts_that_start() -> None:
    repositories = read(REPOSITORY / ".pre-commit-config.yaml")["repos"]
    assert [repository["repo"] for repository in repositories] == ["local"]
    for hook in repositories[0]["hooks"]:
        assert_starts(hook["entry"])
