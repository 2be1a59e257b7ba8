"""Stage 7 of 8 - feeds: Entry -> Feed -> bytes

``choose`` says when an article enters a feed, ``assemble`` makes the feed's value of its entries,
``formats`` make bytes of values. All of it is pure: same values, same bytes.
"""
