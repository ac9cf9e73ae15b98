"""The sample ministry: an invented share of Korean office files, with the truth about every one of them.

Everything in it is made up: ministries, projects, amounts, sentences. Nobody is named; people appear by their role. The
share is the same to the byte on every machine, so that a test may pin what becomes of it.
"""
