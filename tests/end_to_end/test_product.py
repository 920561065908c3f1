"""What the README promises, beyond the figures: commands, files, service, documents."""

from __future__ import annotations

import os
import re
import runpy
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from conftest import REPOSITORY
from hipdrive.cli import main, parser

if TYPE_CHECKING:
    from pathlib import Path

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
HEAVY = ("numpy", "cv2", "av", "pydantic", "rich", "gpiozero", "paho", "ai_edge_litert")


def test_the_command_line_imports_nothing_heavy_to_answer_a_question() -> None:
    program = (
        "import sys, hipdrive.cli as cli\n"
        "try: cli.main(['--help'])\n"
        f"except SystemExit: print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert answer.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    "command", re.findall(r"^hipdrive ((?:models )?[\w-]+)", README, re.MULTILINE)
)
def test_every_command_of_the_readme_exists(command: str) -> None:
    with pytest.raises(SystemExit) as leaving:
        parser().parse_args([*command.split(), "--help"])
    assert leaving.value.code == 0


def test_the_readme_names_only_files_that_exist() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (REPOSITORY / target).is_file(), target


@pytest.mark.parametrize(
    ("kind", "pin"), [("green", 17), ("amber", 27), ("blue", 22), ("buzzer", 18)]
)
def test_the_pins_of_the_readme_are_the_defaults(kind: str, pin: int) -> None:
    from hipdrive.config import Config

    cues = Config().cues
    assert pin == (cues.buzzer.pin if kind == "buzzer" else getattr(cues.leds, kind))
    assert re.search(rf"{kind}.*GPIO {pin} ", README)


def test_wrong_use_has_its_exit_code(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(["replay"])
    assert leaving.value.code == 2
    assert "SOURCE" in capfd.readouterr().err


@pytest.mark.long
@pytest.mark.usefixtures("store_with_model")
def test_the_bench_prints_one_json_line_with_the_ratio(
    clip: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import json

    monkeypatch.syspath_prepend(str(REPOSITORY / "scripts"))
    options = ["--threads", "1", "--frames", "160"]
    monkeypatch.setattr(sys, "argv", ["bench", str(clip), *options])
    with pytest.raises(SystemExit) as leaving:
        runpy.run_path(str(REPOSITORY / "scripts" / "bench.py"), run_name="__main__")
    assert leaving.value.code == 0
    (line,) = capsys.readouterr().out.splitlines()
    figures = json.loads(line)
    assert figures["frames"] == 2 * 60, "two blocks after the warm-up of thirty"
    assert figures["threads"] == 1
    assert figures["look_ahead"]
    for name in ("loop_ms", "bare_invoke_ms", "gait_us", "loop_over_bare_invoke"):
        assert figures[name] > 0


@pytest.mark.usefixtures("store_with_model")
def test_the_bench_times_a_process_up_to_its_first_frame(clip: Path) -> None:
    bench = runpy.run_path(str(REPOSITORY / "scripts" / "bench_startup.py"))
    assert bench["ready_ms"](["-c", bench["LIBRARIES"]]) > 0
    assert bench["ready_ms"]([str(REPOSITORY / "scripts" / "bench_startup.py"), str(clip)]) > 0


def test_the_bench_asks_the_program_of_others_block_by_block(clip: Path, tmp_path: Path) -> None:
    """One that lies in a folder as TensorFlow's example does, and counts what it is shown."""
    (tmp_path / "ml").mkdir()
    (tmp_path / "ml" / "__init__.py").touch()
    (tmp_path / "ml" / "movenet.py").write_text(
        "import sys\n"
        "def Interpreter(model_path, num_threads):\n"
        "    print(model_path, num_threads, file=sys.stderr)\n"
        "class Movenet:\n"
        "    def __init__(self, model): Interpreter(model_path=model, num_threads=4)\n"
        "    def detect(self, image): print(image.shape[2], image.dtype, file=sys.stderr)\n",
        encoding="utf-8",
    )
    how = ["tensorflow-example", str(tmp_path), "m.tflite", "1", str(clip), "4"]
    asked = subprocess.run(
        [sys.executable, str(REPOSITORY / "scripts" / "bench_peer.py"), *how],
        input="5\n3\n",
        capture_output=True,
        text=True,
        check=True,
    )
    assert [float(line) > 0 for line in asked.stdout.splitlines()] == [True, True]
    assert asked.stderr.splitlines() == ["m.tflite 1", *["3 uint8"] * 8]


def test_the_metrics_are_documented_as_the_code_has_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "metrics.md"
    monkeypatch.setattr(sys, "argv", ["metrics_docs", str(target)])
    runpy.run_path(str(REPOSITORY / "scripts" / "metrics_docs.py"), run_name="__main__")
    committed = (REPOSITORY / "docs" / "metrics.md").read_text(encoding="utf-8")
    assert target.read_text(encoding="utf-8") == committed, "run scripts/metrics_docs.py"


def test_the_messages_are_documented_as_the_code_has_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["mqtt_docs", str(tmp_path)])
    runpy.run_path(str(REPOSITORY / "scripts" / "mqtt_docs.py"), run_name="__main__")
    made = {path.relative_to(tmp_path) for path in tmp_path.rglob("*.*")}
    schemas = (REPOSITORY / "docs" / "schemas").iterdir()
    assert made >= {path.relative_to(REPOSITORY / "docs") for path in schemas}
    for path in made:
        committed = (REPOSITORY / "docs" / path).read_text(encoding="utf-8")
        assert (tmp_path / path).read_text(encoding="utf-8") == committed, (
            "run scripts/mqtt_docs.py"
        )


def test_the_documents_of_the_hub_are_what_the_code_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["hub_docs", str(tmp_path)])
    runpy.run_path(str(REPOSITORY / "scripts" / "hub_docs.py"), run_name="__main__")
    for page in ("home-assistant.md", "commands.md"):
        committed = (REPOSITORY / "docs" / page).read_text(encoding="utf-8")
        assert (tmp_path / page).read_text(encoding="utf-8") == committed, "run scripts/hub_docs.py"


