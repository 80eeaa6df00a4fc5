文号登记簿: one register for all document and running numbers of an office: unique and gapless per 代字 and year, void numbers with their reason.
Lifted inspections: every paper (申请, 会商函, 批复, 任务书, 进驻通知, 反馈意见, 移交清单, 抽调商请函, 抽调函) prints in official layout on A4; finding categories are
checked against the taxonomy; an application sent back from above and then decided here is struck off above; share of linkage tasks by kind as a figure.
Exports may need their own permission (线索台账 does); every refused attempt is in the audit log, which names records and accounts in words.
