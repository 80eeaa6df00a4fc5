Common issues: a letter that is out can be replaced by a newer one (替代), with what was reported so far carried over; a county passes a circular on (转发) in one step; the
province's and cities' own confirmed findings are analysed with those reported from below; 立即分析 with its result, and thresholds set on a page. Inspection: recusal records (回避档案)
compared by organisation when a team is formed, and the mapping of 三个聚焦 to 四个落实 on a page with its history. Shared lists: a list is retired when its round is filed away.
