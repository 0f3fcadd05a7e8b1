import json
import secrets
from datetime import UTC, datetime

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.base.models.res_partner import _tz_get

from ...adapters import adapter_kinds, get_adapter
from ...adapters.base import ChannelSettings


class OmsChannel(models.Model):
    _name = "oms.channel"
    _description = "Sales Channel"
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    kind = fields.Selection(
        selection=[
            ("manual", "Phone and Counter"),
            ("api", "API"),
            ("email", "E-mail"),
            ("csv", "Files (CSV, Excel)"),
            ("ubl", "EDI (UBL, Peppol)"),
            ("shopify", "Shopify"),
            ("woocommerce", "WooCommerce"),
            ("taobao", "Taobao / Tmall"),
        ],
        required=True,
        default="manual",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
    )
    token = fields.Char(
        string="Webhook Token",
        required=True,
        copy=False,
        readonly=True,
        groups="oms_addon.group_oms_manager",
        default=lambda self: secrets.token_urlsafe(24),
    )
    webhook_url = fields.Char(
        compute="_compute_webhook_url", groups="oms_addon.group_oms_manager"
    )
    secret_ids = fields.One2many(
        comodel_name="oms.channel.secret",
        inverse_name="channel_id",
        string="Secrets",
        groups="base.group_system",
    )
    base_url = fields.Char(
        string="Platform Address",
        tracking=True,
        help="Address of the shop or the platform's interface, for calls out.",
    )
    options_text = fields.Text(
        string="Further Settings",
        default="{}",
        help="Settings of this kind of channel as JSON, e.g. the columns of a file.",
    )
    timezone = fields.Selection(
        selection=_tz_get,
        required=True,
        default=lambda self: self.env.user.tz or "UTC",
        help="Used when a message gives a time without its zone.",
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="Used when a message gives no currency.",
    )
    country_id = fields.Many2one(
        comodel_name="res.country",
        default=lambda self: self.env.company.country_id,
        help="Used when an address gives no country.",
    )
    lang = fields.Selection(
        selection=lambda self: self.env["res.lang"].get_installed(),
        string="Customers' Language",
        help="Used for customers whose message gives neither a language nor a country. "
        "Empty: the language of the channel's country.",
    )
    pricelist_id = fields.Many2one(comodel_name="product.pricelist", check_company=True)
    prices_include_tax = fields.Boolean(
        help="Prices include tax if the message does not say."
    )
    team_id = fields.Many2one(comodel_name="crm.team", check_company=True)
    user_id = fields.Many2one(
        comodel_name="res.users", string="Responsible", check_company=True
    )
    warehouse_ids = fields.Many2many(
        comodel_name="stock.warehouse",
        string="Warehouses in Reach",
        check_company=True,
        help="Warehouses that may serve this channel. Empty: all of the company.",
    )

    # policy
    auto_confirm = fields.Boolean(
        string="Confirm Automatically",
        default=True,
        help="Orders without a hold get their warehouse and are confirmed at once.",
    )
    check_ids = fields.Many2many(
        comodel_name="oms.check",
        string="Checks",
        default=lambda self: self.env["oms.check"].search([]),
    )
    total_tolerance = fields.Float(
        default=0.05,
        help="Difference from the channel's total that is accepted, in the order's"
        " currency.",
    )
    duplicate_hours = fields.Integer(
        string="Duplicate Window (hours)",
        default=24,
        help="Another order of the same customer with the same goods in this time "
        "is a possible duplicate.",
    )
    invoice_policy = fields.Selection(
        selection=[
            ("none", "By hand"),
            ("payment", "When paid"),
        ],
        default="payment",
        required=True,
        help="When the invoice of a paid order is made and reconciled.",
    )
    payment_provider_id = fields.Many2one(
        comodel_name="payment.provider",
        check_company=True,
        help="Records money that the channel has collected. Its journal is the "
        "channel's account.",
    )
    notify_customer = fields.Boolean(
        string="Send Odoo's Mails",
        help="Send order and payment mails from here. Marketplaces send their own.",
    )
    on_account = fields.Boolean(
        string="Orders Are on Account",
        help="Customers pay by invoice later: orders are not held for payment.",
    )
    create_taxes = fields.Boolean(
        string="Make Missing Taxes",
        default=True,
        help="When a message names a tax rate that no sales tax here has, make one "
        "like the default sales tax.",
    )
    shipping_product_id = fields.Many2one(
        comodel_name="product.product",
        check_company=True,
        help="Product for the shipping that the channel charges.",
    )
    push_stock = fields.Boolean(string="Send Stock Levels")
    push_shipment = fields.Boolean(string="Send Tracking Numbers")
    can_push_stock = fields.Boolean(compute="_compute_abilities")
    can_push_shipment = fields.Boolean(compute="_compute_abilities")
    stock_buffer = fields.Float(
        help="Units kept back when stock levels are sent to the channel."
    )
    alias_id = fields.Many2one(
        comodel_name="mail.alias",
        string="E-mail Alias",
        ondelete="restrict",
        copy=False,
    )

    listing_ids = fields.One2many(
        comodel_name="oms.channel.listing",
        inverse_name="channel_id",
        groups="oms_addon.group_oms_user",
    )
    _token_unique = models.UniqueIndex("(token)", "This token is already in use.")

    # === COMPUTE METHODS === #

    @api.depends("token")
    def _compute_webhook_url(self):
        for channel in self:
            channel.webhook_url = (
                f"{channel.get_base_url()}/oms/webhook/{channel.token}"
            )

    @api.depends("kind")
    def _compute_abilities(self):
        for channel in self:
            adapter = channel._adapter()
            channel.can_push_stock = bool(adapter and adapter.can_push_stock)
            channel.can_push_shipment = bool(adapter and adapter.can_push_shipment)

    # === CONSTRAINT METHODS === #

    @api.constrains("options_text")
    def _check_options_text(self):
        for channel in self:
            try:
                readable = isinstance(json.loads(channel.options_text or "{}"), dict)
            except ValueError:
                readable = False
            if not readable:
                raise ValidationError(
                    self.env._(
                        "The further settings of %(channel)s are no JSON object. "
                        'Example: {"columns": {"Order No.": "number"}}',
                        channel=channel.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        channels = super().create(vals_list)
        channels._ensure_alias()
        return channels

    def write(self, vals):
        result = super().write(vals)
        if "kind" in vals:
            self._ensure_alias()
        return result

    def unlink(self):
        aliases = self.alias_id
        result = super().unlink()
        aliases.sudo().unlink()  # sudo: aliases belong to the mail administrator
        return result

    # === ACTION METHODS === #

    def action_new_token(self):
        """Replace the webhook token; the old address stops working at once.

        :return: True
        """
        self.check_access("write")
        for channel in self:
            channel.token = secrets.token_urlsafe(24)
        return True

    # === BUSINESS METHODS === #

    def _adapter(self):
        """The adapter of this kind of channel, or None (phone and counter).

        :rtype: adapters.base.Adapter | None
        """
        self.ensure_one()
        return get_adapter(self.kind) if self.kind in adapter_kinds() else None

    def _secrets(self):
        """The channel's secrets by name, for signatures only.

        :rtype: dict
        """
        self.ensure_one()
        # sudo: only administrators may read secrets; the signature check, which
        # runs for a visitor, needs them and returns nothing of them.
        return {secret.name: secret.value or "" for secret in self.sudo().secret_ids}

    def _settings(self):
        """What the adapter may know of the channel.

        :rtype: adapters.base.ChannelSettings
        """
        self.ensure_one()
        return ChannelSettings(
            currency=self.currency_id.name or "",
            country_code=self.country_id.code or "",
            timezone=self.timezone or "UTC",
            prices_include_tax=self.prices_include_tax,
            options=self._options(),
            address=self._address(),
        )

    def _verify(self, request):
        """Check a request's signature; see `adapters.base.Adapter.verify`.

        :param InboundRequest request:
        :raise SignatureError: when the sender is not the platform.
        """
        self._adapter().verify(request, self._secrets(), datetime.now(UTC))

    def _ensure_alias(self):
        """Give e-mail channels an alias that feeds the inbox."""
        missing = self.filtered(lambda c: c.kind == "email" and not c.alias_id)
        if not missing:
            return
        model = self.env["ir.model"]._get("oms.inbox.message")
        # sudo: aliases belong to the mail administrator
        aliases = (
            self.env["mail.alias"]
            .sudo()
            .create(
                [
                    {
                        "alias_name": f"orders-{channel.id}",
                        "alias_model_id": model.id,
                        "alias_defaults": repr({"channel_id": channel.id}),
                        "alias_contact": "everyone",
                    }
                    for channel in missing
                ]
            )
        )
        for channel, alias in zip(missing, aliases, strict=True):
            channel.alias_id = alias
