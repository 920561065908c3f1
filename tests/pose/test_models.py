from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from hipdrive.errors import ModelError
from hipdrive.pose import store as models
from hipdrive.pose.store import fetch, find_spec, installed, manifest
from support.pose.small_model import SPEC, WEIGHTS

if TYPE_CHECKING:
    from pathlib import Path


MOVENET = manifest()["movenet-lightning-int8"]


@pytest.fixture(autouse=True)
def no_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if there were no checkout, and the network were cut."""
    monkeypatch.setattr(models, "CHECKOUT", tmp_path / "nowhere" / "checkout")
    answer_with(monkeypatch, OSError("the network is unreachable"))


def answer_with(monkeypatch: pytest.MonkeyPatch, answer: io.BytesIO | OSError) -> list[str]:
    asked: list[str] = []

    def urlopen(url: str, timeout: float) -> io.BytesIO:
        assert timeout > 0
        asked.append(url)
        if isinstance(answer, OSError):
            raise answer
        return answer

    monkeypatch.setattr("urllib.request.urlopen", urlopen)
    return asked


def folder_with(path: Path, content: bytes = WEIGHTS) -> Path:
    path.mkdir(parents=True)
    (path / SPEC.file).write_bytes(content)
    return path


def test_the_manifest_states_what_is_known_of_movenet() -> None:
    # ../shared/clips/README.md
    spec = MOVENET
    assert spec.size_bytes == 2_894_840
    assert spec.sha256 == "cd7cc22fa946e5d146a7b98d496853e1923e22828d3972d579973f27f91bb105"
    assert spec.licence == "Apache-2.0"
    assert spec.url.startswith("https://storage.googleapis.com/tfhub-lite-models/google/")
    assert (spec.input_shape, spec.input_dtype) == ((1, 192, 192, 3), "uint8")
    assert (spec.output_shape, spec.output_dtype) == ((1, 1, 17, 3), "float32")


def test_an_unknown_model_is_refused_with_the_known_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "manifest", lambda: {MOVENET.name: MOVENET})
    with pytest.raises(ModelError, match="movenet-lightning-int8"):
        find_spec("movenet-thunder")


def test_the_named_folder_is_the_only_one(tmp_path: Path) -> None:
    named, elsewhere = tmp_path / "named", folder_with(tmp_path / "elsewhere")
    named.mkdir()
    with pytest.raises(ModelError, match=r"named: has no small\.tflite"):
        fetch(SPEC, tmp_path / "store", named, {"HIPDRIVE_MODELS": str(elsewhere)})
    fetch(SPEC, tmp_path / "store", elsewhere, {})
    assert installed(SPEC, tmp_path / "store").read_bytes() == WEIGHTS


def test_the_folder_of_the_variable_comes_before_the_network_and_no_other_is_looked_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answer_with(monkeypatch, io.BytesIO(WEIGHTS))
    variable = {"HIPDRIVE_MODELS": str(tmp_path / "variable")}
    assert fetch(SPEC, tmp_path / "1", None, variable) == f"from {SPEC.url}"
    assert asked == [SPEC.url]
    folder_with(models.CHECKOUT.parent / "shared" / "models")
    asked = answer_with(monkeypatch, io.BytesIO(WEIGHTS))
    assert fetch(SPEC, tmp_path / "2", None, variable) == f"from {SPEC.url}"
    folder_with(tmp_path / "variable")
    assert fetch(SPEC, tmp_path / "3", None, variable) == f"from {tmp_path / 'variable'}"
    assert asked == [SPEC.url]
    for number in "123":
        assert [f.name for f in (tmp_path / number).iterdir()] == [SPEC.file]


def test_what_is_there_already_is_not_fetched_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = folder_with(tmp_path / "store")
    asked = answer_with(monkeypatch, io.BytesIO(WEIGHTS))
    assert fetch(SPEC, store, None, {}) == f"already in {store}"
    assert not asked


def test_a_damaged_file_in_the_store_is_replaced(tmp_path: Path) -> None:
    store = folder_with(tmp_path / "store", WEIGHTS[:-1] + b"?")
    fetch(SPEC, store, folder_with(tmp_path / "good"), {})
    assert installed(SPEC, store).read_bytes() == WEIGHTS


@pytest.mark.parametrize(
    ("content", "said"),
    [(WEIGHTS[:-1] + b"?", "SHA-256"), (WEIGHTS[:-1], "bytes"), (WEIGHTS + b"x", "bytes")],
    ids=["other", "shorter", "longer"],
)
def test_what_is_not_the_model_is_refused_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, said: str
) -> None:
    with pytest.raises(ModelError, match=said):
        fetch(SPEC, tmp_path / "store", folder_with(tmp_path / "wrong", content), {})
    answer_with(monkeypatch, io.BytesIO(content))
    with pytest.raises(ModelError, match=said):
        fetch(SPEC, tmp_path / "store", None, {})
    assert not list((tmp_path / "store").iterdir())
    with pytest.raises(ModelError, match="hipdrive models fetch"):
        installed(SPEC, tmp_path / "store")


def test_a_download_that_breaks_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class ResetAnswer(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                raise ConnectionResetError("connection reset")
            return super().read(min(size or 1, 100))

    answer_with(monkeypatch, ResetAnswer(WEIGHTS))
    with pytest.raises(ModelError, match=r"connection reset.*--from FOLDER"):
        fetch(SPEC, tmp_path / "store", None, {})
    assert not list((tmp_path / "store").iterdir())


def test_a_server_that_sends_without_end_is_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Endless(io.BytesIO):
        sent = 0

        def read(self, size: int | None = -1, /) -> bytes:
            assert size is not None
            assert size > 0
            self.sent += size
            return b"x" * size

    endless = Endless()
    answer_with(monkeypatch, endless)
    with pytest.raises(ModelError, match="bytes"):
        fetch(SPEC, tmp_path / "store", None, {})
    assert endless.sent == SPEC.size_bytes + 1


def test_only_https_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answer_with(monkeypatch, io.BytesIO(WEIGHTS))
    for url in ("http://models.example/m", "file:///etc/passwd"):
        with pytest.raises(ModelError, match="https"):
            fetch(replace(SPEC, url=url), tmp_path / "store", None, {})
    assert not asked


def test_a_store_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ModelError, match=r"file/store.*cannot be"):
        fetch(SPEC, tmp_path / "file" / "store", folder_with(tmp_path / "good"), {})
