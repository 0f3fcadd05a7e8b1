"""Background work in batches, repeated when another transaction got in between."""

import logging
import random
import time

import psycopg2.errors

from odoo.exceptions import ConcurrencyError, LockError
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

TRIES = 5
LOST_RACE = (
    psycopg2.errors.SerializationFailure,
    psycopg2.errors.DeadlockDetected,
    psycopg2.errors.LockNotAvailable,
    ConcurrencyError,
    LockError,
)


def repeat_on_conflict(env, claim, work):
    """Claim records and work on them; when another transaction wins, do it again.

    Only for background work that owns its transaction: it is rolled back.

    :param claim: callable without arguments, returns a locked recordset.
    :param work: callable that takes the recordset.
    :return: the records that were worked on; empty when nothing is to do, None when
        every try was lost and the rest is left to the next run.
    """
    for attempt in range(TRIES):
        try:
            records = claim()
            if records:
                work(records)
                env.flush_all()
            return records
        except LOST_RACE as error:
            env.cr.rollback()
            env.invalidate_all()
            _logger.info("Lost a race (try %s): %s", attempt + 1, error)
            time.sleep(random.uniform(0.0, 0.2 * 2**attempt))
    return None


def work_in_batches(model, domain, work, *, order, limit):
    """Work through records, a batch a transaction, in a scheduled action.

    Each batch is claimed with row locks, so several workers may run at once. A
    record is tried once a run.

    :param model: empty recordset of what is worked on.
    :param domain: which records wait.
    :param work: callable that takes a claimed batch.
    :param str order: which come first.
    :param int limit: records per batch.
    """
    cron = model.env["ir.cron"]
    cron._commit_progress(remaining=model.search_count(domain))
    tried = []

    def claim():
        waiting = Domain(domain) & Domain("id", "not in", tried)
        found = model.search(waiting, order=order, limit=limit)
        return found.try_lock_for_update(allow_referencing=True)

    while True:
        records = repeat_on_conflict(model.env, claim, work)
        if not records or not cron._commit_progress(len(records)):
            return
        tried += records.ids
