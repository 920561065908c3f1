"""The index of a batch: one page with a line for each recording, and the way to its report."""

from __future__ import annotations

import os
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from hipdrive.api.stored_session import Session
from hipdrive.batch.batch_folder import INDEX_NAME
from hipdrive.batch.job import SESSIONS_NAME
from hipdrive.counted import counted
from hipdrive.printable import printable
from hipdrive.session.files import REPORT_NAME
from hipdrive.texts import phrases
from hipdrive.whole_file import write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from hipdrive.batch.job import Job, JobResult

HEADINGS = ("recording", "what it was", "strides", "steps/min", "thigh extension", "files")
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>hipdrive: {title}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; color: #1c2126; background: #fff; margin: 0 auto;
  padding: 1rem; max-width: 70rem; }}
h1 {{ font-size: 1.5rem; margin: 0; }}
.wide {{ overflow-x: auto; }}
table {{ border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }}
th, td {{ text-align: left; padding: .2rem .6rem .2rem 0; border-bottom: 1px solid #d5d9de;
  vertical-align: top; overflow-wrap: anywhere; }}
.failed {{ color: #a33b00; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{files}</p>
<div class="wide" role="region" aria-label="recordings" tabindex="0">
<table>
<thead><tr>{headings}</tr></thead>
<tbody>
{lines}
</tbody>
</table>
</div>
</main>
</body>
</html>
"""


def write_index(out: Path, done: Sequence[tuple[Job, JobResult]], tables: Sequence[str]) -> None:
    """Write the page; it is there whole or not at all.

    Args:
        out: folder of the batch.
        done: every recording, and what came of it.
        tables: names of the files with the tables.

    Raises:
        SourceError: a session's folder was changed meanwhile.
        OSError: the page cannot be written.
    """
    failed = sum(bool(result.error) for _, result in done)
    title = counted(len(done), "recording") + (f", {failed} failed" if failed else "")
    page = PAGE.format(
        title=title,
        files=", ".join(_link(name, name) for name in tables),
        headings="".join(f'<th scope="col">{heading}</th>' for heading in HEADINGS),
        lines="\n".join(_line(job, result) for job, result in done),
    )
    write_whole(out / INDEX_NAME, page)


def _line(job: Job, result: JobResult) -> str:
    named = _text(job.recording.named)
    if result.error:
        why = f'<td class="failed" colspan="{len(HEADINGS) - 1}">failed: {_text(result.error)}</td>'
        return f'<tr><th scope="row">{named}</th>{why}</tr>'
    folder = f"{SESSIONS_NAME}/{job.folder.name}"
    link = _link(f"{folder}/", "session")
    if (job.folder / REPORT_NAME).is_file():
        link = _link(f"{folder}/{REPORT_NAME}", "report") + ", " + link
    cells = "".join(f"<td>{_text(cell)}</td>" for cell in _figures(Session.open(job.folder)))
    return f'<tr><th scope="row">{named}</th>{cells}<td>{link}</td></tr>'


def _figures(session: Session) -> tuple[str, str, str, str]:
    """What it was, strides, cadence, thigh extension."""
    summary = session.summary
    if summary is None:
        return ("not known", "", "", "")
    angle, cadence = summary.thigh_ext_deg, summary.cadence_spm
    mean = "" if angle.mean is None else f"{angle.mean:.1f}°"
    spread = "" if angle.sd is None else f" ± {angle.sd:.1f}°"
    was = phrases.named("verdict", summary.verdict, "en")
    return (
        f"{was}: {summary.statement}" if summary.statement else was,
        str(summary.strides),
        "" if cadence is None else f"{cadence:.1f}",
        mean + spread,
    )


def _link(path: str, text: str) -> str:
    return f'<a href="{escape(quote(os.fsencode(path)))}">{escape(text)}</a>'


def _text(text: str) -> str:
    return escape(printable(text))
