"""The two S3 servers: versitygw and MinIO, as packaging/servers.sh built them, on ports of their own."""
import os
import socket
import subprocess
import time

ACCESS, SECRET = "kratreetestkey", "kratree-test-secret-0123456789"
TOOLS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "build", "tools")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """A running server; `name` is versitygw or minio."""

    def __init__(self, name, folder, tls=None, environment=None):
        self.name, self.port = name, free_port()
        self.data = os.path.join(folder, name + "-data")
        os.makedirs(self.data, exist_ok=True)
        program = os.path.join(TOOLS, name)
        if not os.path.exists(program):
            raise SystemExit(f"push_s3.py: no {program}; run packaging/servers.sh test")
        self.log = open(os.path.join(folder, name + ".log"), "ab")
        self.process = subprocess.Popen(self.command(program, tls), stdin=subprocess.DEVNULL, stdout=self.log,
                                        stderr=subprocess.STDOUT, cwd=folder,
                                        env={**os.environ, **(environment or {}), "HOME": folder,
                                             "ROOT_ACCESS_KEY": ACCESS, "ROOT_SECRET_KEY": SECRET,
                                             "MINIO_ROOT_USER": ACCESS, "MINIO_ROOT_PASSWORD": SECRET})
        self.wait()

    def command(self, program, tls):
        address = f"127.0.0.1:{self.port}"
        if self.name == "versitygw":
            files = ["--cert", f"{tls}/public.crt", "--key", f"{tls}/private.key"] if tls else []
            return [program, "--port", address, "--quiet", *files, "posix", self.data]
        return [program, "server", "--quiet", "--address", address, "--console-address", f"127.0.0.1:{free_port()}",
                *(["--certs-dir", tls] if tls else []), self.data]

    def wait(self):
        for _ in range(600):
            if self.process.poll() is not None:
                raise SystemExit(f"push_s3.py: {self.name} ended at once; see {self.log.name}")
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit(f"push_s3.py: {self.name} does not listen")

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()
