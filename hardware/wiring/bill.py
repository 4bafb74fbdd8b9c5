"""The bill of materials: what to buy, the words to look for it, how many; the price is left open."""

import csv
import io
from collections import Counter

from hardware.wiring.parts import parts

COLUMNS = ("part", "look for", "quantity", "price each", "sum")


def bill_lines(goods: Counter[str]) -> list[tuple[str, str, int]]:
    """Return part, words to look for and quantity, in the order of parts.toml."""
    return [(what.what, what.look_for, goods[key]) for key, what in parts().buy.items() if goods[key]]


def bill_markdown(goods: Counter[str]) -> str:
    """Return the bill as a table."""
    head = [f"| {' | '.join(COLUMNS)} |", "|---|---|---:|---:|---:|"]
    return "\n".join([*head, *(f"| {part} | {look} | {count} | | |" for part, look, count in bill_lines(goods))])


def bill_csv(goods: Counter[str]) -> str:
    """Return the bill for a spreadsheet. Excel takes UTF-8 without the mark at its beginning for GBK."""
    text = io.StringIO("\ufeff")
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([COLUMNS, *((part, look, count, "", "") for part, look, count in bill_lines(goods))])
    return text.getvalue()
