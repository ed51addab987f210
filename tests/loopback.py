"""What tests with servers of their own on the loopback interface share: ports, waiting for them, and servers that know
which connections are open."""
import contextlib
import random
import socket
import socketserver
import threading
import time

HOST = "127.0.0.1"
PATIENCE = 120  # seconds for what must come; without end is what is meant


def free_port():
    """None of those that systems give out by themselves: another program could get it before the server listens."""
    while True:
        port = random.SystemRandom().randrange(16384, 32768)
        with socket.socket() as one, contextlib.suppress(OSError):
            one.bind((HOST, port))
            return port


def wait_until_it_listens(port, process):
    """False: the process ended, or does not listen."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as one:
            if one.connect_ex((HOST, port)) == 0:
                return True
        time.sleep(0.02)
    return False


class Counting(socketserver.ThreadingMixIn):
    """For a server with a thread for each connection: counts the open ones."""
    daemon_threads = True

    def __init__(self, *arguments):
        self.open, self.changed = 0, threading.Condition()
        super().__init__(*arguments)

    def count(self, one):
        with self.changed:
            self.open += one
            self.changed.notify_all()

    def process_request(self, request, client_address):
        self.count(1)
        super().process_request(request, client_address)

    def shutdown_request(self, request):
        super().shutdown_request(request)
        self.count(-1)

    def drain(self):
        """Wait until all that was sent by clients that are gone has been dealt with."""
        with contextlib.suppress(OSError), socket.create_connection((HOST, self.server_address[1]), PATIENCE) as last:
            last.shutdown(socket.SHUT_WR)  # what came before it is accepted before it
            last.recv(1)
        with self.changed:
            if not self.changed.wait_for(lambda: self.open == 0, PATIENCE):
                raise AssertionError(f"{self.open} connections are still open")
