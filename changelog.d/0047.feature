Delivery carries attachments: sealed chunks up to 32 MiB a file, pulled by the receiver, verified at both ends, resumed after every interruption; an event is decided only when all of them are there.
