"""python -m camket."""

from camket.cli import main

main()
