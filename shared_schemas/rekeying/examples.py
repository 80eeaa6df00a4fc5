"""Golden examples."""

from shared_schemas.rekeying import v1

EXAMPLES = [
    v1.KeyPaperIssued(
        office="990121-inspection",
        document='{"at":"2026-03-16T02:00:00Z","by":"990100-inspection","kind":"rotate","n":2,"office":"990121-inspection","prev":"0123456789abcdef",'
        '"sealing":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","signing":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","v":1}',
        sigs=[["old", "0123456789abcdef", "AAAA"], ["new", "1123456789abcdef", "AAAA"], ["by", "2123456789abcdef", "AAAA"]],
    ),
]
