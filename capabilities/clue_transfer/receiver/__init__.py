"""A desk's side: signs for clues, numbers, assigns, disposes, feeds back; expects the paper behind stubs."""

from capabilities.clue_transfer.common.numbering import desk_series
from capabilities.clue_transfer.receiver import handlers, invariants, permissions, routes, todos
from capabilities.clue_transfer.receiver.ledgers import ANNOUNCED, RECEIVED
from capabilities.clue_transfer.receiver.models import Base
from capabilities.clue_transfer.receiver.options import ReceiverOptions
from nodekit.spec import MenuEntry, Slice

MENU = (
    MenuEntry("线索移交", "线索办理台账", RECEIVED.url, "inbox", permissions.VIEW, todos.count_waiting),
    MenuEntry("线索移交", "下级转送存根", ANNOUNCED.url, "file-earmark-lock", permissions.VIEW, todos.count_papers),
)


def receiver(number_word: str = ReceiverOptions.number_word) -> Slice:
    """Compose a desk's side.

    Args:
        number_word: 机关代字 of the desk's own numbers, after the first character of the office's name.
    """
    return Slice(
        name="clue_transfer.receiver", title="线索办理", package=__name__, metadata=Base.metadata, ledgers=(RECEIVED, ANNOUNCED), routers=routes.ROUTERS,
        handlers=handlers.handlers, permissions=permissions.PERMISSIONS, menu=MENU, todos=(todos.todos,), invariants=invariants.INVARIANTS,
        series=(desk_series(number_word),),
        options=ReceiverOptions(number_word),
    )
