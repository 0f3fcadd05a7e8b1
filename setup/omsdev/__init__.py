"""Developer and demo tooling of the order management suite.

Only the standard library is imported here: these modules run before anything
has been installed.
"""
