from . import oms_role
from . import mail_activity
from . import mail_activity_mixin
