"""The schema's history, append-only: a file in `versions` that was released is never changed.

For a new one: change `storage/tables.py`, add `versions/NNNN_what.py` (where columns are altered, in
`op.batch_alter_table`, which SQLite needs), and name it in `storage.schema.REVISIONS`. A test compares
what the migrations make with what the tables say.
"""
