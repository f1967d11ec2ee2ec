"""The report step: words, charts and tables from the figures, then Quarto or the embedded renderer."""

DOCUMENTS = ("review", "brief", "scorecards", "partners", "lists", "dictionary")
