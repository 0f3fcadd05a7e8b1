import logging
from collections import defaultdict

import psycopg2.errors

from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..retry import LIVES, NO_RECORDS_FAULT, CountedWork, Left

_logger = logging.getLogger(__name__)

BATCH = 200
# Bytes of the messages of a batch, as the database has them: all are in memory.
BATCH_BYTES = 40_000_000
# How often a message is read that meets its twin in another transaction.
TRIES_OF_TWINS = 3


class OmsInboxMessage(models.Model):
    _inherit = "oms.inbox.message"

    @api.model
    def _cron_process(self, limit=BATCH):
        """Work through the inbox, a batch a transaction, oldest first.

        Several workers may run it at once: each claims other rows. What kills or
        outlasts its worker stops no other message; see `CountedWork`.

        :param int limit: messages per batch.
        """
        self._wake_waiting()
        CountedWork(
            self,
            "intake",
            [("state", "=", "new")],
            lambda messages, last_try: messages._process_safely(patient=last_try),
            lambda messages: messages._quarantine("ended_worker", lives=LIVES),
            order="id",
            limit=limit,
            trim=lambda messages: messages._first_bytes(BATCH_BYTES),
        ).run()
        self.env.ref("oms_addon.ir_cron_fulfil")._trigger()

    def _first_bytes(self, limit):
        """The first of these messages that have so many bytes together, at least one.

        :param int limit:
        """
        if not self:
            return self
        self.flush_recordset(["body", "corrected_body"])
        sizes = dict(
            self.env.execute_query(
                SQL(
                    """SELECT id, octet_length(body)
                                  + coalesce(octet_length(corrected_body), 0)
                         FROM oms_inbox_message WHERE id IN %s""",
                    tuple(self.ids),
                )
            )
        )
        total, kept = 0, self.browse()
        for message in self:
            total += sizes.get(message.id, 0)
            if kept and total > limit:
                break
            kept |= message
        return kept

    @api.model
    def _wake_waiting(self):
        """Read again what waits for an order that has come in since.

        An order wakes its own messages (`oms.intake._wake_waiting`), but not one that
        another worker was reading in the same moment.
        """
        self.flush_model()
        self.env["sale.order"].flush_model(["oms_channel_id", "oms_external_id"])
        rows = self.env.execute_query(
            SQL(
                """SELECT message.id
                     FROM oms_inbox_message message
                     JOIN sale_order o ON o.oms_channel_id = message.channel_id
                                      AND o.oms_external_id = message.external_id
                    WHERE message.state = 'error' AND message.error_code = 'no_order'"""
            )
        )
        waiting = self.browse([message_id for (message_id,) in rows])
        waiting.try_lock_for_update(allow_referencing=True).write({"state": "new"})

    def _process_safely(self, patient=True):
        """Process messages; one that fails in a way nobody foresaw stops no other.

        :param bool patient: as in `_process`.
        :return: what was left for later.
        :rtype: Left
        """
        nothing = self.browse()
        if not self:
            return Left(nothing, nothing)
        try:
            with self.env.cr.savepoint():
                left = self._process(patient)
                self.env.flush_all()
            return left
        except NO_RECORDS_FAULT:
            raise
        except Exception:
            self.env.invalidate_all()
            if len(self) == 1:
                self._fail_unforeseen()
                return Left(nothing, nothing)
        middle = len(self) // 2
        first = self[:middle]._process_safely(patient)
        second = self[middle:]._process_safely(patient)
        return Left(first.aside | second.aside, first.untouched | second.untouched)

    def _process(self, patient=True):
        """Read messages and do what they say; each ends done or with its reason.

        :param bool patient: whether one that takes long is read at once, as a person
            waits for it or nobody else does; otherwise it is left for later.
        :return: what was left for later.
        :rtype: Left
        """
        reading = self._read(patient)
        for channel, documents in reading.documents.items():
            for wave in self._waves(sorted(documents, key=lambda pair: pair[0].id)):
                self._apply_safely(channel, wave)
        return Left(reading.aside, reading.untouched)

    @api.model
    def _waves(self, documents):
        """Cut documents so that each wave says one thing about an order.

        Within an order they follow in the order of their revisions.

        :param list documents: pairs of message and document.
        :rtype: list[list]
        """
        by_order = defaultdict(list)
        for message, document in documents:
            by_order[document.external_id].append((message, document))
        waves = defaultdict(list)
        for same in by_order.values():
            # A refund or a cancellation without a revision follows the order itself.
            ordered = sorted(
                same,
                key=lambda p: (
                    p[1].kind in ("refund", "cancel") and not p[1].revision,
                    p[1].revision,
                ),
            )
            for number, pair in enumerate(ordered):
                waves[number].append(pair)
        return [waves[number] for number in sorted(waves)]

    @api.model
    def _apply_safely(self, channel, wave):
        """Apply a wave; when it fails, halve it until the bad one stands alone."""
        if not wave:
            return
        try:
            with self.env.cr.savepoint():
                self.env["oms.intake"]._apply(channel, wave)
                self.env.flush_all()
        except NO_RECORDS_FAULT:
            raise
        except psycopg2.errors.UniqueViolation:
            # The same order or customer came in through another worker: what that one
            # wrote is seen by the next transaction only.
            self.env.invalidate_all()
            message = wave[0][0]
            if len(wave) == 1 and message.attempts < TRIES_OF_TWINS:
                message.state = "new"
                self.env.ref("oms_addon.ir_cron_intake")._trigger()
                return
            self._halve(channel, wave, "twice")
        except (UserError, ValidationError) as error:
            self.env.invalidate_all()
            self._halve(channel, wave, "failed", reason=str(error))
        except Exception as error:
            self.env.invalidate_all()
            if len(wave) == 1:
                _logger.exception("Message %s could not be applied", wave[0][0].id)
            detail = f"{type(error).__name__}: {error}"
            self._halve(channel, wave, "unforeseen", detail=detail)

    @api.model
    def _halve(self, channel, wave, code, **details):
        if len(wave) == 1:
            wave[0][0]._fail(code, **details)
            return
        middle = len(wave) // 2
        self._apply_safely(channel, wave[:middle])
        self._apply_safely(channel, wave[middle:])
