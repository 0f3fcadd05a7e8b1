import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# Model -> field -> what stands there once it is erased. Ids, numbers, amounts and
# digests stay: books and redeliveries need them.
PERSONAL = {
    "oms.inbox.message": {
        "body": False,
        "corrected_body": False,
        "headers": False,
        "query": False,
        "filename": False,
        "error_details": False,
    },
    "sale.order": {
        "oms_buyer_note": False,
        "oms_internal_note": False,
        "oms_told": False,
        "oms_receiver_token": False,
        "note": False,
        "signature": False,
        "signed_by": False,
    },
    "oms.hold": {"details": False},
    "oms.channel.sender": {"address": False},
    "crm.lead": {
        "name": "–",
        "contact_name": False,
        "partner_name": False,
        "email_from": False,
        "phone": False,
        "street": False,
        "street2": False,
        "city": False,
        "zip": False,
        "website": False,
        "function": False,
        "description": False,
        "oms_intent_words": False,
    },
    "payment.transaction": {
        "partner_name": False,
        "partner_email": False,
        "partner_phone": False,
        "partner_address": False,
        "partner_zip": False,
        "partner_city": False,
    },
    "res.partner": {
        "name": "–",
        "street": False,
        "street2": False,
        "city": False,
        "zip": False,
        "vat": False,
        "email": False,
        "phone": False,
        "website": False,
        "function": False,
        "comment": False,
        "image_1920": False,
        "partner_latitude": 0.0,
        "partner_longitude": 0.0,
    },
}
# What an invoice has to name as long as books are kept.
IN_BOOKS = ("name", "street", "street2", "city", "zip", "vat")
# What only says who somebody is goes as a whole.
LINKS = ("oms.channel.customer", "oms.channel.sender")
# Their attachments belong to the person; those of invoices belong to the books.
WITH_FILES = ("sale.order", "crm.lead", "res.partner", "oms.inbox.message")


