"""What the sides number: the letters of domain C.5, one 代字 each."""

from nodekit.numbering import Series

APPLICATION = Series("巡提请", "提级巡察申请")
"""Also what an office passes on upward: both are applications of this office."""
CONSULTING_LETTER = Series("巡提商", "会商函")
DECISION = Series("巡提复", "提级巡察批复")
TASK_BOOK = Series("巡提任", "任务书")
ENTRY = Series("巡提进", "进驻通知")
REPORT = Series("巡提报", "巡察报告")
FEEDBACK = Series("巡提馈", "反馈意见")
HAND_OVER = Series("巡提移", "移交清单")
PEOPLE = Series("巡抽商", "抽调商请函")
LETTER = Series("巡抽", "抽调函")

ORGANISER = (APPLICATION, CONSULTING_LETTER, DECISION, TASK_BOOK, ENTRY, REPORT, FEEDBACK, HAND_OVER, PEOPLE, LETTER)
