from . import oms_channel
from . import oms_channel_address
from . import oms_channel_action
from . import oms_channel_secret
from . import oms_channel_listing
from . import oms_channel_customer
from . import oms_channel_authority
from . import oms_channel_sender
