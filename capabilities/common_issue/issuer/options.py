"""What a service may set on the issuing side."""

from dataclasses import dataclass

from capabilities.common_issue.domain.candidates import Thresholds


@dataclass(frozen=True)
class IssuerOptions:
    """When findings make a candidate, until an officer sets other thresholds. Defaults without a source: adjust to the size of the area."""

    units_min: int = 5
    offices_min: int = 3
    similarity_min: float = 0.26
    """Likeness of two wordings; tests/unit/common_issue/test_similarity.py measures what this value tells apart."""

    @property
    def thresholds(self) -> Thresholds:
        return Thresholds(self.units_min, self.offices_min, self.similarity_min)
