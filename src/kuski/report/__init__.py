"""The report: one page that opens with the network off. It shows findings; it computes nothing."""

from kuski.report.page import render_report

__all__ = ["render_report"]
