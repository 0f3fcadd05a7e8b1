from . import oms_case
from . import oms_privacy
from . import oms_retention_rule
from . import oms_return
