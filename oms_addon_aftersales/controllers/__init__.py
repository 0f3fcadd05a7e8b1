from . import portal_base
from . import portal_case
from . import portal_return
