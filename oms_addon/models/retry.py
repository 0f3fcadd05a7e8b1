"""Background work in batches, repeated when another transaction got in between."""

import logging
import random
import time
from dataclasses import dataclass

import psycopg2.errors

from odoo.exceptions import ConcurrencyError, LockError
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

TRIES = 5
# What kills or outlasts its worker so often is not tried again.
LIVES = 2
LOST_RACE = (
    psycopg2.errors.SerializationFailure,
    psycopg2.errors.DeadlockDetected,
    psycopg2.errors.LockNotAvailable,
    ConcurrencyError,
    LockError,
)
# What is no record's fault: the transaction is lost, and whatever is tried in it. A
# batch must not be halved for it. (A savepoint that is left on a lost connection
# raises this, whatever it was left for.)
NO_RECORDS_FAULT = (*LOST_RACE, psycopg2.InterfaceError)


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


@dataclass(frozen=True)
class Left:
    """What of a batch was not done.

    :param aside: records that outlasted their worker: they are tried alone, later.
    :param untouched: records that were not begun: they are claimed again.
    """

    aside: object
    untouched: object


class CountedWork:
    """Background work whose attempts are counted before it begins; see `oms.attempt`.

    What was never begun comes first, in batches. What a dead process left behind
    comes after it, one record a transaction, so that the one that kills is alone;
    what has killed or outlasted `LIVES` workers is given up.

    :param model: empty recordset of what is worked on.
    :param str name: of the work.
    :param domain: which records wait.
    :param work: callable that takes a claimed batch and whether it is a last try;
        returns what is `Left`.
    :param give_up: callable that takes records that are not to be tried again.
    :param trim: callable that cuts a batch, in its order, to what one may hold.
    """

    def __init__(self, model, name, domain, work, give_up, *, order, limit, trim):
        self.model, self.name, self.domain = model, name, Domain(domain)
        self.work, self.give_up, self.trim = work, give_up, trim
        self.order, self.limit = order, limit
        # sudo: whoever starts the work, its book-keeping is the system's
        self.attempts = model.env["oms.attempt"].sudo()
        self.tried = []
        self.done = 0

    def run(self):
        """Work until nothing waits or the scheduled action has no time left."""
        cron = self.model.env["ir.cron"]
        cron._commit_progress(remaining=self.model.search_count(self.domain))
        while True:
            records = repeat_on_conflict(self.model.env, self._claim, self._work)
            if not records:
                return
            # What was put aside waits still: the host must come back for it.
            waiting = self.domain & Domain("id", "not in", self.tried)
            remaining = self.model.search_count(waiting)
            if not cron._commit_progress(self.done, remaining=remaining):
                return

    def _claim(self):
        """Lock the next records and count the attempt at them."""
        self.last_try, self.lost = False, self.model.browse()
        begun = self.attempts._counts(self.name)
        fresh = self._lock(Domain("id", "not in", list(begun)), self.limit)
        if fresh:
            counted = set(self.attempts._begin(self.name, fresh.ids))
            if counted:
                return fresh.filtered(lambda record: record.id in counted)
        return self._claim_suspect(begun)

    def _claim_suspect(self, begun):
        """Lock what a dead process left: what is lost, or else one record alone."""
        suspects = self._lock(Domain("id", "in", list(begun)), self.limit)
        counts = self.attempts._counts(self.name) if suspects else {}
        self.lost = suspects.filtered(lambda r: counts.get(r.id, 0) >= LIVES)
        if self.lost or not suspects:
            return self.lost
        self.attempts._begin_again(self.name, suspects[0].id)
        self.last_try = True
        return suspects[0]

    def _lock(self, which, limit):
        waiting = self.domain & which & Domain("id", "not in", self.tried)
        found = self.trim(self.model.search(waiting, order=self.order, limit=limit))
        return found.try_lock_for_update(allow_referencing=True)

    def _work(self, records):
        """Work on claimed records; the attempt ends before the locks do."""
        ended, left = records, None
        try:
            if self.lost:
                self.give_up(records)
            else:
                left = self.work(records, self.last_try)
                self.model.env.flush_all()
                ended -= left.aside
                if not self.last_try:
                    # parts of a message, made in this transaction
                    self.attempts._begin(self.name, (left.aside - records).ids)
        finally:  # an error that came out as such has killed nobody
            self.attempts._end(self.name, ended.ids)
        again = left.aside | left.untouched if left else self.model.browse()
        self.tried += (records - again).ids
        self.done = len(records - again)


def work_in_batches(model, name, domain, work, give_up, *, order, limit):
    """Work through records, a batch a transaction, in a scheduled action.

    Each batch is claimed with row locks, so several workers may run at once. A
    record is tried once a run; for the rest see `CountedWork`.

    :param work: callable that takes a claimed batch.
    """

    def do(records, _last_try):
        work(records)
        return Left(model.browse(), model.browse())

    CountedWork(
        model,
        name,
        domain,
        do,
        give_up,
        order=order,
        limit=limit,
        trim=lambda records: records,
    ).run()
