import psycopg2.errors

from odoo import api, fields, models
from odoo.tools import SQL


class OmsInboxDelivery(models.Model):
    """That a message came in again, until it is added to the message's count.

    A platform may send one message many times at once. Each delivery is a row of its
    own, so none waits for another; whoever finds the message free adds them up. One
    that is to be read is not free: its reader would find it changed, and begin anew.
    """

    _name = "oms.inbox.delivery"
    _description = "Repeated Delivery of a Channel Message"
    _log_access = False

    message_id = fields.Many2one(
        comodel_name="oms.inbox.message",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    times = fields.Integer(required=True, readonly=True)


class OmsInboxMessage(models.Model):
    _inherit = "oms.inbox.message"

    def _count_again(self, times=1):
        """Note that messages came in again; nobody waits for anybody.

        :param int times: how often.
        """
        if not self:
            return
        # sudo: who sent the message again, nobody of ours, counts it
        deliveries = self.env["oms.inbox.delivery"].sudo()
        deliveries.create([{"message_id": m.id, "times": times} for m in self])
        if not self._add_up_deliveries() and set(self.mapped("state")) != {"new"}:
            # Somebody is at one of them: it is done in a moment. Who is to read a new
            # one is called already, and adds up when that is done.
            self.env.ref("oms_addon.ir_cron_intake")._trigger()

    @api.model
    def _cron_process(self):
        result = super()._cron_process()
        self._add_up_waiting()
        self.env["ir.cron"]._commit_progress()
        return result

    @api.autovacuum
    def _add_up_waiting(self):
        """Add up what could not be when it came in."""
        # sudo: the count is the system's
        waiting = self.env["oms.inbox.delivery"].sudo()
        groups = waiting._read_group([], ["message_id"], limit=1000)
        messages = self.browse([message.id for (message,) in groups])
        if messages:
            messages._add_up_deliveries()

    def _add_up_deliveries(self):
        """Add deliveries to the counts of messages, unless somebody is at them or will.

        :return: whether all were added.
        :rtype: bool
        """
        self.env["oms.inbox.delivery"].flush_model()
        self.flush_recordset(["delivery_count", "state"])
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(
                    SQL(
                        """
                        WITH free AS (
                            SELECT id FROM oms_inbox_message
                             WHERE id IN %(ids)s AND state <> 'new'
                               FOR NO KEY UPDATE SKIP LOCKED
                        ), gone AS (
                            DELETE FROM oms_inbox_delivery
                             WHERE message_id IN (SELECT id FROM free)
                         RETURNING message_id, times
                        ), added AS (
                            SELECT message_id, sum(times) AS times
                              FROM gone GROUP BY message_id
                        )
                        UPDATE oms_inbox_message message
                           SET delivery_count = delivery_count + added.times
                          FROM added WHERE added.message_id = message.id
                        """,
                        ids=tuple(self.ids),
                    ),
                    log_exceptions=False,
                )
                done = self.env.cr.rowcount
        except psycopg2.errors.SerializationFailure:
            return False
        self.invalidate_recordset(["delivery_count"])
        self.env["oms.inbox.delivery"].invalidate_model()
        return done == len(self)
