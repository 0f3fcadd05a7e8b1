"""How things are written and sorted on paper. No ORM here."""

import re


def walking_order(bin_name):
    """Key that sorts bins as one walks by them: A-2 comes before A-10.

    >>> sorted(["A-10", "A-2"], key=walking_order)
    ['A-2', 'A-10']
    """
    parts = re.split(r"(\d+)", bin_name or "")
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def short_number(quantity):
    """A quantity as one writes it by hand: 2, not 2.00.

    >>> short_number(2.0), short_number(1.5)
    ('2', '1.5')
    """
    return f"{quantity:.3f}".rstrip("0").rstrip(".")
