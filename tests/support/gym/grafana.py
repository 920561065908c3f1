"""The shape of Grafana's files, and its macros of SQL, as Grafana itself documents them."""

from __future__ import annotations

import re
from typing import Any

TEXT, FLAG, NUMBER = {"type": "string"}, {"type": "boolean"}, {"type": "number"}
COUNT = {"type": "integer", "minimum": 0}
DATA_SOURCE = {
    "type": "object",
    "properties": {"type": TEXT, "uid": TEXT},
    "additionalProperties": False,
}


def closed(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    """An object that has no other keys."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def list_of(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


FIELD = closed(
    {
        "displayName": TEXT,
        "unit": TEXT,
        "decimals": NUMBER,
        "min": NUMBER,
        "max": NUMBER,
        "mappings": {"type": "array"},
        "thresholds": closed(
            {
                "mode": {"enum": ["absolute", "percentage"]},
                "steps": list_of(closed({"value": NUMBER, "color": TEXT}, "color")),
            },
            "mode",
            "steps",
        ),
        "color": closed({"mode": TEXT, "fixedColor": TEXT, "seriesBy": TEXT}, "mode"),
        "custom": {"type": "object"},
    }
)
PANEL = closed(
    {
        "id": COUNT,
        "type": {"type": "string", "minLength": 1},
        "title": TEXT,
        "description": TEXT,
        "targets": list_of({"type": "object"}),
        "transparent": FLAG,
        "datasource": DATA_SOURCE,
        "gridPos": closed(
            {
                "h": {"type": "integer", "minimum": 1},
                "w": {"type": "integer", "minimum": 1, "maximum": 24},
                "x": {"type": "integer", "minimum": 0, "maximum": 23},
                "y": COUNT,
            },
            "h",
            "w",
            "x",
            "y",
        ),
        "repeatDirection": {"enum": ["h", "v"]},
        "transformations": {"type": "array"},
        "options": {"type": "object"},
        "fieldConfig": closed({"defaults": FIELD, "overrides": {"type": "array"}}, "defaults"),
    },
    "type",
    "transparent",
    "repeatDirection",
    "transformations",
    "options",
    "fieldConfig",
)
VARIABLE = {
    "type": "object",
    "properties": {
        "id": TEXT,
        "type": {
            "enum": [
                "query", "adhoc", "constant", "datasource", "interval", "textbox", "custom",
                "system",
            ]
        },
        "name": TEXT,
        "label": TEXT,
        "global": FLAG,
        "hide": {"enum": [0, 1, 2]},
        "skipUrlSync": FLAG,
        "index": {"type": "integer"},
        "state": {"enum": ["NotStarted", "Loading", "Streaming", "Done", "Error"]},
        "query": {"type": ["string", "object"]},
        "datasource": DATA_SOURCE,
    },
    "required": ["id", "type", "name", "global", "hide", "skipUrlSync", "index", "state"],
}  # fmt: skip
DASHBOARD = closed(
    {
        "uid": {"type": "string", "minLength": 8, "maxLength": 40},
        "title": TEXT,
        "description": TEXT,
        "tags": list_of(TEXT),
        "style": {"enum": ["light", "dark"]},
        "timezone": TEXT,
        "editable": FLAG,
        "graphTooltip": {"enum": [0, 1, 2]},
        "time": closed({"from": TEXT, "to": TEXT}, "from", "to"),
        "timepicker": {"type": "object"},
        "fiscalYearStartMonth": {"type": "integer", "minimum": 0, "maximum": 11},
        "refresh": {"type": ["string", "boolean"]},
        "schemaVersion": COUNT,
        "version": COUNT,
        "panels": list_of(PANEL),
        "templating": closed({"list": list_of(VARIABLE)}),
        "annotations": closed({"list": {"type": "array"}}),
        "links": {"type": "array"},
    },
    "style",
    "editable",
    "graphTooltip",
    "schemaVersion",
)
"""After `kinds/dashboard/dashboard_kind.cue` of Grafana's repository, schema version 36: what is
not optional there is required, and what is closed has no other keys, as far as it is used."""
EXPRESSION = {
    "type": "object",
    "properties": {"refId": TEXT, "type": {"enum": ["reduce", "threshold", "math", "resample"]}},
    "required": ["refId", "type", "expression"],
}
RULES = closed(
    {
        "apiVersion": {"const": 1},
        "groups": list_of(
            closed(
                {
                    "orgId": COUNT,
                    "name": TEXT,
                    "folder": TEXT,
                    "interval": TEXT,
                    "rules": list_of(
                        closed(
                            {
                                "uid": {"type": "string", "minLength": 1, "maxLength": 40},
                                "title": TEXT,
                                "condition": TEXT,
                                "for": {"type": "string", "pattern": "^[0-9]+[smh]$"},
                                "noDataState": {"enum": ["NoData", "Alerting", "OK", "KeepLast"]},
                                "execErrState": {"enum": ["Error", "Alerting", "OK", "KeepLast"]},
                                "labels": {"type": "object", "additionalProperties": TEXT},
                                "annotations": {"type": "object", "additionalProperties": TEXT},
                                "data": {
                                    "type": "array",
                                    "items": closed(
                                        {
                                            "refId": TEXT,
                                            "relativeTimeRange": closed(
                                                {"from": COUNT, "to": COUNT}, "from", "to"
                                            ),
                                            "datasourceUid": TEXT,
                                            "model": {"type": "object"},
                                        },
                                        "refId",
                                        "datasourceUid",
                                        "model",
                                    ),
                                },
                            },
                            "uid",
                            "title",
                            "condition",
                            "data",
                        )
                    ),
                },
                "orgId",
                "name",
                "folder",
                "interval",
                "rules",
            )
        ),
    },
    "apiVersion",
    "groups",
)
"""Keys of file provisioning of alert rules, as Grafana documents them."""


def expanded(sql: str, since: str, until: str, values: dict[str, str]) -> str:
    """A query as Grafana sends it to PostgreSQL.

    Args:
        sql: with its macros and variables.
        since, until: the time range, ISO 8601.
        values: of variables, quoted as SQL's texts.
    """
    sql = re.sub(r"\$__timeFilter\(([^)]*)\)", rf"\1 BETWEEN '{since}' AND '{until}'", sql)
    for name, value in values.items():
        sql = sql.replace(f"${{{name}:sqlstring}}", value).replace(f"${name}", value)
    return sql
