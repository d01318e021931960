"""A second verifier of an audit export, written from docs/reference/audit-export.md alone: Python's standard library, and openssl for Ed25519.

It shares nothing with the first, so that a mistake in one shows in the other. Ends with an AssertionError at the first fault.
"""
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

folder = pathlib.Path(sys.argv[1])


def sha(data):
    return hashlib.sha256(data).hexdigest()


def root(leaves):
    if not leaves:
        return sha(b"")
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha(b"\x01" + bytes.fromhex(root(leaves[:split])) + bytes.fromhex(root(leaves[split:])))


def signed(text, signature, public_key):
    with tempfile.TemporaryDirectory() as place:
        base = pathlib.Path(place)
        (base / "key.der").write_bytes(bytes.fromhex("302a300506032b6570032100" + public_key))
        (base / "text").write_bytes(text)
        (base / "signature").write_bytes(bytes.fromhex(signature))
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "key.der", "-rawin", "-in", "text", "-sigfile", "signature"]
        return subprocess.run(command, cwd=place, capture_output=True).returncode == 0


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


chains, own, redacted = {}, [], []
checkpoints = [line for line in (folder / "checkpoints.jsonl").read_bytes().split(b"\n")[:-1]]
names = sorted({tree["chain"] for line in checkpoints for tree in json.loads(line)["checkpoint"]["chains"]})
for name in names:
    assert name != "main", "this verifier knows format 2 alone"
    head = sha(f"tradewind/audit/2/{name}/".encode())
    hashes = []
    for path in sorted((folder / "records").glob(f"{name}-*.jsonl")):
        data = path.read_bytes()
        assert data.endswith(b"\n")
        for line in data[:-1].split(b"\n"):
            assert line.startswith(b'{"hash":"') and line[73:82] == b'","link":' and line.endswith(b"}")
            marks = [line.find(mark, 82) for mark in (b'"],"payload":', b'"],"redaction":')]
            is_redacted = marks[0] < 0
            end = (marks[1] if is_redacted else marks[0]) + 2
            text, rest = line[82:end], line[end:-1]
            link = json.loads(text)
            assert link[0] == name and link[1] == len(hashes) + 1 and link[2] == head, (name, link[:3])
            head = line[9:73].decode()
            assert sha(b"\x00" + text) == head, (name, link[1])
            if is_redacted:
                redacted.append((name, link[1], link[-1], int(rest[len(',"redaction":') :])))
            else:
                payload = rest[len(',"payload":') :]
                assert sha(payload) == link[-1], (name, link[1])
                if name == "AUDIT":
                    own.append((link[1], link[5], json.loads(payload)))
            hashes.append(head)
    chains[name] = hashes

keys = {}
last = None
for _, kind, fact in own:
    if kind != "signing-key":
        continue
    if last is not None:
        assert fact["previous"] == last["key"]
        assert signed(compact(["tradewind/audit/signing-key/1", fact["publicKey"], fact["previous"]]), fact["endorsement"], last["publicKey"])
    assert sha(bytes.fromhex(fact["publicKey"]))[:16] == fact["key"]
    keys[fact["key"]] = fact["publicKey"]
    last = fact

previous = ""
for number, line in enumerate(checkpoints, 1):
    told = json.loads(line)
    text = compact(told["checkpoint"])
    assert line == b'{"checkpoint":' + text + b',"key":"' + told["key"].encode() + b'","signature":"' + told["signature"].encode() + b'"}'
    assert told["checkpoint"]["number"] == number and told["checkpoint"]["previous"] == previous
    assert signed(text, told["signature"], keys[told["key"]]), number
    for tree in told["checkpoint"]["chains"]:
        leaves = chains[tree["chain"]][: tree["size"]]
        assert len(leaves) == tree["size"] and root(leaves) == tree["root"], (number, tree["chain"])
    previous = sha(text)
for tree in json.loads(checkpoints[-1])["checkpoint"]["chains"]:
    assert tree["size"] == len(chains[tree["chain"]]), tree["chain"]

proofs = {sequence: fact for sequence, kind, fact in own if kind == "redaction"}
for name, sequence, digest, proof in redacted:
    fact = proofs[proof]
    assert (fact["chain"], fact["sequence"], fact["payloadDigest"]) == (name, sequence, digest)
    fields = ["chain", "sequence", "factId", "payloadDigest", "actor", "reason", "at"]
    assert signed(compact(["tradewind/audit/redaction/1"] + [fact[field] for field in fields]), fact["signature"], keys[fact["key"]])

print(json.dumps({"ok": True, "records": sum(map(len, chains.values())), "head": previous}))
