"""Do the tests have teeth? One rule of the core's source is broken at a time, and something must notice. `make teeth`.

| Module | Answers |
|---|---|
| `mutations.py` and its parts | What is broken: file, exact text, broken text, and the rule that this breaks |
| `loader.py` | A process in which one module of the core is read with the broken text |
| `bite.py` | One mutation: swarm, scenes and store contract until one of them notices |
| `__main__.py` | All of them, side by side, as a table |

Taking a rule away by its switch (`tests/delivery/mutations.py`) shows that the rule is needed; breaking the source shows that the code that keeps
it is watched.
"""
