"""The machine: disks, file servers, limits and clocks, as far as the safety of data hangs on them.

Looks and never changes. Each function takes the folder under which the system's own files lie,
``/`` in earnest.
"""
