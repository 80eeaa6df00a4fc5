"""密钥更换: a node's keys are rotated, revoked and granted anew while everybody goes on working.

docs/howto/keys.md walks through it. Never: a key that nobody compared, a key without its parent's word, a record made void by a change of keys.
"""

from nodekit.rekeying.handlers import handlers
from nodekit.spec import Slice


def office() -> Slice:
    """What every node knows about changes of keys."""
    return Slice(name="rekeying.office", title="密钥更换", package="nodekit.rekeying", handlers=handlers)
