"""The issuing side: a city (or province) that solicits, publishes, follows and comments."""

from capabilities.shared_list.issuer import figures, invariants, ledgers, permissions, todos
from capabilities.shared_list.issuer.handlers import handlers
from capabilities.shared_list.issuer.models import Base
from capabilities.shared_list.issuer.options import IssuerOptions
from nodekit.spec import MenuEntry, Slice

__all__ = ["IssuerOptions", "issuer"]

GROUP = "联动协同"


def issuer(*, reaches_all_below: bool = False) -> Slice:
    """The slice for an office that issues lists. See IssuerOptions."""
    view = permissions.VIEW.code
    return Slice(
        name="shared_list.issuer",
        title="清单手册(发布)",
        package="capabilities.shared_list.issuer",
        metadata=Base.metadata,
        ledgers=ledgers.ALL,
        handlers=handlers,
        permissions=permissions.ALL,
        menu=(
            MenuEntry(GROUP, "清单发布", ledgers.ISSUED.url, "card-checklist", view, todos.count_published),
            MenuEntry(GROUP, "清单签收与采用", ledgers.COPIES.url, "ui-checks-grid", view, todos.count_overdue_copies),
            MenuEntry(GROUP, "清单意见建议", ledgers.PROPOSALS.url, "chat-left-text", view, todos.count_open_proposals),
            MenuEntry(GROUP, "清单改编备案", ledgers.FILINGS.url, "file-earmark-diff", view, todos.count_new_filings),
            MenuEntry(GROUP, "清单延期申请", ledgers.EXTENSIONS.url, "calendar-plus", view, todos.count_open_extensions),
            MenuEntry("资料库", "清单条目检索", ledgers.ITEM_LEDGER.url, "search", view),
            MenuEntry("系统管理", "清单类型", ledgers.KINDS.url, "tags", permissions.KINDS.code),
        ),
        todos=(todos.todos,),
        figures=(figures.SOURCE,),
        invariants=invariants.ALL,
        options=IssuerOptions(reaches_all_below=reaches_all_below),
    )
