"""Mutation testing with entries of our own: small mistakes in the product, each with the tests that must notice it.

`python -m tests.mutants --help` says how they are run, docs/decisions/0027 why they are written by hand.
"""
