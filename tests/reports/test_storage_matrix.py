"""The matrix of hosts and repositories."""

from planner.generator import healthy_pool
from planner.model.inventory import Inventory
from planner.overviews.storage import storage
from planner.reports.storage_matrix import matrix


def test_every_host_has_a_column_and_every_repository_a_line() -> None:
    (overview,) = storage(Inventory([healthy_pool(12, 12, seed=1)]))
    lines = "".join(matrix(overview)).splitlines()
    assert lines[1] == "  A attached  w would attach  ! will fail  . not connected  ? unknown"
    assert lines[3:6] == ["             1 11", "    1234567890 12", "    AAAAAAAAAA AA  shared-1"]
    assert "    .......... A.  local-xcp-11" in lines
    assert lines[-1].endswith("11 xcp-11, 12 xcp-12")
