from . import oms_overview
from . import oms_overview_sections
from . import sale_order
from . import sale_order_facts
from . import stock_picking_facts
from . import account_move_facts
