import base64

from odoo import api, models
from odoo.tools import file_open

# CNY for one unit
_RATES = {"EUR": 7.80, "USD": 7.15, "GBP": 9.10, "NOK": 0.67, "SEK": 0.71}
_TAX_RATE = 13


class OmsDemo(models.AbstractModel):
    """What the demo files can't say in XML: it depends on what is there already."""

    _name = "oms.demo"
    _description = "Demo Company"

    @api.model
    def _prepare_company(self):
        """Make an untouched main company the demo company.

        A company that keeps books (the host's own demo data) stays as it is; then
        the demo warehouses and channels join it.
        """
        company = self.env.ref("base.main_company")
        for code in ("en_US", "zh_CN"):
            self.env["res.lang"]._activate_lang(code)
        codes = ["CNY", *_RATES]
        currencies = self.env["res.currency"].with_context(active_test=False)
        for currency in currencies.search([("name", "in", codes)]):
            currency.active = True
        if self._is_untouched(company):
            self._rename(company)
            self._localize_taxes(company)
            self._adopt_warehouse()
            self._speak_english()
        self._set_rates(company)

    def _is_untouched(self, company):
        entries = self.env["account.move.line"].search_count(
            [("company_id", "=", company.id)], limit=1
        )
        orders = self.env["sale.order"].search_count(
            [("company_id", "=", company.id)], limit=1
        )
        return not entries and not orders

    def _rename(self, company):
        country = self.env.ref("base.cn")
        company.partner_id.write(
            {
                "name": "杭州晨帆家居有限公司",
                "street": "西湖区 紫荆花路 108 号晨帆大厦",
                "city": "杭州市",
                "zip": "310012",
                "state_id": self.env.ref("base.state_cn_ZJ").id,
                "country_id": country.id,
                "phone": "+86 571 8700 1080",
                "email": "hello@chenfan-home.example",
                "website": "https://www.chenfan-home.example",
                "lang": "zh_CN",
                "tz": "Asia/Shanghai",
                "partner_latitude": 30.2806,
                "partner_longitude": 120.1052,
            }
        )
        with file_open("oms_addon/demo/logo.png", "rb") as logo:
            company.write(
                {
                    "country_id": country.id,
                    "currency_id": self.env.ref("base.CNY").id,
                    "logo": base64.b64encode(logo.read()),
                }
            )
        company.account_fiscal_country_id = country
        company.account_use_credit_limit = True
        users = self.env["res.users"].with_context(active_test=False)
        for user in users.search([("share", "=", False), ("tz", "=", False)]):
            user.tz = "Asia/Shanghai"
        self.env.ref("base.user_admin").tz = "Asia/Shanghai"
        # The list price is in the company's currency.
        pricelists = self.env["product.pricelist"].search(
            [("company_id", "in", [False, company.id]), ("item_ids", "=", False)]
        )
        pricelists.currency_id = company.currency_id

    def _localize_taxes(self, company):
        """Turn the generic chart's taxes into China's VAT."""
        taxes = self.env["account.tax"].search([("company_id", "=", company.id)])
        taxes.tax_group_id.country_id = company.country_id
        taxes.country_id = company.country_id
        # The chart takes sales in its own country for domestic ones.
        domestic = self.env["account.fiscal.position"].search(
            [("company_id", "=", company.id), ("country_id", "!=", False)]
        )
        domestic.country_id = company.country_id
        sale, purchase = company.account_sale_tax_id, company.account_purchase_tax_id
        values = {"amount": _TAX_RATE, "invoice_label": f"{_TAX_RATE}%"}
        # Prices in China's shops are what the customer pays.
        sale.write(
            {
                **values,
                "name": f"VAT {_TAX_RATE}%",
                "price_include_override": "tax_included",
            }
        )
        purchase.write({**values, "name": f"Input VAT {_TAX_RATE}%"})
        chinese = {"lang": "zh_CN"}
        sale.with_context(**chinese).name = f"增值税 {_TAX_RATE}%"
        purchase.with_context(**chinese).name = f"进项税 {_TAX_RATE}%"
        # Taxes of other rates are copies and share the group.
        group = sale.tax_group_id
        group.name = "VAT"
        group.with_context(**chinese).name = "增值税"

    def _adopt_warehouse(self):
        """Let the warehouse that every database has be the one in Hangzhou."""
        warehouse = self.env.ref("stock.warehouse0", raise_if_not_found=False)
        if warehouse:
            self.env["ir.model.data"]._update_xmlids(
                [
                    {
                        "xml_id": "oms_addon.demo_warehouse_hz",
                        "record": warehouse,
                        "noupdate": True,
                    }
                ]
            )

    @api.model
    def _name_operations(self):
        """Name the operation types of the warehouses in every language.

        The host names them once, in the language of who makes the warehouse.
        """
        warehouses = self.env["stock.warehouse"].search([("active", "=", True)])
        for code, _name in self.env["res.lang"].get_installed():
            for warehouse in warehouses.with_context(lang=code):
                created, _next = warehouse._get_picking_type_create_values(0)
                for field, values in created.items():
                    warehouse[field].name = values["name"]

    def _speak_english(self):
        """English for the administrator, the system and new contacts.

        A database that was made in Chinese would write to everybody in Chinese.
        """
        self.env["ir.default"].set("res.partner", "lang", "en_US")
        for name in ("user_root", "user_admin", "public_user"):
            self.env.ref(f"base.{name}").partner_id.lang = "en_US"

    def _set_rates(self, company):
        """Set rates of today where there are none, seen from the company's currency."""
        if company.currency_id.name != "CNY":
            return
        currencies = self.env["res.currency"].search([("name", "in", list(_RATES))])
        currencies.rate_ids.filtered(lambda r: r.company_id == company).unlink()
        self.env["res.currency.rate"].create(
            [
                {
                    "currency_id": currency.id,
                    "company_id": company.id,
                    "name": "2025-01-01",
                    "inverse_company_rate": _RATES[currency.name],
                }
                for currency in currencies
            ]
        )

    @api.model
    def _stock_up(self, table):
        """Take stock: what lies in each warehouse.

        :param dict table: pieces by warehouse's and product's XML id; the
            product's lot follows after a colon where it has one.
        """
        values = []
        for warehouse_ref, row in table.items():
            location = self.env.ref(warehouse_ref).lot_stock_id
            for product_ref, pieces in row.items():
                product_ref, _colon, lot = product_ref.partition(":")
                product = self.env.ref(product_ref)
                values.append(
                    {
                        "product_id": product.id,
                        "location_id": location.id,
                        "lot_id": self._lot(product, lot).id,
                        "inventory_quantity": pieces,
                    }
                )
        quants = self.env["stock.quant"].with_context(inventory_mode=True)
        quants.create(values).action_apply_inventory()

    def _lot(self, product, name):
        lots = self.env["stock.lot"]
        if not name:
            return lots
        return lots.search(
            [("product_id", "=", product.id), ("name", "=", name)], limit=1
        ) or lots.create({"product_id": product.id, "name": name})
