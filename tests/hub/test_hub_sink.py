"""With a broker that is there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from hipdrive.hub.messages.clock import Clock
from hipdrive.hub.mqtt.link import MqttLink
from hipdrive.hub.sink import HubSink
from hipdrive.session.loop_times import LoopTimeHistogram
from hipdrive.session.report import summarise
from hipdrive.session.stats import SessionStats
from hipdrive.session.summary import SessionInfo
from hipdrive.types.cue import Cue, CueKind
from hipdrive.types.fixed_point import ONE
from hipdrive.types.stride import Rejection
from support.hub.drills import FOLDERS
from support.hub.frames import (
    FAST,
    FRAME_NS,
    SESSION,
    T0_NS,
    first_result,
    frame_result,
    hub_config,
    make_hub,
    stride,
    stride_result,
    stride_t_s,
)
from support.hub.hub_and_link import HubAndLink
from support.messages.examples import example_stride, example_summary
from support.mosquitto import Broker, Listener

if TYPE_CHECKING:
    from hipdrive.session.sink import SessionSink

COMMON_KEYS = {"id", "series", "seq", "dropped", "utc", "monotonic_s", "clock_synchronised"}
"""The keys of every message that must not be lost."""
HOLD = """
import sys, threading
from support.hub.frames import make_hub
hub = make_hub(int(sys.argv[1]))
threading.Event().wait()
"""


def states(listener: Listener) -> list[bytes]:
    return [message.payload for message in listener.on("/availability")]


def test_a_session_publishes_through_it_as_through_any_sink(broker: Broker) -> None:
    """Held to the protocol by mypy, and to what a session expects of it by what arrives."""
    so_far = example_summary(example_stride())
    with (
        Listener(broker.port) as listener,
        MqttLink(hub_config(broker.port), backoff=FAST) as link,
    ):
        sink: SessionSink = HubSink(link, SESSION, lambda: so_far)
        assert (sink.info.name, sink.info.may_be_slow) == ("hub", True)
        for result in (first_result(), stride_result(1)):
            sink.on_frame(result)
        sink.end(so_far)
        [stride] = listener.wait_count("/stride", 1)
        [summary] = listener.wait_count("/summary", 1)
        assert sink.warnings == []
    assert (stride.json["session"], stride.json["t_s"]) == (SESSION, stride_t_s(1))
    assert (summary.json["final"], summary.json["strides"]) == (True, 2)


def test_online_while_it_runs_and_offline_after_a_clean_close(broker: Broker) -> None:
    with Listener(broker.port) as listener:
        with make_hub(broker.port, site="gym", device="t-07"):
            listener.wait_count("/availability", 1)
        listener.wait_count("/availability", 2)
    assert [(m.topic, m.payload) for m in listener.on("/availability")] == [
        ("hipdrive/gym/t-07/availability", b"online"),
        ("hipdrive/gym/t-07/availability", b"offline"),
    ]


def test_a_later_subscriber_gets_the_availability(broker: Broker) -> None:
    with Listener(broker.port) as early, make_hub(broker.port):
        early.wait_count("/availability", 1)
        with Listener(broker.port) as late:
            [online] = late.wait_count("/availability", 1)
    with Listener(broker.port) as later:
        [offline] = later.wait_count("/availability", 1)
    assert (online.payload, online.retained) == (b"online", True)
    assert (offline.payload, offline.retained) == (b"offline", True)


def test_the_will_is_offline_after_an_abrupt_death(broker: Broker) -> None:
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(FOLDERS)}
    with Listener(broker.port) as listener:
        command = [sys.executable, "-c", HOLD, str(broker.port)]
        with subprocess.Popen(command, env=environ) as device:
            listener.wait_count("/availability", 1)
            device.send_signal(signal.SIGKILL)
            listener.wait_count("/availability", 2)
    assert states(listener) == [b"online", b"offline"]


def test_live_is_limited_to_five_a_second_of_the_frames_time(broker: Broker) -> None:
    with Listener(broker.port) as listener, make_hub(broker.port) as hub:
        listener.wait_count("/availability", 1)
        due_ns = 0
        count = 0
        for frame in range(300):
            t_ns = frame * FRAME_NS
            hub.on_frame(frame_result(T0_NS + t_ns))
            if t_ns >= due_ns:
                count += 1
                due_ns = t_ns + 200_000_000
                listener.wait_count("/live", count)
    times_s = [message.json["t_s"] for message in listener.on("/live")]
    assert times_s == [round(12 * FRAME_NS * k / 1e9, 3) for k in range(25)]


def test_live_is_due_after_a_fifth_of_a_second_and_not_before(broker: Broker) -> None:
    with Listener(broker.port) as listener, make_hub(broker.port) as hub:
        listener.wait_count("/availability", 1)
        hub.on_frame(first_result())
        listener.wait_count("/live", 1)
        hub.on_frame(frame_result(T0_NS + 199_999_999, score=ONE // 2))
        hub.on_frame(frame_result(T0_NS + 200_000_000))
        listener.wait_count("/live", 2)
    assert [message.json["score"] for message in listener.on("/live")] == [1.0, 1.0]


def test_live_is_not_retained_and_has_the_values_of_the_frame(broker: Broker) -> None:
    with Listener(broker.port) as listener, make_hub(broker.port) as hub:
        listener.wait_count("/availability", 1)
        hub.on_frame(first_result())
        [live] = listener.wait_count("/live", 1)
        with Listener(broker.port) as late:
            hub.on_frame(stride_result(1))
            # What is retained comes before what is new.
            late.wait_count("/stride", 1)
            assert stride_t_s(0) not in [m.json["t_s"] for m in late.on("/live")]
    assert live.topic == "hipdrive/home/treadmill/live"
    assert live.json["schema"] == "hipdrive/live/1"
    assert (live.json["session"], live.json["t_s"]) == (SESSION, 0.0)
    assert (live.json["score"], live.json["runner_seen"]) == (1.0, True)


def test_strides_arrive_in_order_as_they_were(broker: Broker) -> None:
    truth = [(k, k % 2 == 0, None if k % 3 else Rejection.EXCURSION) for k in range(1, 201)]
    with Listener(broker.port) as listener:
        with make_hub(broker.port) as hub:
            hub.on_frame(first_result())
            for number, near, rejection in truth:
                hub.on_frame(stride_result(number, near=near, rejection=rejection))
            listener.wait_count("/stride", len(truth))
        received = [message.json for message in listener.on("/stride")]
    for message, (number, near, rejection) in zip(received, truth, strict=True):
        assert message["schema"] == "hipdrive/stride/1"
        assert message["session"] == SESSION
        assert message["t_s"] == stride_t_s(number)
        assert message["near"] is near
        assert message["leg"] == ("left" if near else "right")
        assert message["thigh_ext_deg"] == round(number * 2**20 * 360 / 2**32, 3)
        assert message["hip_ext_deg"] == round(-number * 2**19 * 360 / 2**32, 3)
        assert message["stride_time_s"] == 0.7
        assert message["accepted"] is (rejection is None)
        assert message["reason"] == (None if rejection is None else "excursion")


def test_a_summary_after_thirty_accepted_near_strides_and_at_the_end(broker: Broker) -> None:
    stats, timing = SessionStats(), LoopTimeHistogram()
    info = SessionInfo(SESSION, "camera", "2026-01-01T06:00:00Z", None)

    def summary() -> dict[str, object]:
        return summarise(info, stats, None, timing).to_json()

    with Listener(broker.port) as listener:
        with HubAndLink(hub_config(broker.port), SESSION, summary, backoff=FAST) as hub:
            for now in [
                first_result(),
                *(stride_result(k, near=False) for k in range(1, 40)),
                *(stride_result(k, rejection=Rejection.GAP) for k in range(40, 80)),
                *(stride_result(k) for k in range(100, 165)),
            ]:
                for sink in (stats, hub):
                    sink.on_frame(now)
        listener.wait_count("/summary", 3)
    kept = [m for m in listener.messages if m.topic.endswith(("/stride", "/summary"))]
    near = 0
    places = []
    for message in kept:
        near += message.topic.endswith("/stride") and message.json["t_s"] >= stride_t_s(100)
        if message.topic.endswith("/summary"):
            places.append((near, message.json["reason"], message.json["final"]))
    assert places == [(30, "window", False), (60, "window", False), (65, "end", True)]
    end = kept[-1].json
    figures = {name: value for name, value in summary().items() if name not in {"id", "schema"}}
    assert {name: end.pop(name) for name in figures} == figures
    assert (end.pop("schema"), end.pop("session")) == ("hipdrive/summary/2", SESSION)
    assert (end.pop("final"), end.pop("reason")) == (True, "end")
    assert set(end) == COMMON_KEYS
    assert [m.json["strides"] for m in listener.on("/summary")] == [30, 60, 65]


def test_several_strides_in_one_frame_miss_no_summary(broker: Broker) -> None:
    with Listener(broker.port) as listener:
        with make_hub(broker.port) as hub:
            hub.on_frame(frame_result(T0_NS, [stride(k) for k in range(1, 30)]))
            hub.on_frame(frame_result(T0_NS + FRAME_NS, [stride(k) for k in range(30, 33)]))
        listener.wait_count("/summary", 2)
    assert [m.json["reason"] for m in listener.on("/summary")] == ["window", "end"]


def test_the_last_summary_is_retained(broker: Broker) -> None:
    with make_hub(broker.port) as hub:
        hub.on_frame(first_result())
    with Listener(broker.port) as late:
        [summary] = late.wait_count("/summary", 1)
    assert summary.retained
    assert summary.json["final"] is True


def test_closing_twice_publishes_the_summary_once(broker: Broker) -> None:
    with Listener(broker.port) as listener:
        hub = make_hub(broker.port)
        hub.close()
        hub.close()
        with make_hub(broker.port, device="other"):
            listener.wait_for(lambda all_: any("/other/" in m.topic for m in all_))
    first = [m for m in listener.messages if "/treadmill/" in m.topic]
    assert [m.topic.rsplit("/", 1)[1] for m in first] == ["availability", "summary", "availability"]


def test_cues_are_counted_and_published_before_the_end(broker: Broker) -> None:
    cues = [(0, CueKind.LED_BASELINE), (9, CueKind.LED_BELOW), (11, CueKind.BUZZ)]
    with Listener(broker.port) as listener:
        with make_hub(broker.port) as hub:
            hub.on_frame(first_result())
            for second, kind in cues:
                t_ns = T0_NS + second * 1_000_000_000
                hub.on_frame(frame_result(t_ns, cues=[Cue(t_ns, kind)]))
            t_ns += 1_000_000_000
            hub.on_frame(frame_result(t_ns, cues=[Cue(t_ns, CueKind.BUZZ)]))
        listener.wait_count("/summary", 1)
    received = [m.json for m in listener.messages if m.topic.endswith(("/cues", "/summary"))]
    # At most every ten seconds, and what is left before the end.
    assert [(m["t_s"], m["cues"]["led_below"], m["cues"]["buzz"]) for m in received[:-1]] == [
        (0.0, 0, 0),
        (11.0, 1, 1),
        (12.0, 1, 2),
    ]
    assert [m["schema"] for m in received] == ["hipdrive/cues/1"] * 3 + ["hipdrive/summary/2"]
    assert [m["seq"] for m in received] == [1, 2, 3, 4]
    assert set(received[0]) == {"schema", "session", "t_s", "cues", *COMMON_KEYS}


def test_every_message_has_its_time_and_whether_the_clock_was_synchronised(
    broker: Broker,
) -> None:
    # 2026-03-01T18:05:00.25Z, by `date -u -d @1772388300.25`.
    clock = Clock(lambda: 1_772_388_300_250_000_000, lambda: 12_345_678_900, lambda: True)
    with Listener(broker.port) as listener:
        with HubAndLink(hub_config(broker.port), SESSION, dict, backoff=FAST, clock=clock) as hub:
            listener.wait_count("/availability", 1)
            hub.on_frame(first_result())
            hub.on_frame(stride_result(1))
            listener.wait_count("/live", 1)
        listener.wait_count("/summary", 1)
    for topic in ("/live", "/stride", "/summary"):
        message = listener.on(topic)[0].json
        assert message["utc"] == "2026-03-01T18:05:00.250+00:00"
        assert message["monotonic_s"] == 12.346
        assert message["clock_synchronised"] is True
