from . import oms_csat_mixin
from . import res_partner
from . import returns
from . import cases
from . import oms_case_csat
from . import res_company
from . import sale_order_csat
from . import oms_overview
