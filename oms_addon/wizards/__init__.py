from . import oms_channel_upload
from . import sale_order_record_payment
