"""``setup/test print``: every report of every Print menu for many records."""

from .run import run_odoo


def run_print(odoo, arguments=()):
    """Every report of every Print menu for 50 records, in both languages.

    :rtype: Result
    """
    return run_odoo(odoo, arguments or ["oms_print"])
