"""Stage 8 of 8 - site: Feed, Page -> Rendering -> file

``catalog`` knows every public path, ``render`` and ``pages`` make bytes, ``encode`` compresses them,
``folder`` puts them where servers find them.
"""
