"""Golden examples."""

from uuid import UUID

from shared_schemas.delivery import v1

EVENT = UUID("0193f1c2-7a10-7c33-8f00-1c2d3e4f5a6b")
EXAMPLES = [
    v1.EventVoided(event=EVENT),
    v1.ReconciliationSettled(event=EVENT, number=17, stands="accepted", receipt="a" * 64, note="恢复前已受理,以首次回执为准"),
]
