"""The topics of a device: `hipdrive/<site>/<device>/...`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics of one device.

    Attributes:
        site, device: the two levels that tell devices apart; lower-case letters, digits, - and _.
        replay: True for a recording, which must not be taken for the runner on the treadmill.
    """

    site: str
    device: str
    replay: bool = False

    @property
    def root(self) -> str:
        """What all topics of the device begin with."""
        return f"hipdrive/{self.site}/{self.device}" + "/replay" * self.replay

    def own(self, topic: str) -> str:
        """This device's topic of the same kind; queued messages may have that of an old name."""
        return f"{self.root}/{topic.rpartition('/')[2]}"

    @property
    def availability(self) -> str:
        """`online` or `offline`, retained."""
        return f"{self.root}/availability"

    @property
    def live(self) -> str:
        """What is true now, a few times a second; may be lost."""
        return f"{self.root}/live"

    @property
    def stride(self) -> str:
        """Every stride, in order; a restart or a long outage of the broker costs some."""
        return f"{self.root}/stride"

    @property
    def summary(self) -> str:
        """The session so far, in order, at least once; the newest is retained."""
        return f"{self.root}/summary"

    @property
    def cues(self) -> str:
        """How often the coach has said what so far, in order, at least once."""
        return f"{self.root}/cues"

    @property
    def health(self) -> str:
        """How the device does; at once when something turns bad; may be lost."""
        return f"{self.root}/health"

    @property
    def cue(self) -> str:
        """Every cue as the runner gets it; may be lost, and never late."""
        return f"{self.root}/cue"

    @property
    def state(self) -> str:
        """What the device is set to, and what became of commands; the newest is retained."""
        return f"{self.root}/state"

    @property
    def command(self) -> str:
        """What commands are sent below: `<command>/mute` and the like."""
        return f"{self.root}/command"

    @property
    def answer(self) -> str:
        """What answers to commands are published below."""
        return f"{self.root}/answer"

    @property
    def check(self) -> str:
        """Where the self-test publishes; nobody needs to listen."""
        return f"{self.root}/check"
