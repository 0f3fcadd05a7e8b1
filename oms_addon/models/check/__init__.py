from . import oms_check
from . import oms_hold
from . import sale_order
from . import sale_order_guards
from . import oms_hold_told
from . import sale_order_told
from . import sale_order_proposal
from . import sale_order_differs