class OmsPrivacy(models.AbstractModel):
    """Where personal data is: found, given out and erased in one place.

    Addons add to `_get_personal_fields`, `_get_models_with_files` and `_find_records`.
    """

    _name = "oms.privacy"
    _description = "Personal Data"

    # === WHERE IT IS === #

    @api.model
    def _get_personal_fields(self):
        """Model -> field -> value once it is erased.

        :rtype: dict[str, dict]
        """
        return {model: dict(names) for model, names in PERSONAL.items()}

    @api.model
    def _get_models_with_files(self):
        """Models whose attachments and messages are the person's.

        :rtype: tuple[str]
        """
        return WITH_FILES

    @api.model
    def _find(self, partner, emails=(), phones=()):
        """Everything that is known of a person.

        :param res.partner partner: the contact; may be empty.
        :param emails: further addresses.
        :param phones: further numbers, as they are written.
        :return: model -> records.
        :rtype: dict
        """
        return self._find_records(self._find_partners(partner, emails, phones), emails)

    def _find_partners(self, partner, emails, phones):
        """The contacts that are this person, archived ones included."""
        emails = {email.strip().lower() for email in emails if email.strip()}
        domain = Domain("id", "child_of", partner.ids) if partner else Domain.FALSE
        if emails:
            domain |= Domain("email_normalized", "in", list(emails))
        if phones:
            domain |= Domain("phone", "in", list(phones))
        everybody = self.env["res.partner"].with_context(active_test=False)
        found = everybody.search(domain)
        known = self.env["oms.channel.customer"].search(
            [("external_id", "in", [*emails, *phones])]
        )
        return found | known.partner_id

    def _find_records(self, partners, emails):
        """What belongs to contacts and addresses.

        :return: model -> records.
        :rtype: dict
        """
        orders = self.env["sale.order"].search(
            Domain.OR(
                Domain(name, "in", partners.ids)
                for name in ("partner_id", "partner_invoice_id", "partner_shipping_id")
            )
        )
        leads = (
            self.env["crm.lead"]
            .with_context(active_test=False)
            .search(
                Domain("partner_id", "in", partners.ids)
                | Domain("email_normalized", "in", [e.lower() for e in emails])
            )
        )
        return {
            "res.partner": partners,
            "oms.channel.customer": self.env["oms.channel.customer"].search(
                [("partner_id", "in", partners.ids)]
            ),
            "oms.channel.sender": self.env["oms.channel.sender"]
            .with_context(active_test=False)
            .search(
                Domain("partner_id", "in", partners.ids)
                | Domain("address", "in", [e.lower() for e in emails])
            ),
            "sale.order": orders,
            "oms.hold": orders.oms_hold_ids,
            "crm.lead": leads,
            "payment.transaction": self.env["payment.transaction"].search(
                Domain("partner_id", "in", partners.ids)
                | Domain("sale_order_ids", "in", orders.ids)
            ),
            "oms.inbox.message": self._find_messages(orders, leads, emails),
        }

    def _find_messages(self, orders, leads, emails):
        """Messages that became an order or lead of the person, that name an address,
        and the files that they were cut from.
        """
        messages = self.env["oms.inbox.message"]
        found = messages.search(
            Domain("order_id", "in", orders.ids) | Domain("lead_id", "in", leads.ids)
        )
        found |= messages._search_content(emails)
        while parents := found.parent_id - found:
            found |= parents
        return found

    # === ERASING === #

    @api.model
    def _erase(self, found):
        """Erase what was found of a person.

        :param dict found: from `_find`.
        :return: model -> number of records.
        :rtype: dict[str, int]
        """
        counts = {model: len(records) for model, records in found.items() if records}
        self._erase_files(found)
        for model, records in found.items():
            if model == "res.partner":
                self._erase_partners(records)
            elif model in LINKS:
                records.unlink()
            else:
                self._erase_fields(records)
        return counts

    @api.model
    def _erase_fields(self, records):
        """Blank the personal fields of records of one model."""
        if records._name == "oms.inbox.message":
            records._erase_content()
        elif records:
            values = self._get_personal_fields()[records._name]
            self._quiet(records).write(values | self._mark(records))

    @api.model
    def _quiet(self, records):
        """Records whose old values are not written into the chatter."""
        return records.with_context(tracking_disable=True, mail_notrack=True)

    @api.model
    def _mark(self, records):
        """The value that says since when a record is erased, where it has such a field.

        :rtype: dict
        """
        names = {"erased_at", "oms_erased_at"} & records._fields.keys()
        return dict.fromkeys(names, fields.Datetime.now())

    def _erase_partners(self, partners):
        """Blank contacts; who is named by a posted entry keeps name and address.

        :raise UserError: for employees.
        """
        users = partners.with_context(active_test=False).user_ids
        if any(not user.share for user in users):
            raise UserError(
                self.env._("A user of this database can't be erased. Archive the user.")
            )
        for user in users:
            user.write({"active": False, "login": f"__erased_{user.id}"})
        values = self._get_personal_fields()["res.partner"]
        kept = {name: values[name] for name in values if name not in IN_BOOKS}
        partners = self._quiet(partners)
        in_books = self._find_in_books(partners)
        in_books.write(kept | self._mark(partners))
        (partners - in_books).write(values | self._mark(partners))
        partners.filtered("active").action_archive()

    def _find_in_books(self, partners):
        """Contacts that a posted entry names."""
        groups = self.env["account.move"]._read_group(
            [("state", "=", "posted"), ("partner_id", "in", partners.ids)],
            ["partner_id", "commercial_partner_id"],
        )
        named = self.env["res.partner"].union(
            *(partner for pair in groups for partner in pair)
        )
        return partners & named

    def _erase_files(self, found):
        """Delete attachments, and blank what was written, on the person's records."""
        for model in self._get_models_with_files():
            records = found.get(model)
            if not records:
                continue
            on_them = [("res_id", "in", records.ids)]
            # Images of fields are blanked with their field.
            self.env["ir.attachment"].search(
                [("res_model", "=", model), ("res_field", "=", False), *on_them]
            ).unlink()
            messages = self.env["mail.message"].search(
                [("model", "=", model), *on_them]
            )
            messages.tracking_value_ids.unlink()
            messages.attachment_ids.unlink()
            messages.write({"body": "", "subject": False, "email_from": False})
        if "rating.rating" in self.env:  # comes with the after-sales addon
            partners = found.get("res.partner", self.env["res.partner"])
            ratings = self.env["rating.rating"]
            ratings = ratings.search([("partner_id", "in", partners.ids)])
            ratings.write({"feedback": False})

    # === GIVING OUT === #

    @api.model
    def _export(self, found):
        """What is known of a person, as plain values and as files.

        :param dict found: from `_find`.
        :return: model -> list of values; name of a file -> its bytes.
        :rtype: tuple[dict, dict[str, bytes]]
        """
        values, files = {}, {}
        personal = self._get_personal_fields()
        for model, records in found.items():
            names = personal.get(model, {"external_id": False})
            kinds = {name: records._fields[name].type for name in names}
            values[model] = records.read(
                ["display_name", "create_date"]
                + [name for name in names if kinds[name] != "binary"],
                load=None,
            )
            for name in names:
                if kinds[name] == "binary":
                    files |= _binaries(model, records, name)
        for model in self._get_models_with_files():
            self._export_files(model, found.get(model), values, files)
        return values, files

    def _export_files(self, model, records, values, files):
        """Add attachments and messages of records."""
        if not records:
            return
        on_them = [("res_id", "in", records.ids)]
        for attachment in self.env["ir.attachment"].search(
            [("res_model", "=", model), ("res_field", "=", False), *on_them]
        ):
            name = f"{model}/{attachment.res_id}-{attachment.id}-{attachment.name}"
            files[name] = attachment.raw or b""
        messages = self.env["mail.message"].search([("model", "=", model), *on_them])
        values.setdefault("mail.message", []).extend(
            {"model": model, "date": message.date, "body": str(message.body)}
            for message in messages
            if message.body
        )


def _binaries(model, records, name):
    """Contents of a binary field.

    :return: name of a file -> its bytes.
    :rtype: dict[str, bytes]
    """
    return {
        f"{model}/{record.id}-{name}": base64.b64decode(record[name])
        for record in records.with_context(bin_size=False)
        if record[name]
    }
