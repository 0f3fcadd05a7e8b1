from . import account_analytic_distribution_model
from . import oms_intake
from . import oms_intake_partner
from . import oms_intake_product
from . import sale_order_create
from . import sale_order
from . import sale_order_lines
from . import crm_lead
