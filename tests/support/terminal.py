"""A shell at a terminal, as a person has it: keys go in, and what appears is read until it is what was waited for."""
import os
import pty
import re
import select
import signal
import time

PATIENCE_S = 30  # a shell on a busy machine
QUIET_S = 0.1  # nothing more is coming
ESCAPES = re.compile(r'\x1b\[[0-9;?>=]*[ -/]*[@-~]|\x1b[()][A-Z0-9]|\x1b[=>]|\x1b\][^\x07]*\x07|[\x07\r]')


class Terminal:
    def __init__(self, words, environment, folder):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execvpe(words[0], words, environment)

    def read(self, wanted):
        """What appears from now on, once it has `wanted` in it and nothing more comes."""
        text, deadline = '', time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            if select.select([self.fd], [], [], QUIET_S)[0]:
                text += os.read(self.fd, 65536).decode(errors='replace')
            elif re.search(wanted, ESCAPES.sub('', text)):
                return ESCAPES.sub('', text)
        raise AssertionError(f'{wanted!r} did not appear, but this: {ESCAPES.sub("", text)!r}')

    def type(self, keys, wanted):
        os.write(self.fd, keys.encode())
        return self.read(wanted)

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)
