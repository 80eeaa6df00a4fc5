离线交换: offices without a link exchange the same events and receipts as signed, sealed files, on a page of 收发台账 or by `node pack` / `node unpack`; medium, carrier and
wiping are written down, gaps name what to pack again, and old, damaged or misdirected files are refused with a sentence.
