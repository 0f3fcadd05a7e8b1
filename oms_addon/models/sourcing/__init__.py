from . import res_partner
from . import stock_warehouse
from . import oms_sourcing_policy
from . import oms_channel
from . import oms_hold
from . import oms_allocation
from . import sale_order_line
from . import sale_order
