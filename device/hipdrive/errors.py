"""The errors hipdrive raises on purpose.

Everything a caller may want to catch inherits `HipdriveError` and the builtin that fits. A message
says what is wrong, where, and what to do about it.
"""


class HipdriveError(Exception):
    """Root of all errors that hipdrive raises on purpose."""


class ConfigError(HipdriveError, ValueError):
    """The configuration cannot be used; the message lists every problem found."""


class SourceError(HipdriveError, ValueError):
    """A recording cannot be read: missing, not what it claims to be, or out of order."""


class CameraError(HipdriveError, OSError):
    """The camera is missing or has stopped delivering frames."""


class ModelError(HipdriveError, ValueError):
    """The pose model is missing, damaged, or not the model that hipdrive expects."""


class GpioError(HipdriveError, OSError):
    """The LEDs and the buzzer cannot be driven."""


class SpeechError(HipdriveError, OSError):
    """What should speak is not there."""


class SessionError(HipdriveError, OSError):
    """The session folder cannot be written."""


class CalibrationError(HipdriveError, ValueError):
    """A calibration cannot be made, read or stored."""


class ProfileStoreError(HipdriveError, OSError):
    """The store of the runners' profiles cannot be read or written."""


class UnknownRunnerError(HipdriveError, LookupError):
    """There is no profile of that name."""


class MissingPackageError(HipdriveError, ImportError):
    """A package that hipdrive does not install is needed for the operation."""


class ExportError(HipdriveError, ValueError):
    """A session cannot be exported as asked."""


class OverlayError(HipdriveError, ValueError):
    """What was measured cannot be drawn on a recording as asked."""


class CompareError(HipdriveError, ValueError):
    """Two sessions cannot be compared."""


class UnknownMetricError(HipdriveError, LookupError):
    """A metric has no true value to be held against."""


class SkeletonError(HipdriveError, ValueError):
    """Key points do not fit their skeleton, or a skeleton lacks a joint that is needed."""


class WebError(HipdriveError, OSError):
    """The page cannot be served."""


class MetricError(HipdriveError, ValueError):
    """A metric cannot be registered."""


class GuardError(HipdriveError, ValueError):
    """A guard cannot be registered, or watches a metric that nobody measures."""


class ReleaseError(HipdriveError, OSError):
    """A release cannot be had, is not what it claims to be, or cannot be installed."""


class DiagnosticsError(HipdriveError, OSError):
    """The archive for a bug report cannot be written."""


class StreamError(HipdriveError, OSError):
    """A camera's stream cannot be had or broke off; neither address nor password is in the text."""


class ClusterError(HipdriveError, OSError):
    """A Dask cluster is not there, or cannot measure."""
