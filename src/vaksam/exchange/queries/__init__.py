"""What others may ask about the transfer to the register and the reports. No models come back."""

from vaksam.exchange.queries.register import (
    Figures,
    FileView,
    RejectedView,
    content,
    figures,
    files,
    regions_waiting,
    rejected,
)
from vaksam.exchange.queries.reports import (
    ReportView,
    RowToReview,
    RowView,
    report,
    reports,
    row_to_review,
    rows_to_review,
    to_review,
)

__all__ = [
    "Figures", "FileView", "RejectedView", "ReportView", "RowToReview", "RowView", "content",
    "figures", "files", "regions_waiting", "rejected", "report", "reports", "row_to_review",
    "rows_to_review", "to_review",
]  # fmt: skip
