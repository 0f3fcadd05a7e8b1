from . import oms_case_type
from . import oms_case
from . import oms_case_flow
from . import oms_case_mail
