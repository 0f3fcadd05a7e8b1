"""Moving a file must not change which override runs first without saying so."""

import pytest
from class_order import REPOSITORY, listing
from omsdev.paths import suite_addons

WRITTEN = REPOSITORY / "tests/unit/house/class_order"


@pytest.mark.parametrize("addon", suite_addons())
def test_classes_of_a_model_come_in_as_written_down(addon):
    expected = WRITTEN / f"{addon}.txt"
    now = listing(addon)
    print(now)
    assert now == (expected.read_text() if expected.exists() else ""), (
        f"the order of overrides in {addon} changed: say why in the commit and "
        "write it down with tests/unit/house/write_class_order.py"
    )
