"""Cells of tables that people open in a spreadsheet: a text that somebody typed must not be taken for a formula."""

STARTS = tuple("=+-@＝＋－＠\t\r\n")
"""What one spreadsheet or another takes for the beginning of a formula."""


def harmless(cell: object) -> object:
    """Return a cell that every spreadsheet shows as it is: a text that looks like a formula gets an apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ").startswith(STARTS) else cell
