"""The tables of the catalogue, kept as CSV files beside this one."""

import csv
from pathlib import Path


def table(name):
    """Rows of a table by column.

    :param str name: of the file, without its ending.
    :rtype: list[dict]
    """
    path = Path(__file__).with_name(f"{name}.csv")
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
