from . import sale_order_record_payment
