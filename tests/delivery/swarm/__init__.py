"""Swarm simulation of the shipped protocol: random faults, invariants after every step, then everything must converge.

| Module | Answers |
|---|---|
| `variant.py` | What a run is made of; which rule is taken away |
| `node.py` | One office: a database that survives and a process that does not |
| `feature.py` | What work, faults and people have in common |
| `features/` | One module per kind of work, fault or person, each with its own invariants |
| `world.py` | Offices, a bag of messages, a clock; chance; healing |
| `oracle.py` | I1 to I10, from outside over all databases |
| `run.py` | Seeds, processes, summary |

A new fault, action or invariant is a new module in `features/` with one subclass of `Feature`, listed in `features/__init__.py`. It
draws from a generator of its own, so it leaves runs of seeds in which it is not at work as they are.
"""
