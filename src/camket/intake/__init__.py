"""The intake step: whatever an agency sends is accepted, or returned with a slip that it can act on.

read        a received file → a table of cells, whatever its form
encoding    bytes → text; vietnamese tells Vietnamese from text in a wrong encoding
delimited   text → cells, by the strict rule of reading: as the sender meant it, or not at all
guard       what an .xlsx may hold before any library opens it; workbook: its cells
titles      column titles → fields; dates, values: cells → canonical values, column by column
interpret   a table of cells → canonical rows, guesses and problems
register    what the raw tables know; judge: what they say against a report
ledger      what was received before; transaction: all changes of a run, or none
slip        what goes back to the agency, as page and as workbook
template    prefilled workbooks; status: who has not reported
run         one run over many files
words       every message and guess, from rules.yml
"""
