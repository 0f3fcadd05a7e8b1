from . import oms_case
from . import res_company
from . import sale_order
