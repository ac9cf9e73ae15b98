"""Write a run's page and text beside its report."""

from pathlib import Path

from pipelines.reporting.markdown import to_markdown
from pipelines.reporting.page import to_html
from warehouse.durability import replace_file
from warehouse.layout import Home
from warehouse.report import RunReport, history

TREND_RUNS = 30
"""How many runs a trend shows."""


def write_pages(home: Home, report: RunReport) -> Path:
    """Write `RUN.md` and `RUN.html`; returns the page's path.

    Raises:
        OSError: the folder of reports cannot be written to.
    """
    past = history(home, TREND_RUNS, until=report.run_id).reports
    replace_file(home.report_markdown_file(report.run_id), to_markdown(report, past).encode())
    page = home.report_html_file(report.run_id)
    replace_file(page, to_html(report, past).encode())
    return page
