"""netfp: the second door, for clients that speak the Net.FP protocol of the market's print servers.

The same queue, journal and bills stand behind it as behind the first door; paths, shapes, letter casing,
codes and HTTP statuses are the protocol's. docs/netfp.md says where it differs from the server it stands in
for. What must not live here: another road to paper than the queue.
"""

from billing.api.netfp.door import ended as ended
from billing.api.netfp.door import install as install
