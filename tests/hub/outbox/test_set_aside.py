"""What the broker never takes stays readable, on a disk of any size and mood."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING

from hipdrive.hub.messages.outgoing import MqttMessage, Priority
from hipdrive.hub.outbox import set_aside
from hipdrive.hub.outbox.backlog import Backlog
from hipdrive.hub.outbox.set_aside import SetAside, SetAsideFile
from support.hub.outgoing import CLOCK, decoded, outgoing

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def aside(payload: bytes) -> SetAside:
    return SetAside(MqttMessage("a/b", payload), "too large")


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def give_up_head(backlog: Backlog) -> None:
    head = backlog.head()
    assert head is not None
    backlog.set_aside(head, "too large")


def test_whatever_the_payload_is_a_line_of_json_is_written(tmp_path: Path) -> None:
    path = tmp_path / "aside.jsonl"
    payloads = [b'{"a":1}', b"no json", b"\xff\x00", b"[" * 100_000, b"a\nb"]
    assert SetAsideFile(path).append([aside(payload) for payload in payloads])
    kept = lines(path)
    assert [each["message"] for each in kept[:2]] == [{"a": 1}, "no json"]
    assert len(kept) == len(payloads)
    assert {each["why"] for each in kept} == {"too large"}


def test_the_file_does_not_grow_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(set_aside, "FILE_BYTES", 1_000)
    path = tmp_path / "aside.jsonl"
    file = SetAsideFile(path)
    for number in range(100):
        file.append([aside(b"%d" % number)])
    sizes = [each.stat().st_size for each in tmp_path.iterdir()]
    assert len(sizes) == 2
    assert max(sizes) <= 1_000
    assert lines(path)[-1]["message"] == 99


def test_a_row_is_set_aside_before_it_is_deleted_and_the_next_is_the_head(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    with closing(Backlog(path, CLOCK)) as backlog:
        backlog.open()
        for number in (1, 2):
            backlog.put(outgoing(number))
        give_up_head(backlog)
        assert [each["message"] for each in lines(tmp_path / "outbox.set-aside.jsonl")]
        head = backlog.head()
        assert head is not None
        assert decoded(head.message)["number"] == 2
        assert (backlog.depth.set_aside, backlog.depth.rows) == (1, 1)
    with closing(Backlog(path, CLOCK)) as again:
        again.open()
        assert again.depth.rows == 1


def test_what_the_disk_does_not_take_is_written_when_it_does(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "outbox.set-aside.jsonl"
    path.mkdir()
    with closing(Backlog(tmp_path / "outbox.sqlite", CLOCK)) as backlog:
        backlog.open()
        for number in (1, 2, 3):
            backlog.put(outgoing(number))
        give_up_head(backlog)
        give_up_head(backlog)
        assert sum("cannot be written" in line for line in caplog.messages) == 1
        path.rmdir()
        backlog.put(outgoing(4))
        assert len(lines(path)) == 2


def test_a_stride_is_given_up_and_not_written(tmp_path: Path) -> None:
    with closing(Backlog(tmp_path / "outbox.sqlite", CLOCK)) as backlog:
        backlog.open()
        backlog.put(outgoing(1, Priority.MEMORY_ONLY))
        give_up_head(backlog)
        assert (backlog.depth.refused, backlog.depth.set_aside, backlog.depth.total) == (1, 0, 0)
    assert not (tmp_path / "outbox.set-aside.jsonl").exists()
