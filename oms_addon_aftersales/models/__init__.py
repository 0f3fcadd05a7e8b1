from . import oms_role
from . import oms_csat_mixin
from . import res_partner
from . import returns
from . import cases
from . import satisfaction
from . import oms_overview
from . import operations
