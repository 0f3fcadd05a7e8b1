from . import oms_overview
from . import oms_overview_sections
from . import sale_order
