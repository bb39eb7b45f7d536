"""Runs a program on a pseudo-terminal: pseudo-terminal.py COLUMNS PROGRAM WORDS...

Standard input is what is typed, standard output what the terminal receives. File descriptor 3 receives JSON at the end:
the program's exit code (a signal is negative) and whether the modes of the terminal are as they were before.
"""

import fcntl
import json
import os
import select
import struct
import subprocess
import sys
import termios
import threading

ROWS = 24

master, slave = os.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, int(sys.argv[1]), 0, 0))
modes = termios.tcgetattr(slave)
program = subprocess.Popen(
    sys.argv[2:],
    stdin=slave,
    stdout=slave,
    stderr=slave,
    start_new_session=True,
    preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
)
report = {}


def wait():
    report["code"] = program.wait()
    report["modesRestored"] = termios.tcgetattr(slave) == modes
    # The end of what can be read from the master.
    os.close(slave)


threading.Thread(target=wait, daemon=True).start()
sources = [master, 0]
while True:
    readable, _, _ = select.select(sources, [], [])
    if 0 in readable:
        typed = os.read(0, 4096)
        if typed:
            os.write(master, typed)
        else:
            sources.remove(0)
    if master in readable:
        try:
            received = os.read(master, 65536)
        except OSError:
            received = b""
        if not received:
            break
        sys.stdout.buffer.write(received)
        sys.stdout.buffer.flush()
os.write(3, json.dumps(report).encode())
