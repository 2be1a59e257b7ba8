"""The daemon: one serving process, and a worker process that it starts when work is due."""
