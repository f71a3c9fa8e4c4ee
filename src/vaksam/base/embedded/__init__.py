"""The embedded PostgreSQL server: one to a data folder, shared by every process that uses it.

Three lock files beside the folder say who lives. The kernel frees them however a process ends,
`kill -9` included, so there are no process ids to go stale or to be given to somebody else.

``postgres.users``
    shared; held by each process that uses the server, and its forked children, while they live
``postgres.server``
    held by whoever starts the server and then by PostgreSQL's own processes, which inherit it
``postgres.watch``
    held by the watcher, a small process that stops the server when nobody holds ``users``

Nobody needs to clean up: no exit handler, no signal handler. The wheel's own bookkeeping (process
ids in a file, an exit handler) survives neither `kill -9` nor a fork, so only its programs are
used here. The locks need `flock`: Linux or macOS, and a local disk.

Only the user who runs the server, and root, can connect: there is no network port, and the socket
has mode 0700 in a folder with mode 0700. That is why no password is asked for. PostgreSQL refuses
to run as root; started by root, it runs as the system user ``pgserver``, and the folders above the
data folder and above the wheel become passable (not readable) for all.

The files, lowest first: ``locks``, ``programs``, ``server``, ``watcher``. They import little, to
keep the watcher small.
"""
