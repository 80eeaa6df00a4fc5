A channel that stops keeps both signatures and says why on the new page 恢复与停用, where a person lifts the stop; two living copies of one node are noticed and
fenced; events a restore took from the registers are listed there, readable, until somebody has settled each. Events of a newer release wait instead of failing.
