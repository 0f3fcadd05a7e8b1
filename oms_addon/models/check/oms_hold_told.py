from odoo import models


class OmsHold(models.Model):
    """Holds for what a message tells and may not decide, in words."""

    _inherit = "oms.hold"

    def _release(self):
        """Letting an unknown sender's order pass gives it the channel's credit."""
        orders = self.filtered(lambda hold: hold.code == "credit_unknown").order_id
        result = super()._release()
        if orders:
            orders._oms_give_policy_credit()
        return result

    def _reason_sentences(self):
        """Several findings in one hold: a line for each."""
        several = (
            "proposal",
            "price_far",
            "payment_told",
            "credit_unknown",
            "unclear",
            "told_differs",
        )
        return super()._reason_sentences() | dict.fromkeys(several, self._items_text)

    def _items_text(self, details):
        """The findings of a hold, a line each.

        :rtype: str
        """
        return "\n".join(map(self._item_text, details.get("items", [])))

    def _item_text(self, item):
        """One finding: what is doubtful, its words and where they stand.

        :param dict item: ``code``, ``words`` and what the sentence needs.
        :rtype: str
        """
        values = {
            name: item.get(name) or ""
            for name in ("words", "where", "told", "ours", "currency")
        }
        code = item.get("code", "")
        sentence = self._item_sentences().get(code)
        if sentence:
            text = sentence(values)
        else:
            label = self._mark_labels().get(code, code)
            text = (
                self.env._("%(what)s: “%(words)s”", what=label, words=values["words"])
                if values["words"]
                else label
            )
        if values["where"].isdecimal():
            values["where"] = self.env._("line %(number)s", number=values["where"])
        if values["where"]:
            text = self.env._("%(text)s (%(where)s)", text=text, where=values["where"])
        return text

    def _item_sentences(self):
        """Sentence builders by finding; each takes its values."""
        return {
            "sender_unproven": lambda v: self.env._(
                "Nobody has proven that this mail is from %(words)s.", **v
            ),
            "sender_unknown": lambda v: self.env._(
                "%(words)s is not a known sender of this channel.", **v
            ),
            "sender_forged": lambda v: self.env._(
                "The mail server says that this mail is not from %(words)s.", **v
            ),
            "identity": lambda v: self.env._(
                "It names another customer, who was not taken: %(words)s", **v
            ),
            "namesake": lambda v: self.env._(
                "A customer has this e-mail address: %(words)s. Choose him if it is "
                "he.",
                **v,
            ),
            "address": lambda v: self.env._("New delivery address: %(words)s", **v),
            "price": lambda v: self.env._(
                "%(words)s: %(told)s %(currency)s is asked for, the list says %(ours)s "
                "%(currency)s.",
                **v,
            ),
            "discount": lambda v: self.env._(
                "A discount is asked for: %(words)s %(told)s", **v
            ),
            "payment": lambda v: self.env._(
                "It says that this is paid: %(words)s. Nothing was recorded.", **v
            ),
            "refund": lambda v: self.env._(
                "It says that this was given back: %(words)s. Nothing was recorded.",
                **v,
            ),
            "credit": lambda v: self.env._(
                "%(words)s would pay later, and nobody has granted it.", **v
            ),
            "unit": lambda v: self.env._(
                "It is ordered in %(words)s, our unit is %(ours)s.", **v
            ),
            "quantity": lambda v: self.env._(
                "%(words)s is ordered, rounding made it %(ours)s.", **v
            ),
            "line_total": lambda v: self.env._(
                "The line is told as %(told)s %(currency)s and comes to %(ours)s.", **v
            ),
            "total": lambda v: self.env._(
                "The total is told as %(told)s %(currency)s and comes to %(ours)s.", **v
            ),
            "tax": lambda v: self.env._(
                "The tax is told as %(told)s %(currency)s and comes to %(ours)s.", **v
            ),
            "free": lambda v: self.env._(
                "No price is told, or 0. Ours: %(ours)s.", **v
            ),
        }

    def _mark_labels(self):
        """What the marks of readers are called."""
        intents = self.env["crm.lead"]._fields["oms_intent"]
        return {
            **dict(intents._description_selection(self.env)),
            "free_text": self.env._("Read from free text"),
            "unsure": self.env._("Article without a code"),
            "numeral_in_hanzi": self.env._("Quantity in Chinese characters"),
            "relative_date": self.env._("Date counted from the day of the mail"),
            "unread": self.env._("Not understood"),
            "attachment": self.env._("Attached file that nobody read"),
            "forwarded": self.env._("Forwarded mail"),
            "vat_invoice": self.env._("A VAT invoice is wanted"),
            "has_buyer_message": self.env._(
                "The buyer wrote a message that did not come along"
            ),
            "cancel_request": self.env._("Wish to cancel"),
            "change_request": self.env._("Wish to change"),
            "column": self.env._("Column that nobody reads"),
            "sheet": self.env._("Sheet that nobody reads"),
            "country": self.env._("Unknown country"),
            "tax_rate": self.env._("Tax rate as told"),
        }
