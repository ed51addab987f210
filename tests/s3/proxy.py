"""A proxy that spoils requests: a rule looks at each and passes it on, answers it, or drops it.

The signature covers what the server sees, so requests are passed on as they are; a rule may answer in the server's
place. Also a plain HTTP proxy: with http_proxy set, requests for any host end up here. With an Order the requests of
several runs meet as they should, however fast the machine is.
"""
import http.client
import socket
import socketserver
import sys
import threading
import urllib.parse

from loopback import Counting

PASS, DROP, CUT = "pass", "drop", "cut"  # DROP: no answer; CUT: half of the answer
PATIENCE = 25  # seconds of a wait for what must come; less than the 30 after which a client takes a silence for an error


class Order:
    """What waits for what: {event: the event that must have come before it goes on}. Events are any words."""

    def __init__(self, waits):
        self.waits, self.reached, self.late, self.changed = waits, set(), [], threading.Condition()

    def reach(self, event):
        with self.changed:
            self.reached.add(event)
            self.changed.notify_all()
            needed = self.waits.get(event)
            if needed and not self.changed.wait_for(lambda: needed in self.reached, PATIENCE):
                self.late.append(f"'{event}' waited {PATIENCE} s in vain for '{needed}'")

    def check(self):
        """Everything came, and nothing waited in vain."""
        absent = sorted({*self.waits, *self.waits.values()} - self.reached)
        if self.late or absent:
            raise AssertionError(f"the order was not kept: {self.late[:3]}, what never came: {absent[:3]}")


class Seen:
    """One request as a rule sees it."""

    def __init__(self, number, method, target, headers, body):
        self.number, self.method, self.target, self.headers, self.body = number, method, target, headers, body
        self.path, _, query = target.partition("?")
        self.query = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))


class Proxy:
    """`rule(seen)` gives PASS, DROP, CUT or (status, body, headers). `after(seen)` is called when the server has answered,
    before the answer is passed on."""

    def __init__(self, port, rule=lambda seen: PASS, after=lambda seen: None):
        self.upstream, self.rule, self.after, self.seen, self.broken = port, rule, after, [], []
        self.lock = threading.Lock()
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                outer.serve(self)

        class Server(Counting, socketserver.TCPServer):
            allow_reuse_address, request_queue_size = True, 128

            def handle_error(self, request, client_address):
                error = sys.exc_info()[1]
                if not isinstance(error, (OSError, http.client.HTTPException)):  # clients are killed here
                    outer.broken.append(error)

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def serve(self, handler):
        upstream = None
        while True:
            line = handler.rfile.readline(65536).decode("latin-1").split()
            if len(line) != 3:
                break
            headers = http.client.parse_headers(handler.rfile)
            length = int(headers.get("Content-Length", 0))
            body = handler.rfile.read(length)
            if len(body) < length:
                break
            with self.lock:
                seen = Seen(len(self.seen), line[0], line[1], headers, body)
                self.seen.append(seen)
            verdict = self.rule(seen)
            if verdict == DROP:
                break
            if isinstance(verdict, tuple):
                self.answer(handler, *verdict)
                continue
            if upstream is None:
                upstream = http.client.HTTPConnection("127.0.0.1", self.upstream)
            if not self.forward(handler, upstream, seen, verdict):
                break
        handler.connection.shutdown(socket.SHUT_RDWR)

    @staticmethod
    def answer(handler, status, body, headers=()):
        extra = "".join(f"{name}: {value}\r\n" for name, value in headers)
        handler.wfile.write(f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n{extra}\r\n".encode() + body)

    def forward(self, handler, upstream, seen, verdict):
        upstream.putrequest(seen.method, seen.target, skip_host=True, skip_accept_encoding=True)
        for name, value in seen.headers.items():
            upstream.putheader(name, value)
        upstream.endheaders(seen.body)
        answer = upstream.getresponse()
        body = answer.read()
        self.after(seen)
        lines = [f"{name}: {value}" for name, value in answer.getheaders()
                 if name.lower() not in ("transfer-encoding", "content-length", "connection")]
        length = answer.getheader("Content-Length") if seen.method == "HEAD" else len(body)
        head = "\r\n".join([f"HTTP/1.1 {answer.status} X", f"Content-Length: {length}", *lines]) + "\r\n\r\n"
        whole = head.encode("latin-1") + body
        handler.wfile.write(whole[:len(whole) // 2] if verdict == CUT else whole)
        return verdict != CUT

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        if self.broken:
            raise AssertionError(f"a rule failed: {self.broken[0]!r}")
