"""`python -m haforu`: the commands batch, stream, render, validate, diagnostics and version, as the npm program has them: the same
words, lines, messages and exit codes. What it does not have (sweep, compare, fonts, sql, ...) the npm program does.
"""
