"""Real remotes for tests of `kratree push`, on the loopback interface: git http-backend behind TLS, an sshd, a GitHub
that gives tokens to Apps, a proxy. What goes wrong on purpose is a field that a test sets."""
import base64
import http.server
import json
import os
import pathlib
import re
import select
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import time

from loopback import HOST as LOOPBACK
from loopback import PATIENCE, Counting, free_port, wait_until_it_listens


def run(*command, **more):
    return subprocess.run([str(word) for word in command], check=True, capture_output=True, **more).stdout


# ---- Certificates -----------------------------------------------------------------------------------


class Authority:
    """A certificate authority of our own, and a certificate for the loopback address."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        ca, key = self.folder / "ca.pem", self.folder / "ca.key"
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=kratree test", "-keyout", key, "-out", ca)
        run("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-subj", f"/CN={LOOPBACK}", "-keyout", self.folder / "key.pem", "-out", self.folder / "request")
        (self.folder / "names").write_text(f"subjectAltName=IP:{LOOPBACK}\n", encoding="ascii")
        run("openssl", "x509", "-req", "-in", self.folder / "request", "-CA", ca, "-CAkey", key, "-CAcreateserial",
            "-days", "2", "-extfile", self.folder / "names", "-out", self.folder / "cert.pem")
        self.ca = ca

    def wrap(self, sock):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "cert.pem", self.folder / "key.pem")
        return context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)


# ---- HTTPS ------------------------------------------------------------------------------------------


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def credentials(self):
        given = self.headers.get("Authorization", "")
        return base64.b64decode(given[6:]).decode() if given.startswith("Basic ") else None

    def body(self):
        if self.headers.get("Transfer-Encoding") == "chunked":
            parts = []
            while size := int(self.rfile.readline(), 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def handle_git(self):
        world, body = self.server.world, self.body()
        world.requests.append(self.path)
        world.happens(f"{self.command} {self.path}")
        if world.hang:
            world.hang.wait(PATIENCE)
        if world.failures > 0:
            world.failures -= 1
            self.answer(503)
            return
        if self.credentials() not in world.users:
            self.answer(401, WWW_Authenticate='Basic realm="git"')
            return
        if self.credentials() in world.readers and "receive-pack" in self.path:
            self.answer(403)
            return
        if self.path.endswith("/git-receive-pack") and world.before_push:
            world.before_push()
        self.backend(body)

    def backend(self, body):
        path, _, query = self.path.partition("?")
        environment = {"PATH": os.environ["PATH"], "GIT_PROJECT_ROOT": str(self.server.world.root), "PATH_INFO": path,
                       "GIT_HTTP_EXPORT_ALL": "1", "QUERY_STRING": query, "REQUEST_METHOD": self.command,
                       "CONTENT_TYPE": self.headers.get("Content-Type", ""), "CONTENT_LENGTH": str(len(body)),
                       "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""), "REMOTE_USER": "u",
                       "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""), "REMOTE_ADDR": LOOPBACK,
                       "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(self.server.world.root)}
        done = subprocess.run(["git", "http-backend"], input=body, env=environment, capture_output=True, check=False)
        self.server.world.happens(f"{self.command} {self.path} done")
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if line)
        status = int(headers.pop("Status", "200").split()[0])
        headers.pop("Content-Length", None)
        self.answer(status, content, **headers)

    def handle_token(self, installation):
        status, body = self.server.world.github.answer(installation, self.headers.get("Authorization", ""))
        self.answer(status, json.dumps(body).encode(), Content_Type="application/json")

    def do_GET(self):
        self.handle_git()

    def do_POST(self):
        token = re.fullmatch(r"(?:/api/v3)?/app/installations/(\d+)/access_tokens", self.path)
        if token:
            self.body()
            self.handle_token(token[1])
        else:
            self.handle_git()


class Server(Counting, http.server.HTTPServer):
    request_queue_size = 64

    def handle_error(self, *_):
        pass


class Https:
    """git http-backend for every repository below `root`.

    `hang` is an Event until which nothing is answered; `on_event` is called when a request of git has come, and when it
    has been carried out, before it is answered."""

    def __init__(self, root, authority):
        self.root, self.github, self.hang = root, None, None
        self.reset()
        self.server = Server((LOOPBACK, 0), Handler)
        self.server.socket = authority.wrap(self.server.socket)
        self.server.world = self
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def url(self, name):
        return f"https://{LOOPBACK}:{self.port}/{name}.git"

    def reset(self):
        if self.hang:
            self.hang.set()
        self.users, self.readers = {"me:hunter2-password"}, set()
        self.before_push, self.on_event, self.hang, self.failures, self.requests = None, None, None, 0, []

    def happens(self, event):
        if self.on_event:
            self.on_event(event)

    def close(self):
        self.server.shutdown()
        self.server.server_close()


# ---- GitHub Apps ------------------------------------------------------------------------------------


def unpad(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class GitHub:
    """Gives a token for a JWT that the App's key has signed, and only for that."""

    def __init__(self, folder, https):
        self.key = pathlib.Path(folder, "app.pem")
        self.public = pathlib.Path(folder, "app.pub")
        run("openssl", "genrsa", "-traditional", "-out", self.key, "2048")
        run("openssl", "rsa", "-in", self.key, "-pubout", "-out", self.public)
        self.https, self.token, self.claims = https, "ghs_0123456789abcdefToken", None
        https.github = self

    def is_signed(self, text, signature):
        with tempfile.NamedTemporaryFile() as file:
            file.write(signature)
            file.flush()
            done = subprocess.run(["openssl", "dgst", "-sha256", "-verify", self.public, "-signature", file.name],
                                  input=text.encode(), capture_output=True, check=False)
        return done.returncode == 0

    def answer(self, installation, authorization):
        parts = authorization.removeprefix("Bearer ").split(".")
        if len(parts) != 3 or not self.is_signed(".".join(parts[:2]), unpad(parts[2])):
            return 401, {"message": "A JSON web token could not be decoded"}
        header, self.claims = json.loads(unpad(parts[0])), json.loads(unpad(parts[1]))
        now = time.time()
        fine = header["alg"] == "RS256" and self.claims["iat"] <= now <= self.claims["exp"] <= now + 600
        if not fine or str(self.claims["iss"]) != "4711":
            return 401, {"message": "Bad credentials"}
        if installation != "815":
            return 404, {"message": "Not Found"}
        self.https.users.add(f"x-access-token:{self.token}")
        return 201, {"token": self.token, "expires_at": "2099-01-01T00:00:00Z"}


