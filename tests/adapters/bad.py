"""Adapters that go wrong: `bad.py FAULT OP` is the honest one until the first request OP, where it has the fault."""

import json
import os
import subprocess
import sys
import time

import honest

FAULT, OP = sys.argv[1:3]


def say(text):
    sys.stdout.write(text)
    sys.stdout.flush()


def shout(data, times=1):
    for _ in range(times):
        sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def forever():
    while True:
        time.sleep(3600)


def fork(detached):
    """A child that holds every pipe for an hour, and the number of its process where the test finds it."""
    child = subprocess.Popen(["sleep", "3600"], start_new_session=detached)
    with open(sys.argv[3], "w") as file:
        file.write(str(child.pid))


def complain():
    sys.stderr.write("x" * 10_000_000 + "\nsecond to last\n\x1b[31mlast words\n")
    sys.stderr.flush()
    os._exit(3)


def with_fields(text, **fields):
    say(json.dumps({**json.loads(text), **fields}) + "\n")


def changed(text, change):
    """The reply with its first tensor changed."""
    reply = json.loads(text)
    change(reply["params"][0])
    say(json.dumps(reply) + "\n")


FAULTS = {
    "hangs": lambda text: forever(),
    "hangs-mid-reply": lambda text: (say(text[:-5]), forever()),
    "dies": lambda text: complain(),
    "dies-mid-reply": lambda text: (say(text[:-5]), os._exit(3)),
    "is-killed": lambda text: os.kill(os.getpid(), 9),
    "leaves-with-0": lambda text: os._exit(0),
    "prints-junk": lambda text: say("Loading the model...\n" + text + "\n"),
    "prints-junk-on-the-line": lambda text: say("loss 0.3 " + text + "\n"),
    "answers-nothing": lambda text: say("\n"),
    "answers-an-array": lambda text: say("[true]\n"),
    "wrong-shape": lambda text: changed(text, lambda tensor: tensor.update(shape=[1, 2])),
    "wrong-length": lambda text: changed(text, lambda tensor: tensor["data"].append(0.0)),
    "missing-tensor": lambda text: with_fields(text, params=json.loads(text)["params"][1:]),
    "missing-row": lambda text: with_fields(text, params=json.loads(text)["params"][1:]),
    "missing-rates": lambda text: with_fields(text, lr=[0.1]),
    "missing-params": lambda text: say('{"ok": true}\n'),
    "nan-as-shape": lambda text: changed(text, lambda tensor: tensor.update(shape=["NaN"])),
    "nan-as-tensor": lambda text: with_fields(text, params="NaN"),
    "bare-nan": lambda text: say(text.replace("0.75", "NaN") + "\n"),
    "a-word-as-number": lambda text: changed(text, lambda tensor: tensor["data"].__setitem__(0, "fast")),
    "too-precise": lambda text: changed(text, lambda tensor: tensor["data"].__setitem__(0, 0.1)),
    "both-ways": lambda text: with_fields(text, evaluate=json.loads(text)["params"]),
    "forgets-hyper": lambda text: with_fields(text, hyper={}),
    "changes-hyper": lambda text: with_fields(text, hyper={**json.loads(text)["hyper"], "lr": 7}),
    "gigabyte": lambda text: shout(b"0" * (1 << 20), 1 << 10),
    "gigabyte-of-numbers": lambda text: (say('{"ok": true, "params": [['), shout(b"0," * (1 << 19), 1 << 10)),
    "many-lines": lambda text: shout(b"{}\n" * (1 << 20), 1 << 10),
    "deep": lambda text: say('{"ok": true, "params": ' + "[" * 30_000 + "\n"),
    "deep-closed": lambda text: say('{"ok": true, "params": ' + "[" * 20_000 + "]" * 20_000 + "}\n"),
    "deep-elsewhere": lambda text: say('{"ok": true, "else": ' + "[" * 20_000 + "]" * 20_000 + "}\n"),
    "replies-twice": lambda text: say(text + "\n" + text + "\n"),
    "replies-twice-later": lambda text: (say(text + "\n"), time.sleep(0.2), say(text + "\n")),
    "two-on-a-line": lambda text: say(text + text + "\n"),
    "not-utf-8": lambda text: shout(b'{"ok": true, "\xff": 0}\n'),
    "ok-is-yes": lambda text: with_fields(text, ok="yes"),
    "ok-is-absent": lambda text: say('{"params": []}\n'),
    "not-ok-without-error": lambda text: say('{"ok": false}\n'),
    "long-error": lambda text: say(json.dumps({"ok": False, "error": "no\r\n\x1b[2J" * 4000}) + "\n"),
    "lacks-it": lambda text: say('{"ok": false, "error": "this optimizer cannot do that"}\n'),
    "only-steps": lambda text: with_fields(text, capabilities=[]),
    "protocol-2": lambda text: with_fields(text, protocol=2),
    "name-of-lines": lambda text: with_fields(text, framework="a\nb"),
    "closes-stdout": lambda text: (os.close(1), forever()),
    "closes-stdin": lambda text: (say(text + "\n"), os.close(0), forever()),
    "stops-reading": lambda text: (say(text + "\n"), forever()),
    "forks": lambda text: (fork(False), say(text + "\n")),
    "forks-and-dies": lambda text: (fork(False), os._exit(3)),
    "forks-away-and-hangs": lambda text: (fork(True), forever()),
    "forks-away-and-dies": lambda text: (fork(True), os._exit(3)),
    "ignores-it": lambda text: (say(text + "\n"), forever()),
    "leaves-with-4": lambda text: (say(text + "\n"), os._exit(4)),
    "goes-on": lambda text: (say(text + "\n"), time.sleep(0.2), say("one more thing\n"), os._exit(0)),
}

for line in sys.stdin:
    text, request = honest.reply(line)
    if request["op"] == OP:
        FAULTS[FAULT](text)
        OP = None
    else:
        say(text + "\n")
    if request["op"] == "bye":
        break
