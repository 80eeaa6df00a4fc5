"""How the service composed the reporter."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReporterOptions:
    """Defaults suit every office; tests may be less patient."""

    debounce_s: float = 0.2
    """Changes within this time make one report."""
    look_again_s: float = 60
    """Some numbers change because time passes: look without being told."""
    snapshot_hours: int = 24
    """Everything is sent again this often, so that whatever a restored database forgot comes back."""
