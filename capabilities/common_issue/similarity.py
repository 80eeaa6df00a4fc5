"""Findings that say much the same: single characters and pairs, TF-IDF, average linkage over cosine distance, a bonus for the same category.

No dictionary and no model: works offline on any office's wording. Amounts, dates and counts are taken out first, they differ where the defect
does not. Slow for a request (about a second per thousand texts): callers run it in a thread.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from capabilities.common_issue.domain.candidates import Reported, TextGroup

if TYPE_CHECKING:
    import numpy as np

TEXTS_MAX = 2_000
NGRAMS = (1, 2)
SAME_CATEGORY, SAME_GROUP = 0.3, 0.15
"""How much more a likeness counts between findings of one category (F2.4) or one first-level group (F2).

Multiplied, not added: findings without a common word stay apart, however they are filed. Chosen with the threshold; see README.md.
"""
_NUMBERS = re.compile(r"[0-9一二三四五六七八九十百千万亿.,%〔〕]+(?:年度|年|月|日|元|万元|件|台|家|户|次|名|个|项|份|亩|处|辆)?")
_DULL = re.compile(r"[^\w]|(?:部分|有的|个别|某|等|问题|情况|存在|较为|不同程度)")


def essence(text: str) -> str:
    """What is compared: no digits, no units of measure, no punctuation, no filler words."""
    return _DULL.sub("", _NUMBERS.sub("", unicodedata.normalize("NFKC", text)))


def groups(findings: Sequence[Reported], similarity_min: float) -> list[TextGroup]:
    """Groups of at least two findings whose mean likeness within the group is at least `similarity_min` (0 to 1).

    Only the last TEXTS_MAX findings are compared; the caller passes them oldest first.
    """
    from sklearn.cluster import AgglomerativeClustering  # imported where it runs: loading it takes a second

    considered = [finding for finding in findings[-TEXTS_MAX:] if len(essence(finding.text)) > 1]
    if len(considered) < 2:  # noqa: PLR2004 - nothing to compare
        return []
    likeness = _likeness(considered)
    labels = AgglomerativeClustering(n_clusters=None, metric="precomputed", linkage="average", distance_threshold=1 - similarity_min).fit_predict(1 - likeness)
    places: dict[int, list[int]] = defaultdict(list)
    for place, label in enumerate(labels):
        places[int(label)].append(place)
    return [TextGroup(frozenset(considered[place].id for place in members), _mean(likeness, members)) for members in places.values() if len(members) > 1]


def _likeness(findings: Sequence[Reported]) -> "np.ndarray[Any, Any]":
    """Cosine of every two findings, raised for the same category or group; never over 1."""
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.metrics.pairwise import cosine_similarity

    matrix = TfidfVectorizer(analyzer="char", ngram_range=NGRAMS, sublinear_tf=True).fit_transform([essence(finding.text) for finding in findings])
    categories = np.array([finding.category for finding in findings])
    first_level = np.array([finding.category.partition(".")[0] for finding in findings])
    bonus = np.where(categories[:, None] == categories, SAME_CATEGORY, np.where(first_level[:, None] == first_level, SAME_GROUP, 0.0))
    raised: np.ndarray[Any, Any] = cosine_similarity(matrix) * (1 + bonus)
    return raised.clip(0, 1)


def _mean(likeness: "np.ndarray[Any, Any]", members: Sequence[int]) -> float:
    pairs = [float(likeness[a][b]) for i, a in enumerate(members) for b in members[i + 1 :]]
    return round(sum(pairs) / len(pairs), 2)
