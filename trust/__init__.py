"""What was tried to break Praksis, and what came of it: one command tries it all and writes docs/trust.md.

    make trust                  every part, then the page; exit code 1 where anything was lost
    make trust PART=queries     one part, told in the terminal; the page is left as it is

A *part* is a module, or a package, in trust/parts/. It is found by being there, and named by its file. It has

    ORDER = 4                   where it stands on the page
    TITLE = "Questions"         its heading there
    ABOUT = "Whatever …"        what is tried and what counts as wrong, in a few plain sentences
    LIMIT = 300                 seconds after which it counts as hung; it is stopped, and that is a wrong row

    def trial(folder: Path) -> Iterator[Row | Untried]

`folder` is empty, the part's own, and gone afterwards. Each row that is given is kept at once, so that a part that
dies loses only what it had not yet said, and its death is a row too. A row says what was tried, how often, and what
was lost, wrong or executed: all three are nought or `make trust` fails. `Tally` counts them as a trial goes on.
`Untried` says what could not be tried on this machine, and why: it is listed on the page and fails nothing.

Each part runs in a process of its own, so that nothing it does to the process it is in reaches the others.
"""

import os

# Whoever serves from a database would not want what is tried here in it.
os.environ.pop("KB_STORE", None)
