#!/usr/bin/env python3
"""Completion in real shells.

    tests/completion.py PROGRAM

bash, zsh and fish get the script that the program prints, and a line with the cursor at its end; what they offer is
compared. bash and fish tell it; zsh is asked through a terminal, as a person would.
"""
import json
import os
import pathlib
import pty
import re
import select
import shlex
import subprocess
import sys
import tempfile
import time

# The line, what must be among the offers, what must not.
CASES = [
    ("kratree ", ["render", "validate", "explain", "lock", "push", "completion"], ["some.yaml"]),
    ("kratree ren", ["render"], ["validate"]),
    ("kratree --v", ["--version"], ["--man"]),
    ("kratree render --keep", ["--keep-going"], ["--check", "render"]),
    ("kratree render --kratix-version ", ["2025-03", "2026-08"], ["some.yaml"]),
    ("kratree render --color a", ["auto", "always"], ["never"]),
    ("kratree render -o ", ["text", "json"], ["html", "--out"]),
    ("kratree explain -o ", ["text", "json", "markdown", "html"], []),
    ("kratree validate -o s", ["sarif"], ["text"]),
    ("kratree render --out ", ["folder", "some.yaml"], ["render"]),
    ("kratree render so", ["some.yaml"], ["folder", "KT-204"]),
    ("kratree explain KT-20", ["KT-204", "KT-201"], ["KT-301"]),
    ("kratree explain prom", ["promise/"], ["destination/"]),
    ("kratree explain fol", ["folder"], ["promise/"]),
    ("kratree lock --lo", ["--lock", "--locked"], ["--out"]),
    ("kratree completion ", ["bash", "zsh", "fish"], ["some.yaml"]),
    ("kratree help ex", ["explain"], ["render"]),
]
# Only where a shell has such a thing.
BASH = [
    ("kratree render --color=a", ["auto", "always"], ["never"]),
    ("kratree render --color=", ["auto", "always", "never"], ["some.yaml"]),
    ("kratree render -o json=so", ["some.yaml"], ["text"]),
]
FISH = [
    ("kratree render --color=a", ["--color=auto", "--color=always"], ["--color=never"]),
]
ZSH = [
    ("kratree render --color=a", ["auto", "always"], ["never"]),
    ("kratree render -o json=so", ["some.yaml"], ["text"]),
]


PATIENCE = 300  # seconds; without end is what is meant


def run(command, text=None):
    done = subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE, check=False,
                          env={**os.environ, "LC_ALL": "C.UTF-8", "TERM": "dumb"}, encoding="utf-8")
    return done.stdout


def bash_words(line):
    """Words as readline cuts them: '=' stands alone."""
    words = [part for word in re.split(r" +", line) for part in (re.split(r"(=)", word) if "=" in word else [word])]
    last = None if line.endswith("=") else len(words) - 1  # it may be empty: the cursor stands behind a blank
    return [word for i, word in enumerate(words) if word or i == last]


def bash(script, line):
    words = " ".join(shlex.quote(word) for word in bash_words(line))
    text = f"source {shlex.quote(str(script))}\nCOMP_WORDS=({words})\nCOMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))\n" \
           "_kratree\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n"
    return run(["bash", "--norc", "--noprofile"], text).split("\n")


def fish(script, line):
    text = f"source {shlex.quote(str(script))}\ncomplete -C {shlex.quote(line)}\n"
    offers = [offer.split("\t")[0] for offer in run(["fish", "--no-config"], text).split("\n")]
    return [offer if offer in ("promise/", "destination/") else offer.rstrip("/") for offer in offers]


class Zsh:
    """A zsh on a terminal, with completion switched on as people do it."""
    def __init__(self, folder):
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execvpe("zsh", ["zsh", "-f", "-i"], {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8",
                                                    "TERM": "dumb", "COLUMNS": "400", "LINES": "400"})
        self.say(f"PS1='> '; stty cols 400 rows 400; fpath=({folder}/functions $fpath); LISTMAX=1000\n")
        self.say("autoload -U compinit && compinit -u -D\n")
        self.say("unsetopt list_ambiguous menu_complete auto_menu zle_bracketed_paste\n")
        self.say("zstyle ':completion:*' verbose no\n")
        # A key that says that everything typed before it has been dealt with.
        self.say("say-so() { print -rn -- \"<all so far>\" }; zle -N say-so; bindkey '^X^S' say-so\n")
        self.say("stty -ixon; echo re''ady\n")
        self.read("ready")

    def say(self, text):
        os.write(self.terminal, text.encode())

    def read(self, until):
        """What is printed until that is seen."""
        text, end = b"", time.monotonic() + PATIENCE
        while until.encode() not in text:
            if not select.select([self.terminal], [], [], max(0, end - time.monotonic()))[0]:
                raise AssertionError(f"no '{until}' after {PATIENCE} s in {text.decode('utf-8', 'replace')}")
            text += os.read(self.terminal, 65536)
        return text.decode("utf-8", "replace").partition(until)[0]

    def ask(self, line):
        self.say(line + "\t\x18\x13")
        offers = self.read("<all so far>")
        self.say("\x15\x18\x13")  # forget the line
        self.read("<all so far>")
        plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", " ", re.sub(r"[\x07\x08]", "", offers))
        # What became of the last word, or stands in the list below; not the words before it, which are typed again.
        kept = re.sub(r"[^ =]*$", "", line)
        plain = plain.replace(kept, " ")
        return [word if word == "promise/" else word.rstrip("/") for word in re.split(r"[ \n]+", plain)]

    def close(self):
        os.close(self.terminal)
        os.waitpid(self.pid, 0)


def compare(shell, offers, case):
    line, wanted, unwanted = case
    missing = [word for word in wanted if word not in offers]
    extra = [word for word in unwanted if word in offers]
    problem = f"missing {missing}" if missing else f"too much: {extra}" if extra else None
    return f"{shell}: '{line}'", problem and f"{problem}; offered {json.dumps(offers[:30])}"


def syntax(program, folder):
    for shell in ("bash", "zsh", "fish"):
        script = folder / f"kratree.{shell}"
        script.write_text(run([program, "completion", shell]))
        said = run([shell, "-n", str(script)])
        yield f"{shell} reads the script", said or None


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as temp:
        folder = pathlib.Path(temp)
        results = list(syntax(program, folder))
        (folder / "functions").mkdir()
        (folder / "functions" / "_kratree").write_text((folder / "kratree.zsh").read_text())
        work = folder / "work"
        (work / "folder").mkdir(parents=True)
        (work / "some.yaml").write_text("")
        os.chdir(work)
        results += [compare("bash", bash(folder / "kratree.bash", case[0]), case) for case in CASES + BASH]
        results += [compare("fish", fish(folder / "kratree.fish", case[0]), case) for case in CASES + FISH]
        zsh = Zsh(folder)
        results += [compare("zsh", zsh.ask(case[0]), case) for case in CASES + ZSH]
        zsh.close()
        os.chdir("/")
    for name, problem in results:
        if problem:
            print(f"FAIL {name}: {problem}")
    failed = sum(problem is not None for _, problem in results)
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
