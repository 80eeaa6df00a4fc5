The demo has twelve weeks of history: lights are green, yellow and red, some matters are overdue, trends run from week to week. Its nodes live on a calendar of
their own that moves to today while the story plays; a production node has no such clock.
`make screenshots` photographs every page of every office for every role at 1366×768, 1920×1080 and on paper, and lists what console, CSP and axe complain about.
The menu folds away groups that do not fit a small screen and shows what waits in them; list heads stay in sight while a list scrolls; file fields speak Chinese;
a form with nothing to choose says so; the audit log calls records by register and number, the trace pages call steps by Chinese names.
A page of the findings register at 10,000 rows no longer counts its round's findings once per line.
