"""A proxy that spoils requests: a rule looks at each and passes it on, answers it, or drops it.

The signature covers what the server sees, so requests are passed on as they are; a rule may answer in the server's
place. Also a plain HTTP proxy: with http_proxy set, requests for any host end up here.
"""
import http.client
import socket
import socketserver
import threading
import urllib.parse

PASS, DROP, CUT = "pass", "drop", "cut"  # DROP: no answer; CUT: half of the answer


class Seen:
    """One request as a rule sees it."""

    def __init__(self, number, method, target, headers, body):
        self.number, self.method, self.target, self.headers, self.body = number, method, target, headers, body
        self.path, _, query = target.partition("?")
        self.query = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))


class Proxy:
    """`rule(seen)` gives PASS, DROP, CUT or (status, body, headers)."""

    def __init__(self, port, rule=lambda seen: PASS):
        self.upstream, self.rule, self.seen = port, rule, []
        self.lock = threading.Lock()
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                outer.serve(self)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address, daemon_threads, request_queue_size = True, True, 128

            def handle_error(self, request, client_address):
                pass  # clients are killed here

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def serve(self, handler):
        upstream = None
        while True:
            line = handler.rfile.readline(65536).decode("latin-1").split()
            if len(line) != 3:
                break
            headers = http.client.parse_headers(handler.rfile)
            body = handler.rfile.read(int(headers.get("Content-Length", 0)))
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

    @staticmethod
    def forward(handler, upstream, seen, verdict):
        upstream.putrequest(seen.method, seen.target, skip_host=True, skip_accept_encoding=True)
        for name, value in seen.headers.items():
            upstream.putheader(name, value)
        upstream.endheaders(seen.body)
        answer = upstream.getresponse()
        body = answer.read()
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
