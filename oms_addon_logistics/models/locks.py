"""Rows that two people may work on at once."""

from odoo.exceptions import ConcurrencyError, LockError


def lock_or_retry(records):
    """Lock the rows; when somebody else holds them, the request is tried again.

    :raise ConcurrencyError: held by another transaction
    """
    try:
        records.lock_for_update(allow_referencing=True)
    except LockError as error:
        raise ConcurrencyError(str(error)) from error