@pytest.fixture
def service(tmp_path: Path) -> Path:
    """The unit with a program that exists, as systemd checks that too."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not on this machine; on Debian: apt install systemd")
    text = (REPOSITORY / "systemd" / "hipdrive.service").read_text(encoding="utf-8")
    unit = tmp_path / "hipdrive.service"
    unit.write_text(re.sub(r"ExecStart=\S+", f"ExecStart={shutil.which('true')}", text))
    return unit


def test_the_service_takes_the_password_as_the_broker_files_say(service: Path) -> None:
    readme = REPOSITORY / "config" / "mosquitto" / "README.md"
    [more] = re.findall(
        r"^```ini\n(.*?)^```", readme.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    with service.open("a", encoding="utf-8") as unit:
        unit.write(f"\n{more}")
    answer = analyse("verify", str(service))
    assert (answer.returncode, answer.stderr) == (0, "")


def test_systemd_has_nothing_to_say_against_the_unit(service: Path) -> None:
    answer = analyse("verify", str(service))
    # It exits with 0 on unknown keys, and complains on stderr.
    assert answer.stderr == ""
    assert answer.returncode == 0


def test_the_unit_is_hardened(service: Path) -> None:
    answer = analyse("security", "--offline=true", "--threshold=15", str(service))
    assert answer.returncode == 0, answer.stdout[-200:]


def test_the_unit_starts_hipdrive_run() -> None:
    text = (REPOSITORY / "systemd" / "hipdrive.service").read_text(encoding="utf-8")
    assert re.search(r"^ExecStart=\S+/hipdrive run\b", text, re.MULTILINE)


@pytest.mark.parametrize("line", ["UMask=0077", "StateDirectoryMode=0700"])
def test_what_the_service_writes_is_its_own(line: str) -> None:
    text = (REPOSITORY / "systemd" / "hipdrive.service").read_text(encoding="utf-8")
    assert line in text.splitlines()


def analyse(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SYSTEMD_COLORS": "0"},
    )
