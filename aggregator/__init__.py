"""aggregator: from articles anywhere to one Atom feed a topic.

The stages, in the one order in which every article passes them:

    collect → parse → normalize → identify → classify → store → feeds → site
    Source → Lead → RawDocument → ParsedArticle → Article → Identity, Verdicts → rows ⇢ Entry → Feed → bytes

Each stage is a package of that name (stage 6, ``storage``, stands beside this package). Start
reading at ``pipeline.py``: the flows *visit*, *store*, *reroute* and *publish*, top to bottom.
"""

__version__ = "0.1.0"
