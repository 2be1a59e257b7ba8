"""YAML ↔ model: what operators write, checked and turned into values.

document: YAML with positions · mistakes: faults by path · formats, network: single values, unfit: what is
wrong with one · rules: the rule language · shapes: the model as pydantic types · words: pydantic's errors for
people · check, kinds: across fields · warn: warnings · load: the folder · schema: JSON Schemas for editors
"""
