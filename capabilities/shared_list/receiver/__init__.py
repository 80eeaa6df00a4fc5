"""The adapting side: an office that signs for lists, adapts them item by item, files back, and merges new versions."""

from dataclasses import replace

from capabilities.shared_list.receiver import invariants, ledgers, permissions, routes, todos
from capabilities.shared_list.receiver.handlers import handlers
from capabilities.shared_list.receiver.models import Base
from capabilities.shared_list.receiver.options import ReceiverOptions
from nodekit.spec import MenuEntry, Slice
from nodekit.web.ledger import Ledger

__all__ = ["ReceiverOptions", "receiver"]

GROUP = "联动协同"
ONLY_ADAPTING = frozenset({"start", "adopt_rest", "add_item", "finish", "confirm", "use", "file", "revise", "extend"})
ONLY_AS_IS = frozenset({"use_as_is"})


def receiver(*, may_adapt: bool = True) -> Slice:
    """The slice for an office that receives lists. See ReceiverOptions."""
    view = permissions.VIEW.code
    return Slice(
        name="shared_list.receiver",
        title="清单手册(改编)",
        package="capabilities.shared_list.receiver",
        metadata=Base.metadata,
        ledgers=(_received(may_adapt=may_adapt), *ledgers.ALL[1:]),
        routers=(routes.router,),
        handlers=handlers,
        permissions=permissions.ALL,
        menu=(
            MenuEntry(GROUP, "上级清单", ledgers.RECEIVED.url, "journal-check", view, todos.count_received),
            MenuEntry(GROUP, "上级征求意见", ledgers.SOLICITATIONS.url, "chat-dots", view, todos.count_solicitations),
        ),
        todos=(todos.todos,),
        invariants=invariants.ALL,
        options=ReceiverOptions(may_adapt=may_adapt),
    )


def _received(*, may_adapt: bool) -> Ledger:
    """Offer only the way this office uses lists; the commands refuse the other one as well."""
    hidden = ONLY_AS_IS if may_adapt else ONLY_ADAPTING
    return replace(ledgers.RECEIVED, actions=tuple(action for action in ledgers.RECEIVED.actions if action.name not in hidden))
