"""The charts of the Dashboard in a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference, Series
from openpyxl.chart.data_source import StrRef
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.series import SeriesLabel
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from sync.charts import Chart, charts
from sync.xlsx import Book
from sync.xlsx.drawing import add_drawing

_WIDTH, _HEIGHT = 17, 8
"""Of a chart, in centimetres."""
_UNSAID = dict.fromkeys(("showSerName", "showCatName", "showLegendKey", "showPercent"), False)


def add_charts(book: Book, title: str, columns: Mapping[str, int]) -> None:
    """Draws the charts of a Dashboard whose columns stand there (by key) into a tab without any drawing."""
    source = Workbook()
    sheet: Worksheet = source.create_sheet(title, 0)  # charts name their cells by it
    for chart in charts(columns):
        row, col = chart.place
        sheet.add_chart(_drawn(sheet, chart), f"{get_column_letter(col)}{row}")
    out = BytesIO()
    source.save(out)
    add_drawing(book, title, out.getvalue())


def _drawn(sheet: Worksheet, chart: Chart) -> BarChart:
    drawn = BarChart()
    drawn.type = "bar" if chart.lying else "col"
    drawn.title, drawn.width, drawn.height = chart.title, _WIDTH, _HEIGHT
    drawn.gapWidth = 50
    for col in chart.series:
        series = Series(Reference(sheet, min_col=col, min_row=chart.first, max_row=chart.last))
        if chart.names:
            series.tx = SeriesLabel(StrRef(str(Reference(sheet, min_col=col, min_row=chart.names))))
        drawn.append(series)
    drawn.set_categories(Reference(sheet, min_col=chart.labels, min_row=chart.first, max_row=chart.last))
    if len(chart.series) > 1:
        drawn.grouping, drawn.overlap = "stacked", 100
        drawn.legend.position = "b"
    else:
        drawn.legend, drawn.y_axis.scaling.min = None, 0  # with more, credit notes may go below
        drawn.dataLabels = DataLabelList(numFmt=chart.code, showVal=True, **_UNSAID)
    drawn.x_axis.delete = drawn.y_axis.delete = False
    drawn.y_axis.number_format, drawn.x_axis.tickLblSkip = chart.code, 1
    if chart.lying:
        drawn.x_axis.scaling.orientation = "maxMin"  # the first figure on top
    return drawn
