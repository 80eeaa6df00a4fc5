Either office may be restored from any backup it still keeps: numbers are given only after the other side has said in this session what it holds,
a restored sender gets its own past back (signed, and listed if its registers no longer know it), a restored receiver gets events and its own receipts again.
