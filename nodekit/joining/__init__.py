"""加入联邦: a parent admits a new office while everybody goes on working. Files and telephone first, then one event through the tree.

docs/howto/join.md walks through it. Never: a key that nobody compared, a changed key, a restart of anybody.
"""

from nodekit.joining.handlers import handlers
from nodekit.spec import Slice


def office() -> Slice:
    """What every node knows about new offices."""
    return Slice(name="joining.office", title="加入联邦", package="nodekit.joining", handlers=handlers)
