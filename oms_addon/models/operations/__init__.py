from . import oms_health
from . import oms_health_measure
from . import oms_inbox_message
from . import res_partner
from . import sale_order
from . import oms_privacy
from . import oms_privacy_log
from . import oms_retention_rule
