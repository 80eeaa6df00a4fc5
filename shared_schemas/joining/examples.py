"""Golden examples."""

from shared_schemas.joining import v1

EXAMPLES = [
    v1.OfficeIntroduced(
        office="990123-inspection",
        document='{"at":"2026-03-16T02:00:00Z","by":"990100-inspection","office":{"division":"990123","id":"990123-inspection","kind":"inspection",'
        '"name":"新设县委巡察办","parent":"990100-inspection","tier":"county"},"sealing":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",'
        '"signing":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","v":1}',
        kid="0123456789abcdef", sig="AAAA",
    ),
]