# ---- ssh --------------------------------------------------------------------------------------------


class Sshd:
    """An sshd with host key, user key and configuration of its own."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        for name in ("host", "user", "other"):
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", self.folder / name)
        shutil.copy(self.folder / "user.pub", self.folder / "authorized")
        if os.getuid() == 0:
            os.makedirs("/run/sshd", mode=0o755, exist_ok=True)
        sshd = shutil.which("sshd", path=os.environ["PATH"] + ":/usr/sbin")
        for _ in range(3):  # the port may be somebody else's by now
            self.port = free_port()
            self.configure()
            self.process = subprocess.Popen([sshd, "-D", "-e", "-f", self.folder / "config"], stderr=subprocess.DEVNULL)
            if wait_until_it_listens(self.port, self.process):
                return
            self.close()
        raise RuntimeError("sshd does not listen")

    def configure(self):
        (self.folder / "config").write_text(
            f"ListenAddress {LOOPBACK}\nPort {self.port}\nHostKey {self.folder}/host\nPidFile none\nUsePAM no\n"
            f"AuthorizedKeysFile {self.folder}/authorized\nStrictModes no\nPasswordAuthentication no\n"
            "KbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\nLogLevel QUIET\n", encoding="ascii")

    def key(self, name="user"):
        return (self.folder / name).read_text(encoding="ascii")

    def known_hosts(self, name="host"):
        return f"[{LOOPBACK}]:{self.port} " + (self.folder / f"{name}.pub").read_text(encoding="ascii")

    def url(self, path):
        import getpass
        return f"ssh://{getpass.getuser()}@{LOOPBACK}:{self.port}{path}"

    def close(self):
        self.process.terminate()
        self.process.wait()


# ---- A proxy ----------------------------------------------------------------------------------------


class Proxy:
    """CONNECT and nothing else; counts."""

    def __init__(self):
        self.asked = []
        self.socket = socket.create_server((LOOPBACK, 0))
        self.url = f"http://{LOOPBACK}:{self.socket.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.connect, args=(client,), daemon=True).start()

    def connect(self, client):
        head = b""
        while b"\r\n\r\n" not in head and (some := client.recv(4096)):
            head += some
        asked = re.match(rb"CONNECT ([^:]+):(\d+) ", head)
        if not asked:
            client.close()
            return
        self.asked.append(asked[0].decode())
        with socket.create_connection((asked[1].decode(), int(asked[2]))) as server, client:
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            while True:
                for one in select.select([client, server], [], [])[0]:
                    some = one.recv(65536)
                    if not some:
                        return
                    (server if one is client else client).sendall(some)

    def close(self):
        self.socket.close()
