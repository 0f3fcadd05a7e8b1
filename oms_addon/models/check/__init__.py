from . import oms_check
from . import oms_hold
from . import sale_order
from . import sale_order_guards
