"""The page of a report: what it says, and how it becomes one HTML file."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from importlib import resources
from typing import TYPE_CHECKING

from hipdrive.advice.detectable import StrideMean, detectable_between_days
from hipdrive.errors import MissingPackageError, SourceError
from hipdrive.gait.metrics.catalogue import FIELDS, stride_metrics
from hipdrive.leg_colours import FAR_ON_WHITE, NEAR_ON_WHITE
from hipdrive.printable import printable
from hipdrive.private_file import private
from hipdrive.report.skeletons import frames_of_stride, key_frames
from hipdrive.report.told import told
from hipdrive.session.files import REPORT_NAME
from hipdrive.texts.phrases import Phrases, named
from hipdrive.types.cue import CueKind

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure

    from hipdrive.advice.detectable import Detectable
    from hipdrive.api.stored_session import Session
    from hipdrive.gait.metrics.metric import Metric
    from hipdrive.report.mean_stride import MeanStride
    from hipdrive.report.skeletons import Skeleton2d
    from hipdrive.report.told import ToldToRunner
    from hipdrive.session.figures import MetricFigures
    from hipdrive.session.summary import SessionSummary
    from hipdrive.texts.catalogue import Language

NAME = REPORT_NAME


@dataclass(frozen=True, slots=True)
class MetricRow:
    """A row of the table of metrics, as text.

    Attributes:
        detectable: what the means of two such days have to differ by to be more than chance.
    """

    name: str
    mean: str
    sd: str
    count: int
    detectable: str
    confidence: str
    meaning: str


@dataclass(frozen=True, slots=True)
class ReportPage:
    """All that the template shows; charts as addresses of images, empty where there is nothing."""

    session: Session
    summary: SessionSummary | None
    near_count: int
    rejections: dict[str, int]
    buzzes: int
    strides_chart: str
    curves_chart: str
    distribution_chart: str
    mean: MeanStride
    key_frames: list[Skeleton2d]
    stride_frames: str
    metrics: list[MetricRow]
    warnings: list[str]
    told: ToldToRunner
    language: Language


def write_report(session: Session, path: Path, language: Language = "en") -> None:
    """Write the report of a session; the file is there whole or not at all.

    Args:
        session: read from its folder, however damaged.
        path: of the file; one that is there is replaced.
        language: of the report; warnings are in English, as in the log.

    Raises:
        MissingPackageError: matplotlib or Jinja2 is not installed.
        OSError: the file cannot be written.
    """
    text = rendered(page_of(session, language))
    partial = path.with_name(f".{path.name}.partial")
    try:
        with open(partial, "w", encoding="utf-8", opener=private) as file:
            file.write(text)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def page_of(session: Session, language: Language = "en") -> ReportPage:
    """What the report of a session says.

    Raises:
        MissingPackageError: matplotlib is not installed.
    """
    summary, warnings = session.summary, list(session.warnings)
    if summary is not None:
        warnings += summary.warnings
    say = Phrases("report", language)
    mean = _mean_stride(session, warnings, say)
    near = [each for each in session.strides if each.near and each.accepted]
    rejected = [each.rejection for each in session.strides if each.near and each.rejection]
    return ReportPage(
        session=session,
        summary=summary,
        near_count=len(near),
        rejections={
            named("rejection", name, language): rejected.count(name)
            for name in sorted(set(rejected))
        },
        buzzes=sum(each.kind == CueKind.BUZZ for each in session.cues),
        **_charts(session, mean, language),
        mean=mean,
        key_frames=key_frames(mean),
        stride_frames=json.dumps([asdict(frame) for frame in frames_of_stride(mean)]),
        metrics=[] if summary is None else _metric_rows(summary, say),
        warnings=[printable(warning) for warning in warnings],
        told=told(summary, language),
        language=language,
    )


def rendered(page: ReportPage) -> str:
    """The page as HTML; what comes from files is text in it and never markup.

    Raises:
        MissingPackageError: Jinja2 is not installed.
    """
    try:
        from jinja2 import Environment, StrictUndefined
    except ImportError as error:
        raise _missing() from error
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["printable"] = printable
    environment.filters["when"] = _when
    for table in ("verdict", "metric"):
        environment.filters[table] = partial(named, table, language=page.language)
    environment.globals["NEAR"], environment.globals["FAR"] = NEAR_ON_WHITE, FAR_ON_WHITE
    say = Phrases("report", page.language)
    template = resources.files(__package__).joinpath("report.html.j2").read_text("utf-8")
    text: str = environment.from_string(template).render(page=page, say=say)
    return text


def _when(started_utc: str) -> str:
    """A time of the file for people, to the minute; what is none stays as it is.

    >>> _when("2026-01-05T06:00:42+00:00")
    '2026-01-05 06:00 UTC'
    """
    try:
        began = datetime.fromisoformat(started_utc).astimezone(UTC)
    except (ValueError, OverflowError):
        return printable(started_utc)
    return f"{began:%Y-%m-%d %H:%M} UTC"


def _mean_stride(session: Session, warnings: list[str], say: Phrases) -> MeanStride:
    from hipdrive.report.mean_stride import MeanStride, mean_stride
    from hipdrive.report.sampled import stretches

    try:
        key_points = session.key_points
    except SourceError as error:
        warnings.append(say("no_mean_stride", why=str(error)))
        return MeanStride(None, None, None)
    summary = session.summary
    facing = summary.facing if summary else None
    roll_deg = summary.camera.roll_taken_off_deg if summary and summary.camera else 0.0
    return mean_stride(stretches(key_points, facing, roll_deg))


def _charts(session: Session, mean: MeanStride, language: Language) -> dict[str, str]:
    """The charts as addresses of images, by the name of their field; empty without strides."""
    # It warns where it has no home folder, which does no harm.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    try:
        import matplotlib as mpl
    except ImportError as error:
        raise _missing() from error
    from hipdrive.report import charts
    from hipdrive.report.style import SETTINGS, as_image

    accepted = [each for each in session.strides if each.accepted]
    near = [each for each in accepted if each.near]
    far = [each for each in accepted if not each.near]
    band = session.summary.band if session.summary else None
    say = Phrases("chart", language)
    drawn: dict[str, Figure] = {}
    with mpl.rc_context(SETTINGS):
        if near:
            drawn["strides_chart"] = charts.strides_chart(near, session.cues, band, say)
            drawn["distribution_chart"] = charts.distribution_chart(near, far, band, say)
        if mean.near or mean.far:
            drawn["curves_chart"] = charts.curves_chart(mean, say)
        images = {name: as_image(figure) for name, figure in drawn.items()}
    return {"strides_chart": "", "curves_chart": "", "distribution_chart": "", **images}


def _metric_rows(summary: SessionSummary, say: Phrases) -> list[MetricRow]:
    """A row for each metric of which there are strides."""
    rows = (
        _metric_row(metric, summary.metrics[metric.name], say)
        for metric in (*FIELDS, *stride_metrics())
        if metric.name in summary.metrics
    )
    return [row for row in rows if row is not None]


def _metric_row(metric: Metric, figures: MetricFigures, say: Phrases) -> MetricRow | None:
    if not figures.n or figures.mean is None:
        return None
    places = 3 if metric.unit.name in {"s", "m"} else 1
    sd, change = figures.sd, None
    if sd is not None:
        same = StrideMean(figures.n, figures.mean, sd)
        change = detectable_between_days(metric.name, same, same)
    return MetricRow(
        named("metric", metric.name, say.language),
        f"{say.number(figures.mean, places)} {metric.unit.symbol}",
        "" if sd is None else say.number(sd, places),
        figures.n,
        "" if change is None else _bound(change, places + 1, say),
        say(metric.confidence),
        _explained(metric, say.language),
    )


def _explained(metric: Metric, language: Language) -> str:
    """What a metric is, for a runner; of one from outside what its declaration says."""
    known = named("meaning", metric.name, language)
    return metric.meaning if known == metric.name.replace("_", " ") else known


def _bound(change: Detectable, places: int, say: Phrases) -> str:
    """What can be detected; where it is a lower bound, with a sign before it."""
    return f"{'' if change.days_known else '> '}{say.number(change.least, places)}"


def _missing() -> MissingPackageError:
    return MissingPackageError(
        "a report needs matplotlib and Jinja2: pip install 'hipdrive[report]'"
    )
