"""Stage 5 of 8 - classify: Subject + rules -> Verdicts.

``compile.compile_topics`` turns what operators wrote into a ``Classifier`` once; ``patterns`` folds
regular expressions, ``rules`` is the compiled rule language, ``search`` finds all terms of all
topics in one pass. Pure: no files, no clock, no settings.
"""
