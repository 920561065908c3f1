"""Cues as Home Assistant's events: published at once or never."""

from __future__ import annotations

from hipdrive.types.angle import bam_from_deg
from hipdrive.types.cue import Cue, CueKind
from support.hub.frames import SESSION, T0_NS, first_result, frame_result, make_hub, stride_result
from support.hub.outgoing import without_times
from support.hub.tcp_proxy import TcpProxy
from support.mosquitto import Broker, Listener

KINDS = [CueKind.LED_BASELINE, CueKind.LED_BELOW, CueKind.BUZZ, CueKind.LED_OFF]
S = 1_000_000_000


def test_every_cue_is_published_in_order_and_not_retained(broker: Broker) -> None:
    with Listener(broker.port) as listener, make_hub(broker.port) as hub:
        listener.wait_count("/availability", 1)
        hub.on_frame(first_result())
        for number, kind in enumerate(KINDS, 1):
            t_ns = T0_NS + number * S
            hub.on_frame(frame_result(t_ns, cues=[Cue(t_ns, kind, bam_from_deg(22.5))]))
        cues = listener.wait_count("/cue", len(KINDS))
    assert [m.json["event_type"] for m in cues] == [str(kind) for kind in KINDS]
    assert [m.json["t_s"] for m in cues] == [1.0, 2.0, 3.0, 4.0]
    assert without_times(cues[0].json) == {
        "schema": "hipdrive/cue/1",
        "session": SESSION,
        "t_s": 1.0,
        # No panel has said when it was shown.
        "peak_s": None,
        "decided_s": None,
        "shown_s": None,
        "event_type": "led_baseline",
        "thigh_ext_deg": 22.5,
        "definitions": {"thigh_ext_deg": "thigh_ext/1"},
    }
    assert not any(m.retained for m in cues)


def test_two_cues_of_one_frame_are_two_messages(broker: Broker) -> None:
    with Listener(broker.port) as listener, make_hub(broker.port) as hub:
        listener.wait_count("/availability", 1)
        cues = [Cue(T0_NS, CueKind.LED_BELOW), Cue(T0_NS, CueKind.BUZZ)]
        hub.on_frame(frame_result(T0_NS, cues=cues))
        published = listener.wait_count("/cue", 2)
    assert [m.json["event_type"] for m in published] == ["led_below", "buzz"]
    assert published[0].json["thigh_ext_deg"] is None


def test_a_cue_while_the_broker_is_away_is_never_published(broker: Broker) -> None:
    with TcpProxy(broker.port) as proxy, Listener(broker.port) as listener:
        proxy.block()
        with make_hub(proxy.port) as hub:
            hub.on_frame(frame_result(T0_NS, cues=[Cue(T0_NS, CueKind.BUZZ)]))
            proxy.unblock()
            hub.on_frame(stride_result(1))
            listener.wait_count("/stride", 1)
    assert listener.on("/cue") == []
