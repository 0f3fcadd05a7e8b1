from . import oms_channel_upload
from . import oms_privacy_request
from . import sale_order_record_payment
