from odoo import models
from odoo.fields import Domain
from odoo.tools.translate import get_translation

from .settle_batch import SettleBatch

# How the host notes on an invoice which order it is made of.
ORIGIN = ("mail.message_origin_link", {"subtype_xmlid": "mail.mt_note"})


class AccountMove(models.Model):
    _inherit = "account.move"

    # === BUSINESS METHODS === #

    def message_post_with_source(self, source_ref, *, render_values=None, **kwargs):
        """Keep the notes "created from" of a booking run, logged all at once."""
        batch = SettleBatch.of(self.env)
        values = render_values or {}
        if (
            batch is None
            or (source_ref, kwargs) != ORIGIN
            or set(values) != {"self", "origin"}
        ):
            return super().message_post_with_source(
                source_ref, render_values=render_values, **kwargs
            )
        for move in self:
            batch.note(
                move,
                self.env["ir.qweb"]._render(
                    source_ref, {"self": move, "origin": values["origin"]}
                ),
            )
        return self.env["mail.message"]

    def _invoice_paid_hook(self):
        """Let a booking run know the notes that the host posts on paid orders."""
        batch = SettleBatch.of(self.env)
        if batch is not None:
            lang = self.env.lang or "en_US"
            batch.paid_notes.update(
                get_translation("sale", lang, "Invoice %s paid", (invoice.name,))
                for invoice in self
            )
        return super()._invoice_paid_hook()

    def js_assign_outstanding_line(self, line_id):
        """A booking run reconciles all its orders together, after posting."""
        if SettleBatch.of(self.env) is not None:
            return None
        return super().js_assign_outstanding_line(line_id)

    def _search_reconciled_payment_ids(self, operator, value):
        """Spare the search for invoices of payments that were just made.

        The host makes it for each payment that gets its entry.
        """
        batch = SettleBatch.of(self.env)
        if batch and operator == "in" and batch.new_payment_ids.issuperset(value):
            return Domain.FALSE
        return super()._search_reconciled_payment_ids(operator, value)

    def _get_next_sequence_format(self):
        """Ask once per booking run how numbers of the same kind look.

        The number itself is drawn by the host, which counts on from its own lock. Of
        the same kind is what is looked for and begun alike, also by other addons: by
        journal, kind of document, customer.
        """
        batch = SettleBatch.of(self.env)
        if batch is None:
            return super()._get_next_sequence_format()
        where, values = self._get_last_sequence_domain(relaxed=True)
        key = (
            self.date,
            self._get_starting_sequence(),
            where,
            repr(sorted(values.items())),
        )
        if key not in batch.number_formats:
            batch.number_formats[key] = super()._get_next_sequence_format()
        text, values = batch.number_formats[key]
        batch.number_formats[key] = text, dict(values)  # the host empties what it gets
        return text, dict(values)
