import base64
import hashlib
from collections import Counter, defaultdict

import psycopg2.errors

from odoo import api, models
from odoo.exceptions import ConcurrencyError
from odoo.fields import Domain

from ...adapters.base import InboundRequest
from ...adapters.read import text
from ...authority import DOORS
from ..context import Arrival

# Headers that are never stored: they carry credentials.
SECRET_HEADERS = {
    "authorization",
    "cookie",
    "x-shopify-access-token",
    "proxy-authorization",
}


class OmsInboxMessage(models.Model):
    """How messages come in: each is kept once, a redelivery is counted."""

    _inherit = "oms.inbox.message"

    @api.private  # for the mail gateway: over RPC it would be a way past signatures
    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """A mail to a channel's address is a message like any other."""
        channel = self.env["oms.channel"].browse(
            (custom_values or {}).get("channel_id")
        )
        raw = self.env.context.get("oms_raw_mail") or b""
        # sudo: the mail gateway's user may write to the inbox on behalf of senders
        return self.sudo()._receive(
            channel.sudo(),
            [
                InboundRequest(
                    body=raw,
                    content_type="message/rfc822",
                    kind="email",
                    filename=(msg_dict.get("subject") or "")[:100],
                )
            ],
            source="mail",
        )

    @api.model
    def _digest(self, request, kind):
        """SHA-256 of what a message says: the same content counts as one message."""
        return hashlib.sha256(kind.encode() + b"\n" + request.body).hexdigest()

    @api.model
    def _receive(self, channel, requests, parent=None, again=False, source="webhook"):
        """Keep messages, each once; a redelivery is counted.

        A sender that got no answer repeats a message, maybe after a newer one: so
        the same content again is no news, unless ``again`` says that it is meant.

        :param oms.channel channel:
        :param list requests: of `InboundRequest`.
        :param parent: message that they are parts of, or None.
        :param bool again: content that a later message has replaced is kept and read
            once more: a person uploads a file, or a new file has it as a part.
        :param str source: the door it comes in by (`authority.DOORS`); parts have
            that of their message. Every door names itself.
        :return: the messages, new and known ones, in the order of ``requests``.
        :rtype: oms.inbox.message
        """
        if source not in DOORS:
            raise ValueError(f"unknown door {source!r}")
        kinds = [request.kind or channel.kind for request in requests]
        digests = [self._digest(r, k) for r, k in zip(requests, kinds, strict=True)]
        counts = Counter(digests)
        known = {
            m.digest: m
            for m in self.search(
                [("channel_id", "=", channel.id), ("digest", "in", digests)]
            )
        }
        names = dict.fromkeys(digests, "")
        if again:
            names.update(self._take_back(known))
        by_times = defaultdict(self.browse)
        for digest, message in known.items():
            by_times[counts[digest]] |= message
        for times, messages in by_times.items():
            messages._count_again(times)
        fresh = {}
        for request, kind, digest in zip(requests, kinds, digests, strict=True):
            if digest not in known and digest not in fresh:
                fresh[digest] = self._prepare_message(channel, request, kind, parent)
                fresh[digest].update(self._prepare_source(source, parent))
                fresh[digest].update(
                    digest=digest + names[digest], delivery_count=counts[digest]
                )
        created = self._keep(list(fresh.values()))
        known.update(zip(fresh, created, strict=True))
        if created and not parent:
            self.env.ref("oms_addon.ir_cron_intake")._trigger()
        return self.browse([known[digest].id for digest in digests])

    @api.model
    def _take_back(self, known):
        """Forget known messages that a later one has replaced; see `_receive`.

        :param dict known: messages by digest; changed in place.
        :return: by digest what the name of its next message ends with.
        :rtype: dict[str, str]
        """
        replaced = self.union(*known.values())._replaced_in_part()
        if not replaced:
            return {}
        digests = replaced.mapped("digest")
        repeats = self.search(
            Domain("channel_id", "in", replaced.channel_id.ids)
            & Domain.OR(Domain("digest", "=like", f"{digest}-%") for digest in digests),
            order="id",
        )
        by_content = repeats.grouped(lambda message: message._content_name())
        gone = repeats._replaced_in_part()
        names = {}
        for digest in digests:
            own = by_content.get(digest, self.browse())
            latest = own[-1:] - gone
            if latest:
                known[digest] = latest
            else:
                del known[digest]
                names[digest] = f"-{len(own) + 2}"
        return names

    def _replaced_in_part(self):
        """Messages that were replaced themselves, or one of their parts was."""
        found = (self | self.child_ids)._replaced()
        return self & (found | found.parent_id)

    def _replaced(self):
        """Messages whose order has taken over another content since.

        Only of formats in which what comes later is newer.
        """
        return self.filtered(
            lambda m: (
                m.state in ("done", "ignored")
                and m.document_kind in ("order", "change")
                and m._later_wins(m.order_id)
                and m.order_id.oms_snapshot_id._arrival() > m._arrival()
                and m.order_id.oms_snapshot_id._content_name() != m._content_name()
            )
        )

    def _content_name(self):
        """The digest without what tells repeated messages apart."""
        return (self.digest or "").partition("-")[0]

    def _arrival(self):
        """What sorts messages by when their content came in.

        :rtype: tuple[int, int]
        """
        root = self
        while root.parent_id:
            root = root.parent_id
        return (root.id or 0, self.id or 0)

    def _later_wins(self, order):
        """Whether of two equal revisions the one that came in later is newer."""
        adapter = self._adapter()
        return bool(adapter and adapter.later_wins) or not order.oms_revision

    def _is_other_order(self, document, order):
        """Whether a file uses the number of an order for another customer's."""
        adapter = self._adapter()
        return bool(
            adapter
            and adapter.later_wins
            and document.kind in ("order", "change")
            and order._oms_is_of_another(document)
        )

    @api.model
    def _keep(self, vals_list):
        """Create messages.

        :raise ConcurrencyError: when one is just coming in through another request;
            the host repeats this one, which then counts it.
        """
        silent = self.with_context(
            mail_create_nosubscribe=True,
            mail_create_nolog=True,
            tracking_disable=True,
            oms_arrival=Arrival.of(self.env) or Arrival(),
        )
        try:
            with self.env.cr.savepoint():
                return silent.create(vals_list)
        except psycopg2.errors.UniqueViolation as error:
            raise ConcurrencyError("The same message is coming in twice.") from error

    @api.model
    def _count_mail_again(self, raw):
        """Count a mail that the host passes over: it knows its Message-ID.

        :param bytes raw: the mail.
        """
        digest = self._digest(InboundRequest(body=raw), "email")
        self.search([("digest", "=", digest)])._count_again()

    @api.model
    def _prepare_source(self, source, parent):
        """Values that say where a message comes from.

        :param str source: the door.
        :param parent: message that it is a part of, or None.
        :rtype: dict
        """
        if parent:
            return {
                "source": parent.source,
                "source_user_id": parent.source_user_id.id,
                "source_trusted": parent.source_trusted,
            }
        door = Arrival.of(self.env)
        by_user = source in ("upload", "api")
        return {
            "source": source,
            "source_user_id": self.env.uid if by_user else bool(door) and door.user_id,
            "source_trusted": source == "mail" and bool(door) and door.trusted,
        }

    @api.model
    def _prepare_message(self, channel, request, kind, parent):
        headers = {
            name: text(value)
            for name, value in request.headers.items()
            if name.lower() not in SECRET_HEADERS
        }
        return {
            "channel_id": channel.id,
            "kind": kind,
            "body": base64.b64encode(request.body),
            "headers": headers,
            "query": {text(name): text(value) for name, value in request.query.items()},
            "content_type": text(request.content_type),
            "filename": text(request.filename),
            "parent_id": parent.id if parent else False,
        }
