import logging
from collections import defaultdict

import psycopg2.errors

from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ...adapters import adapter_kinds, get_adapter
from ...adapters.base import AdapterError
from ..retry import LOST_RACE, work_in_batches

_logger = logging.getLogger(__name__)

BATCH = 200
# How often a message is read that meets its twin in another transaction.
TRIES_OF_TWINS = 3


class OmsInboxMessage(models.Model):
    _inherit = "oms.inbox.message"

    @api.model
    def _cron_process(self, limit=BATCH):
        """Work through the inbox, a batch a transaction, oldest first.

        Several workers may run it at once: each claims other rows.

        :param int limit: messages per batch.
        """
        self._wake_waiting()
        work_in_batches(
            self,
            [("state", "=", "new")],
            lambda messages: messages._process_safely(),
            order="id",
            limit=limit,
        )
        self.env.ref("oms_addon.ir_cron_fulfil")._trigger()

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

    def _process_safely(self):
        """Process messages; one that fails in a way nobody foresaw stops no other."""
        if not self:
            return
        try:
            with self.env.cr.savepoint():
                self._process()
                self.env.flush_all()
            return
        except LOST_RACE:
            raise
        except Exception:
            self.env.invalidate_all()
            if len(self) == 1:
                self._fail_unforeseen()
                return
        middle = len(self) // 2
        self[:middle]._process_safely()
        self[middle:]._process_safely()

    def _process(self):
        """Read messages and do what they say; each ends done or with its reason."""
        pieces = self._split_messages()
        pairs = defaultdict(list)
        for message in pieces.sorted("id"):
            document = message._parse()
            if document:
                pairs[message.channel_id].append((message, document))
        for channel, documents in pairs.items():
            for wave in self._waves(documents):
                self._apply_safely(channel, wave)

    def _split_messages(self):
        """Cut messages with several orders into parts.

        :return: the messages that hold one document each.
        :rtype: oms.inbox.message
        """
        pieces = self.browse()
        for attempts, messages in self.grouped("attempts").items():
            messages.attempts = attempts + 1
        for message in self:
            adapter = message._adapter()
            if not adapter:
                message._fail("unsupported", value=message.kind or "")
                continue
            try:
                parts = adapter.split(
                    message._request(), message.channel_id._settings()
                )
            except AdapterError as error:
                message._fail(error.code, **error.details)
                continue
            except Exception:  # a hostile message must not stop the inbox
                message._fail_unforeseen()
                continue
            if len(parts) == 1 and parts[0].body == message._content():
                pieces |= message
            else:
                pieces |= message._keep_parts(parts)
        return pieces

    def _keep_parts(self, parts):
        """Store the parts of a message; parts that are known are not read again."""
        children = self._receive(
            self.channel_id, parts, parent=self, again=True, source="webhook"
        )
        self._succeed("split", outcome="none" if not parts else False)
        return children.filtered(lambda m: m.state in ("new", "error"))

    def _adapter(self):
        return get_adapter(self.kind) if self.kind in adapter_kinds() else None

    def _parse(self):
        """Read the one document of a message.

        :return: the document, or None when it needs nothing or can't be read.
        :rtype: OrderDocument | None
        """
        self.ensure_one()
        try:
            document = self._adapter().parse(
                self._request(), self.channel_id._settings()
            )
        except AdapterError as error:
            self._fail(error.code, **error.details)
            return None
        except Exception:  # a hostile message must not stop the inbox
            self._fail_unforeseen()
            return None
        self.write(
            {
                "external_id": document.external_id,
                "number": document.number or document.subject or document.external_id,
                "document_kind": document.kind,
            }
        )
        if document.kind == "ignored":
            self._succeed("ignored", outcome="none")
            return None
        return document

    def _fail_unforeseen(self):
        """Let a message wait whose adapter failed in a way it should not."""
        _logger.warning(
            "Message %s of kind %s: the adapter failed",
            self.id,
            self.kind,
            exc_info=True,
        )
        self._fail("odd_content")

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
        except LOST_RACE:
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
