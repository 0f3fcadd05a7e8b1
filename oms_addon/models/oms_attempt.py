from odoo import api, fields, models
from odoo.tools import SQL


class OmsAttempt(models.Model):
    """Work that was begun and has not ended, a row for each record in work.

    It is counted before the work, in a transaction of its own: what kills the process
    that works on it leaves its row behind. Records in work are locked by whoever works
    on them, so a row of a record that can be locked is what a dead process left.
    Nobody but the methods below writes it, and they do it in SQL: a whole batch is
    one statement.
    """

    _name = "oms.attempt"
    _description = "Work in Progress"
    _log_access = False

    work = fields.Char(required=True)
    res_id = fields.Integer(string="Record ID", required=True)
    count = fields.Integer(required=True, default=1)
    begun_at = fields.Datetime(required=True, default=fields.Datetime.now)

    _record_unique = models.UniqueIndex(
        "(work, res_id)", "This record is in work already."
    )

    @api.model
    def _counts(self, work):
        """How often work on records was begun without an end.

        :param str work: the kind of work.
        :return: count by record id.
        :rtype: dict[int, int]
        """
        rows = self._committed(
            SQL("SELECT res_id, count FROM oms_attempt WHERE work = %s", work)
        )
        return dict(rows)

    @api.model
    def _begin(self, work, ids):
        """Count the first attempt at records, committed when this returns.

        :return: ids of those that were not counted yet; the others are left alone.
        :rtype: list[int]
        """
        rows = self._committed(
            SQL(
                """INSERT INTO oms_attempt (work, res_id, count, begun_at)
                        SELECT %s, unnest(%s::int[]), 1, now() AT TIME ZONE 'UTC'
                   ON CONFLICT (work, res_id) DO NOTHING
                     RETURNING res_id""",
                work,
                list(ids),
            )
        )
        return [res_id for (res_id,) in rows]

    @api.model
    def _begin_again(self, work, res_id):
        """Count one more attempt at a record, committed when this returns."""
        self._committed(
            SQL(
                """UPDATE oms_attempt
                      SET count = count + 1, begun_at = now() AT TIME ZONE 'UTC'
                    WHERE work = %s AND res_id = %s RETURNING count""",
                work,
                res_id,
            )
        )

    @api.model
    def _add(self, work, res_id):
        """Count that work on a record has ended what it was done with; committed.

        For work in a process of its own, which leaves who began it alive.
        """
        self._committed(
            SQL(
                """INSERT INTO oms_attempt (work, res_id, count, begun_at)
                        VALUES (%s, %s, 1, clock_timestamp() AT TIME ZONE 'UTC')
                   ON CONFLICT (work, res_id) DO UPDATE
                           SET count = oms_attempt.count + 1,
                               begun_at = excluded.begun_at
                     RETURNING count""",
                work,
                res_id,
            )
        )

    @api.model
    def _get_lost(self, work, lives):
        """Records with which so many lives were lost, as this transaction sees it.

        :return: when the last one was, by record id.
        :rtype: dict[int, datetime]
        """
        rows = self.env.execute_query(
            SQL(
                "SELECT res_id, begun_at FROM oms_attempt "
                "WHERE work = %s AND count >= %s",
                work,
                lives,
            )
        )
        return dict(rows)

    @api.model
    def _end(self, work, ids):
        """Note that work on records has ended, well or not; committed at once."""
        self._committed(
            SQL(
                "DELETE FROM oms_attempt WHERE work = %s AND res_id = ANY(%s::int[]) "
                "RETURNING res_id",
                work,
                list(ids),
            )
        )

    @api.model
    def _committed(self, statement):
        """Run a statement in a transaction of its own.

        It sees what others have committed up to now, and what it does stays done
        whatever becomes of the work.
        """
        with self.env.registry.cursor() as cr:
            cr.execute(statement)
            return cr.fetchall()

    @api.autovacuum
    def _gc_attempts(self):
        """Drop what was left of records that are no more, or done by other ways."""
        self.env.cr.execute(
            "DELETE FROM oms_attempt "
            "WHERE begun_at < now() AT TIME ZONE 'UTC' - INTERVAL '1 day'"
        )
