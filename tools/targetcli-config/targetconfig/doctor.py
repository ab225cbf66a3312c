# SPDX-License-Identifier: GPL-2.0-only
"""What slows a target down or keeps initiators away, looked up on this machine."""
from __future__ import annotations

import glob
import os
import re
import shutil
import subprocess
from collections.abc import Iterator

from targetconfig import state as st
from targetconfig.state import State

OFFLOADS = ("tcp-segmentation-offload", "generic-receive-offload", "tx-checksumming",
            "scatter-gather")
LOG = re.compile(r"\b(target|iscsi_target\w*|tcm_\w+|iscsit\w*)\b", re.IGNORECASE)


def run(*command: str) -> str | None:
    """Return the output of a program, or None if it is not there or fails."""
    if not shutil.which(command[0]):
        return None
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return None if done.returncode else done.stdout


def portals(state: State) -> list[tuple[str, str]]:
    """Return the address and port of each portal."""
    found = {st.name(path) for path in state if st.kind(path) == "portal"}
    return [(name.rpartition(":")[0].strip("[]"), name.rpartition(":")[2])
            for name in sorted(found)]


def addresses(text: str) -> dict[str, str]:
    """Read ip -o address: address -> interface."""
    found = {}
    for line in text.splitlines():
        words = line.split()
        if len(words) > 3 and words[2] in ("inet", "inet6"):
            found[words[3].split("/")[0]] = words[1]
    return found


def offloads(text: str) -> list[str]:
    """Read ethtool -k: what is off and should not be."""
    found = []
    for line in text.splitlines():
        name, _, value = line.strip().partition(": ")
        if name in OFFLOADS and value.startswith("off"):
            found.append(name)
    return found


def crc32c(text: str) -> tuple[str, bool]:
    """Read /proc/crypto: the driver that digests use, and whether hardware helps."""
    best, rank = "none", -1
    for block in text.split("\n\n"):
        entry = {key.strip(): value.strip() for key, _, value in
                 (line.partition(":") for line in block.splitlines())}
        if entry.get("name") == "crc32c" and int(entry.get("priority", "0")) > rank:
            best, rank = entry.get("driver", "?"), int(entry.get("priority", "0"))
    return best, "generic" not in best and rank >= 0


def log_lines(text: str, count: int = 10) -> list[str]:
    """Return the last lines of the kernel's log that are ours."""
    return [line for line in text.splitlines() if LOG.search(line)][-count:]


def _interfaces(state: State) -> Iterator[str]:
    said = run("ip", "-o", "address")
    if said is None:
        yield "?     portals: ip does not say which addresses this machine has"
        return
    there = addresses(said)
    for address, port in portals(state):
        if address in ("0.0.0.0", "::"):
            yield f"ok    portal {address}:{port}: every interface"
            names = sorted({name for name in there.values() if name != "lo"})
        elif address not in there:
            yield f"WRONG portal {address}:{port}: no interface has this address; " \
                  "initiators cannot reach it"
            continue
        else:
            yield f"ok    portal {address}:{port}: {there[address]}"
            names = [there[address]]
        yield from map(_offloads, names)


def _offloads(name: str) -> str:
    said = run("ethtool", "-k", name)
    if said is None:
        return f"?     {name}: offloads: ethtool does not say"
    off = offloads(said)
    if off:
        return f"slow  {name}: {', '.join(off)} off; ethtool -K {name} tso on gro on"
    return f"ok    {name}: offloads"


def _ports(state: State) -> Iterator[str]:
    ports = {port for _, port in portals(state)}
    listed = [text for text in (run("nft", "list", "ruleset"), run("iptables", "-S"))
              if text is not None]
    rules = "\n".join(listed)
    drops = "policy drop" in rules or re.search(r"^-P INPUT DROP", rules, re.M)
    for port in sorted(ports):
        if not listed:
            yield f"?     firewall: port {port}: neither nft nor iptables says"
        elif drops and not re.search(rf"\b{port}\b|iscsi-target", rules):
            yield f"WRONG firewall: it drops what it does not know, and port {port} is in no rule"
        else:
            yield f"ok    firewall: port {port}"
    listening = run("ss", "-Htlnp")
    if listening is None and ports:
        yield "?     ports: ss does not say who listens"
    for line in (listening or "").splitlines():
        words = line.split()
        if len(words) > 3 and words[3].rpartition(":")[2] in ports and "users:" in line:
            yield f"WRONG port {words[3]}: {words[-1]} listens there"


def report(state: State) -> list[str]:
    """Return a line for each thing that was looked at."""
    found = [*_interfaces(state), *_ports(state)]
    if os.path.exists("/proc/crypto"):
        with open("/proc/crypto", encoding="ascii", errors="replace") as file:
            driver, fast = crc32c(file.read())
        found.append(f"{'ok   ' if fast else 'slow '} crc32c: {driver}"
                     + ("" if fast else "; digests cost a lot without hardware; modprobe "
                                        "crc32c-intel"))
    for path in glob.glob("/sys/class/fc_host/*/port_state"):
        with open(path, encoding="ascii") as file:
            port = file.read().strip()
        found.append(f"{'ok   ' if port == 'Online' else 'WRONG'} {path.split('/')[4]}: {port}")
    return found + [f"log   {line}" for line in log_lines(run("dmesg") or "")]
