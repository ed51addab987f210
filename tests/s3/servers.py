"""The two S3 servers: versitygw and MinIO, as packaging/servers.sh built them, on ports of their own."""
import os
import subprocess

from loopback import free_port, wait_until_it_listens

ACCESS, SECRET = "kratreetestkey", "kratree-test-secret-0123456789"
TOOLS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "build", "tools")


class Server:
    """A running server; `name` is versitygw or minio."""

    def __init__(self, name, folder, tls=None, environment=None):
        self.name = name
        self.data = os.path.join(folder, name + "-data")
        os.makedirs(self.data, exist_ok=True)
        program = os.path.join(TOOLS, name)
        if not os.path.exists(program):
            raise SystemExit(f"push_s3.py: no {program}; run packaging/servers.sh test")
        self.log = open(os.path.join(folder, name + ".log"), "ab")
        environment = {**os.environ, **(environment or {}), "HOME": folder, "ROOT_ACCESS_KEY": ACCESS,
                       "ROOT_SECRET_KEY": SECRET, "MINIO_ROOT_USER": ACCESS, "MINIO_ROOT_PASSWORD": SECRET}
        for _ in range(3):  # the port may be somebody else's by now
            self.port = free_port()
            self.process = subprocess.Popen(self.command(program, tls), stdin=subprocess.DEVNULL, stdout=self.log,
                                            stderr=subprocess.STDOUT, cwd=folder, env=environment)
            if wait_until_it_listens(self.port, self.process):
                return
            self.close()
        with open(self.log.name, encoding="utf-8", errors="replace") as log:
            raise SystemExit(f"push_s3.py: {name} does not listen: {log.read()[-2000:]}")

    def command(self, program, tls):
        address = f"127.0.0.1:{self.port}"
        if self.name == "versitygw":
            files = ["--cert", f"{tls}/public.crt", "--key", f"{tls}/private.key"] if tls else []
            return [program, "--port", address, "--quiet", *files, "posix", self.data]
        return [program, "server", "--quiet", "--address", address, "--console-address", f"127.0.0.1:{free_port()}",
                *(["--certs-dir", tls] if tls else []), self.data]

    def close(self):
        self.process.terminate()
        self.process.wait()
