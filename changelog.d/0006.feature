A new office joins while everybody works: `node invite`, `node join`, `node admit`, `node join-finish`, three files and two telephone calls; its keys are countersigned by the
parent and made known through the tree by an event, the message server takes it in by reload, and nobody restarts.
