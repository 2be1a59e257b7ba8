"""YAML ↔ model: what operators write, checked and turned into values.

document: YAML with positions · mistakes: faults by path · formats: single values · rules: the rule
language · shapes: the model as pydantic types · words: pydantic's errors for people · check: across
fields · load: the folder · schema: JSON Schemas for editors
"""
