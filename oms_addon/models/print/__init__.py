from . import ir_actions_report_limit
from . import ir_actions_report
from . import stock_picking
from . import sale_order
