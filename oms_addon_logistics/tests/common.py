from odoo import Command, fields
from odoo.tests import TransactionCase, new_test_user


class LogisticsCase(TransactionCase):
    """A warehouse in Shanghai with two vans, reserved orders around it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.company = cls.env["res.company"].create({"name": "Logistics Test"})
        cls.env.user.company_ids += cls.company
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.company.ids}
        )
        cls.env.user.company_id = cls.company
        cls.warehouse = cls._warehouse_of(cls.company)
        # Its day is the day of the tests, whatever time it is.
        cls.warehouse.partner_id = cls._partner(
            "Depot", 31.23, 121.47, city="Depot City", tz="UTC"
        )
        cls.dispatcher = cls._user("oms_dispatcher", "group_oms_dispatcher")
        cls.driver = cls._user("oms_driver", "group_oms_driver")
        cls.other_driver = cls._user("oms_other_driver", "group_oms_driver")
        cls.product = cls.env["product.product"].create(
            {
                "name": "Kettle",
                "is_storable": True,
                "weight": 10.0,
                "volume": 0.05,
                "list_price": 20.0,
            }
        )
        cls._add_stock(cls.warehouse, 1000)
        brand = cls.env["fleet.vehicle.model.brand"].create({"name": "Wuling"})
        cls.model = cls.env["fleet.vehicle.model"].create(
            {"name": "Van", "brand_id": brand.id}
        )
        cls.van = cls._vehicle("沪A10001", cls.driver)
        cls.other_van = cls._vehicle("沪A10002", cls.other_driver)
        cls.carrier = cls._carrier("oms_fleet")

    @classmethod
    def _warehouse_of(cls, company):
        return cls.env["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        )

    @classmethod
    def _user(cls, login, group, company=None):
        company = company or cls.company
        kind = "portal" if group == "group_oms_driver" else "user"
        return new_test_user(
            cls.env,
            login=login,
            groups=f"base.group_{kind},oms_addon_logistics.{group}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    @classmethod
    def _partner(cls, name, latitude=None, longitude=None, **values):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "street": "1 Nanjing Road",
                "city": "Shanghai",
                "country_id": cls.env.ref("base.cn").id,
                "partner_latitude": latitude or 0.0,
                "partner_longitude": longitude or 0.0,
                **values,
            }
        )

    @classmethod
    def _vehicle(cls, plate, user=None, **values):
        return cls.env["fleet.vehicle"].create(
            {
                "model_id": cls.model.id,
                "license_plate": plate,
                "driver_id": user.partner_id.id if user else False,
                "company_id": cls.company.id,
                "oms_warehouse_id": cls.warehouse.id,
                "oms_capacity_weight": 500.0,
                "oms_capacity_volume": 10.0,
                **values,
            }
        )

    @classmethod
    def _carrier(cls, delivery_type, **values):
        product = cls.env["product.product"].create(
            {"name": "Shipping", "type": "service"}
        )
        return cls.env["delivery.carrier"].create(
            {
                "name": delivery_type,
                "delivery_type": delivery_type,
                "product_id": product.id,
                "company_id": cls.company.id,
                **values,
            }
        )

    @classmethod
    def _add_stock(cls, warehouse, quantity, product=None):
        cls.env["stock.quant"]._update_available_quantity(
            product or cls.product, warehouse.lot_stock_id, quantity
        )

    @classmethod
    def _orders(
        cls,
        count,
        quantity=1,
        spread=0.02,
        warehouse=None,
        product=None,
        around=(31.23, 121.47),
        **partner_values,
    ):
        """Confirmed, reserved orders of different customers around the depot."""
        partners = cls.env["res.partner"]
        warehouse = warehouse or cls.warehouse
        for index in range(count):
            sign = -1 if index % 2 else 1
            partners += cls._partner(
                f"Customer {index}",
                around[0] + sign * spread * (1 + index % 5),
                around[1] - sign * spread * (1 + index % 3),
                **{"zip": f"2000{(index * 37) % 90 + 10}", **partner_values},
            )
        orders = cls.env["sale.order"].create(
            [
                {
                    "partner_id": partner.id,
                    "warehouse_id": warehouse.id,
                    "company_id": cls.company.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": (product or cls.product).id,
                                "product_uom_qty": quantity,
                            }
                        )
                    ],
                }
                for partner in partners
            ]
        )
        orders.action_confirm()
        orders.picking_ids.action_assign()
        return orders

    def _plan(self, **values):
        """A plan of today as the dispatcher makes it, quick and repeatable."""
        return (
            self.env["oms.route.plan"]
            .with_user(self.dispatcher)
            .with_company(self.company)
            .create(
                {
                    "date": fields.Date.today(),
                    "company_id": self.company.id,
                    "warehouse_ids": [Command.set(self.warehouse.ids)],
                    "max_iterations": 100,
                    **values,
                }
            )
        )

    def _started_trip(self, count=2, **values):
        """A trip on the road, as its driver sees it."""
        orders = self._orders(count)
        plan = self._plan(vehicle_ids=[Command.set(self.van.ids)], **values)
        plan.action_plan()
        plan.action_dispatch()
        trip = plan.trip_ids.with_user(self.driver)
        trip._start()
        return trip, orders
