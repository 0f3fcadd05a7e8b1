from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user


class PageCase(HttpCase):
    """Two drivers with a dispatched trip each, with real orders on them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.company.partner_id.tz = "Asia/Shanghai"
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.warehouse.partner_id.write(
            {"partner_latitude": 30.2, "partner_longitude": 120.2}
        )
        cls.driver = cls._create_user("driver_li", "Li Wei", "group_oms_driver")
        cls.other_driver = cls._create_user("driver_wu", "Wu Fang", "group_oms_driver")
        cls.dispatcher = cls._create_user(
            "dispatcher_he", "He Min", "group_oms_dispatcher"
        )
        cls.product = cls.env["product.product"].create(
            {"name": "Tea Set", "is_storable": True, "list_price": 80.0}
        )
        cls.env["stock.quant"]._update_available_quantity(
            cls.product, cls.warehouse.lot_stock_id, 100
        )
        cls.customers = cls.env["res.partner"].create(
            [
                {
                    "name": name,
                    "street": street,
                    "city": "Hangzhou",
                    "zip": "310000",
                    "country_id": cls.env.ref("base.cn").id,
                    "phone": phone,
                    "partner_latitude": 30.25 + index * 0.02,
                    "partner_longitude": 120.15 + index * 0.015,
                }
                for index, (name, street, phone) in enumerate(
                    [
                        ("Zhang Wei", "88 Wensan Road", "+86 138 1234 5678"),
                        ("Anna Berg", "12 Beishan Street", "+86 139 8765 4321"),
                        ("Chen Jie", "5 Tianmushan Road", "+86 137 1111 2222"),
                    ]
                )
            ]
        )
        cls.trip = cls._create_trip(cls.driver, "浙A·10001", cls.customers)
        cls.other_trip = cls._create_trip(
            cls.other_driver, "浙A·10002", cls.customers[0]
        )
        cls.stop = cls.trip.stop_ids[0]
        cls.picking = cls.stop.picking_ids

    @classmethod
    def _create_user(cls, login, name, group):
        return new_test_user(
            cls.env,
            login=login,
            name=name,
            groups=",".join(
                (
                    # drivers need no internal user
                    "base.group_portal"
                    if group == "group_oms_driver"
                    else "base.group_user",
                    f"oms_addon_logistics.{group}",
                )
            ),
            tz="Asia/Shanghai",
        )

    @classmethod
    def _create_trip(cls, user, plate, customers):
        """Dispatch a trip of a new vehicle with one delivery per customer."""
        brand = cls.env["fleet.vehicle.model.brand"].create({"name": "Test"})
        vehicle = cls.env["fleet.vehicle"].create(
            {
                "model_id": cls.env["fleet.vehicle.model"]
                .create({"name": "Van", "brand_id": brand.id})
                .id,
                "license_plate": plate,
                "oms_warehouse_id": cls.warehouse.id,
                "driver_id": user.partner_id.id,
            }
        )
        orders = cls.env["sale.order"].create(
            [
                {
                    "partner_id": customer.id,
                    "order_line": [
                        fields.Command.create(
                            {"product_id": cls.product.id, "product_uom_qty": 2}
                        )
                    ],
                }
                for customer in customers
            ]
        )
        orders.action_confirm()
        now = fields.Datetime.now().replace(second=0)
        trip = cls.env["oms.trip"].create(
            {
                "vehicle_id": vehicle.id,
                "warehouse_id": cls.warehouse.id,
                "date": fields.Date.today(),
                "planned_start": now,
                "planned_end": now + timedelta(hours=3),
                "km": 42.0,
                "stop_ids": [
                    fields.Command.create(
                        {
                            "sequence": index,
                            "partner_id": order.partner_id.id,
                            "picking_ids": order.picking_ids.ids,
                            "planned_arrival": now + timedelta(minutes=30 * index),
                            "planned_departure": now
                            + timedelta(minutes=30 * index + 5),
                            "window_start": now,
                            "window_end": now + timedelta(hours=4),
                            "parcel_count": 1,
                            "latitude": order.partner_id.partner_latitude,
                            "longitude": order.partner_id.partner_longitude,
                        }
                    )
                    for index, order in enumerate(orders, 1)
                ],
            }
        )
        trip.user_id = user
        trip.action_dispatch()
        return trip
