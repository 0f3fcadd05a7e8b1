import base64
import io
import json
import zipfile

from odoo import api, fields, models
from odoo.exceptions import UserError


class OmsPrivacyRequest(models.TransientModel):
    """What a person asks for: what is known of them, or that it goes."""

    _name = "oms.privacy.request"
    _description = "Request About Personal Data"

    partner_id = fields.Many2one(comodel_name="res.partner", string="Contact")
    emails = fields.Char(
        string="E-mail Addresses",
        help="Several with commas. Messages that name one are found too.",
    )
    phones = fields.Char(string="Phone Numbers", help="As written, with commas.")
    found_text = fields.Text(string="Found", compute="_compute_found_text")
    keeps_books = fields.Boolean(compute="_compute_found_text")
    file = fields.Binary(string="What Is Known", readonly=True, attachment=False)
    filename = fields.Char(readonly=True)
    is_erased = fields.Boolean(readonly=True)

    # === COMPUTE METHODS === #

    @api.depends("partner_id", "emails", "phones")
    def _compute_found_text(self):
        names = self.env["ir.model"]
        for request in self:
            found = request._find()
            request.found_text = "\n".join(
                f"{names._get(model).name}: {len(records)}"
                for model, records in found.items()
                if records
            )
            partners = found.get("res.partner")
            request.keeps_books = bool(
                partners and request._privacy()._find_in_books(partners)
            )

    # === ACTION METHODS === #

    def action_export(self):
        """Put all that is known of the person into an archive.

        :return: the same form, with the archive.
        :rtype: dict
        """
        found = self._find_something()
        values, files = self._privacy()._export(found)
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for model, rows in values.items():
                if rows:
                    text = json.dumps(rows, indent=2, default=str, ensure_ascii=False)
                    archive.writestr(f"{model}.json", text)
            for name, content in files.items():
                archive.writestr(name, content)
        self.write(
            {
                "file": base64.b64encode(buffer.getvalue()),
                "filename": self.env._("personal-data.zip"),
            }
        )
        self._log("export", {model: len(r) for model, r in found.items() if r})
        return self._reopen()

    def action_erase(self):
        """Erase the person; books, numbers and digests stay.

        :return: the same form.
        :rtype: dict
        """
        found = self._find_something()
        person = self._person()
        self._log("erase", self._privacy()._erase(found), person)
        self.write(
            {
                "is_erased": True,
                "partner_id": False,
                "emails": False,
                "phones": False,
                "file": False,
            }
        )
        return self._reopen()

    # === BUSINESS METHODS === #

    def _privacy(self):
        # sudo: administrators only (access rights of this model) erase in every model
        # and company, also where they have no role.
        return self.env["oms.privacy"].sudo()

    def _find(self):
        """What is known of the person; nothing without a word to look for.

        :rtype: dict
        """
        self.ensure_one()
        words = {
            name: [
                word.strip() for word in (self[name] or "").split(",") if word.strip()
            ]
            for name in ("emails", "phones")
        }
        if not self.partner_id and not any(words.values()):
            return {}
        own = self.partner_id.sudo()  # sudo: see `_privacy`
        emails = {*words["emails"], *filter(None, [own.email_normalized])}
        return self._privacy()._find(own, emails, words["phones"])

    def _find_something(self):
        self.check_access("write")
        found = self._find()
        if not any(found.values()):
            raise UserError(self.env._("Nothing is known of this person."))
        return found

    def _person(self):
        return self.env["oms.privacy.log"]._mask(
            self.partner_id.sudo().name, self.emails, self.phones
        )  # sudo: see `_privacy`

    def _log(self, what, counts, person=None):
        # sudo: nobody writes the log by hand
        self.env["oms.privacy.log"].sudo().create(
            {"what": what, "counts": counts, "person": person or self._person()}
        )

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
