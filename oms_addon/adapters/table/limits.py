"""What a table may hold, and why."""

MAX_BYTES = 20_000_000
# Ten times the largest sheet that we read; more does not fit into a reader.
MAX_UNPACKED = 100_000_000
# Parts of an archive: a spreadsheet has a few a sheet.
MAX_FILES = 2_000
MAX_SHEETS = 60
MAX_ROWS = 50_000
MAX_COLUMNS = 256
# Of all sheets together: 15,000 rows of 20 columns, read in some 3 s.
MAX_CELLS = 300_000
# Characters of one cell, as in spreadsheet programs, and of all: a text that stands
# once in a file may be shown by a million cells.
MAX_CELL = 32_767
MAX_CHARACTERS = 20_000_000
