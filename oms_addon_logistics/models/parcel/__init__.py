from . import delivery_carrier
from . import oms_tracking_event
from . import sale_order
from . import stock_picking_label
from . import stock_picking_tracking
from . import stock_picking_waybill
