"""The charts of the Dashboard in a Google Sheet."""

from __future__ import annotations

from sync.charts import Chart, charts
from sync.commands.places import Place
from sync.registers.google.transport import Json

_WIDTH, _HEIGHT = 560, 320
"""Of a chart, in pixels."""


def add_charts(sheet_id: int, place: Place) -> list[Json]:
    """Requests that draw the charts; none where the Dashboard's columns are not all there yet."""
    if place.missing:
        return []
    there = {column.key: col for column, col in place.columns.items()}
    return [{"addChart": {"chart": _embedded(sheet_id, chart)}} for chart in charts(there)]


def _embedded(sheet_id: int, chart: Chart) -> Json:
    first, many = chart.names or chart.first, len(chart.series) > 1
    basic: Json = {
        "chartType": "BAR" if chart.lying else "COLUMN",
        "legendPosition": "BOTTOM_LEGEND" if many else "NO_LEGEND",
        "headerCount": 1 if chart.names else 0,
        "domains": [{"domain": _source(sheet_id, first, chart.last, chart.labels)}],
        "series": [
            {
                "series": _source(sheet_id, first, chart.last, col),
                "targetAxis": "BOTTOM_AXIS" if chart.lying else "LEFT_AXIS",
            }
            for col in chart.series
        ],
    }
    if many:
        basic["stackedType"] = "STACKED"
    row, col = chart.place
    anchor = {"sheetId": sheet_id, "rowIndex": row - 1, "columnIndex": col - 1}
    position = {"anchorCell": anchor, "widthPixels": _WIDTH, "heightPixels": _HEIGHT}
    return {"spec": {"title": chart.title, "basicChart": basic}, "position": {"overlayPosition": position}}


def _source(sheet_id: int, first: int, last: int, col: int) -> Json:
    area = {
        "sheetId": sheet_id, "startRowIndex": first - 1, "endRowIndex": last,
        "startColumnIndex": col - 1, "endColumnIndex": col,
    }  # fmt: skip
    return {"sourceRange": {"sources": [area]}}
