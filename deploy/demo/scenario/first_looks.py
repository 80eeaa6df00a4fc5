"""What to look at first, office by office, once the story has been played."""

FIRST_LOOKS = {
    "990000-inspection": "联动看板:各级数量、问题热力图、交换时效;公开数据",
    "990100-inspection": "共性问题:三县同类问题的识别与通报;清单采用情况",
    "990121-inspection": "工作台;线索移交:密封发送、签收、反馈全过程",
    "990121-discipline": "线索受理:签收、编号、分办、处置、反馈",
    "990100-discipline": "上级管理干部线索的备查登记",
    "990100-sector-finance": "建议函的办理与答复",
    "990122-inspection": "清单适配:逐条采用、修改与回传",
    "990103-inspection": "提级巡察:参与单位的任务与人员回避",
}
