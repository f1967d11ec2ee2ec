"""The contract step: what the Table Schemas promise, checked for every file, all problems at once.

compile   Table Schema → SQL that acquits the cells that are surely right
cells     the exact meaning of a field, for the cells that the SQL did not acquit
prescan   bytes → records: encoding, line ends, quotes, ragged rows (scan: its result; slow: its slow gear)
load      records → DuckDB, with row numbers as a spreadsheet shows them
keys      primary keys, uniqueness, foreign keys
ledger    submission files against the ledger, all files against the hashes of the descriptor
words     what each problem is called, and its remedy, in two languages
validate  the whole of it, for a package or for one file
"""
