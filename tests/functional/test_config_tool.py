# SPDX-License-Identifier: GPL-2.0-only
"""targetcli-config on the real kernel: apply, dump, import, failures, rivals, power cuts."""
from __future__ import annotations

import json
import random
import re
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from functional.lab import NAMES, Initiator, Plan, Target
from functional.test_targetcli import BUILD
from rig.job import Job, Result
from rig.targetcli import targetcli, targetcli_lines

TOOL = Path(__file__).resolve().parents[2] / "tools/targetcli-config/targetcli-config"
IQN = "iqn.2003-01.org.example:target"
FILE = "/srv/config.yaml"


def unit(name: str, **more: Any) -> dict[str, Any]:
    """Return a file-backed disk."""
    return {"options": {"fd_dev_name": f"/srv/{name}.img", "fd_dev_size": 64 << 20,
                        "fd_buffered_io": 1}, **more}


def config(luns: int = 3, **more: Any) -> dict[str, Any]:
    """Return a configuration with a target and an initiator that sees all of it."""
    numbers = {number: number for number in range(luns)}
    return {
        "format": 1,
        "backstores": {f"fileio/d{number}": unit(f"d{number}", **more)
                       for number in range(luns)},
        "fabrics": {"iscsi": {"targets": {IQN: {"groups": {1: {
            "enable": 1, "attrib": {"authentication": 0}, "portals": ["0.0.0.0:3260"],
            "luns": {number: f"fileio/d{number}" for number in range(luns)},
            "acls": {NAMES[0]: {"luns": numbers}}}}}}}},
    }


def group(document: dict[str, Any]) -> dict[str, Any]:
    """Return the target's part."""
    groups: dict[Any, Any] = document["fabrics"]["iscsi"]["targets"][IQN]["groups"]
    found: dict[str, Any] = groups.get(1) or groups["1"]
    return found


def run(target: Target, *words: str, code: int = 0, timeout: float = 120.0) -> Result:
    """Run the tool and expect an exit code."""
    result = target.vm.sh([str(TOOL), *words], check=False, timeout=timeout)
    assert result.code == code, result.out + result.err
    return result


def apply(target: Target, document: dict[str, Any], *words: str, code: int = 0,
          timeout: float = 120.0) -> Result:
    """Apply a document."""
    target.vm.put(FILE, yaml.safe_dump(document), 0o600)
    return run(target, "apply", *words, FILE, code=code, timeout=timeout)


def dumped(target: Target) -> dict[str, Any]:
    """Return what is configured, without its generation."""
    found: dict[str, Any] = yaml.safe_load(run(target, "dump", "--secrets").out)
    found.pop("generation")
    return found


def test_round_trip(target: Target) -> None:
    document = config()
    document["backstores"]["iblock/b"] = {"options": {"udev_path": "/dev/vdb"},
                                          "attrib": {"emulate_caw": 0}}
    document["backstores"]["fileio/d0"].update(
        wwn={"vpd_unit_serial": "serial-0"}, alias="first",
        groups={"g1": {"tg_pt_gp_id": 7, "preferred": 1}})
    document["lu_groups"] = {"lg": {"lu_gp_id": 3}}
    group(document).update(auth={"userid": "u", "password": "swordfish-swordfish"},
                           param={"InitialR2T": "No"}, rtpi=99)
    group(document)["luns"] = {0: {"backstore": "fileio/d0", "alua_tg_pt_gp": "g1"},
                               1: "fileio/d1", 2: "iblock/b"}
    document["fabrics"]["loopback"] = {"targets": {"naa.5001405000000001": {"groups": {1: {
        "nexus": "naa.500140500000000f", "luns": {0: "fileio/d1"}}}}}}
    printed = apply(target, document, "--dry-run").out
    assert "mkdir" in printed and "swordfish" not in printed
    assert "fileio" not in target.vm.sh("ls /sys/kernel/config/target/core").out
    apply(target, document)
    assert apply(target, document).out == "nothing to change\n"
    assert run(target, "diff", FILE).out == "no difference\n"
    assert run(target, "check", FILE).out == f"{FILE}: no mistakes\n"
    assert target.read(f"iscsi/{IQN}/tpgt_1/lun/lun_0/alua_tg_pt_gp").startswith(
        "TG Port Alias: g1\n")
    assert "swordfish" not in run(target, "dump").out
    first = dumped(target)
    assert first["backstores"]["fileio/d0"]["wwn"]["vpd_unit_serial"] == "serial-0"
    run(target, "stop")
    assert not dumped(target).get("backstores")
    apply(target, first)
    assert dumped(target) == first
    run(target, "save", "/srv/saved.yaml")
    assert "swordfish" not in target.vm.get("/srv/saved.yaml").decode()
    assert "600" in target.vm.sh("stat -c %a /srv/saved.yaml.secrets-*").out
    assert run(target, "apply", "/srv/saved.yaml").out == "nothing to change\n"


def test_mistakes(target: Target) -> None:
    document = config()
    apply(target, document)
    document["backstores"]["fileio/d0"]["attrib"] = {"block_size": 1000, "emulate_tpo": 1}
    group(document)["luns"][2] = "fileio/dd"
    found = apply(target, document, code=2).err
    for words in ("512..4096", "did you mean attrib/emulate_tpu", "there is no core/fileio_0/dd"):
        assert words in found
    assert run(target, "check", FILE, code=2).out.count("\n") == 3
    assert "backstores" in dumped(target)
    del document["backstores"]["fileio/d0"]["attrib"]
    group(document)["luns"][2] = "fileio/d2"
    group(document)["attrib"]["login_timeout"] = 20
    del group(document)["luns"][1], group(document)["acls"][NAMES[0]]["luns"][1]
    target.vm.put(FILE, yaml.safe_dump(document))
    assert "interrupts users of" in run(target, "check", FILE).out
    before = dumped(target)
    apply(target, document)
    assert dumped(target) != before
    run(target, "rollback")
    assert dumped(target) == before


def test_what_fails_or_comes_late_does_not_stop_the_rest(target: Target) -> None:
    document = config()
    document["backstores"]["fileio/d1"]["options"]["fd_dev_name"] = "/srv/late/d1.img"
    result = apply(target, document, code=1)
    assert "fileio_0/d1/enable" in result.err and "lun_1" in result.err
    luns = group(dumped(target))["luns"]
    assert (luns["0"], luns.get("1"), luns["2"]) == ("fileio/d0", None, "fileio/d2")
    assert target.read(f"iscsi/{IQN}/tpgt_1/enable") == "1\n"
    target.vm.sh("(sleep 3; mkdir /srv/late) >/dev/null 2>&1 &")
    apply(target, document, "--retry", "60")
    assert apply(target, document).out == "nothing to change\n"
    run(target, "stop")
    target.vm.sh("rm -r /srv/late")


def test_only_one_target(target: Target) -> None:
    document = config(2)
    targets = document["fabrics"]["iscsi"]["targets"]
    targets[f"{IQN}-two"] = {"groups": {1: {"enable": 1, "portals": ["0.0.0.0:3261"],
                                            "luns": {0: "fileio/d1"}}}}
    apply(target, document)
    for part in targets.values():
        part["groups"][1].setdefault("attrib", {})["login_timeout"] = 7
    apply(target, document, "--only", f"target={IQN}-two")
    files = [f"iscsi/{name}/tpgt_1/attrib/login_timeout" for name in targets]
    assert [target.read(name) for name in files] == ["15\n", "7\n"]
    left = apply(target, document, "--dry-run").out
    assert files[0] in left and files[1] not in left


def test_doctor(target: Target) -> None:
    """It sees that the address of a portal is gone."""
    apply(target, config(1))
    said = run(target, "doctor").out
    assert "ok    portal 0.0.0.0:3260: every interface\n" in said and "WRONG" not in said
    vm = target.vm
    vm.sh("ip link add d0 type dummy && ip address add 192.0.2.1/32 dev d0 && ip link set d0 up")
    document = config(1)
    group(document)["portals"] = ["192.0.2.1:3260"]
    apply(target, document)
    vm.sh("ip link delete d0")
    assert "WRONG portal 192.0.2.1:3260: no interface has this address" in \
        run(target, "doctor", code=1).out


def fio_job(disks: dict[str, str], seconds: int, changed: int) -> str:
    """Return a job file: a light load on each disk, one of which may fail."""
    lines = ["[global]", "ioengine=psync", "direct=1", "bs=4k", "size=2M", "rw=randwrite",
             "thread=1", "verify=crc32c", "verify_backlog=8", "verify_fatal=1", "time_based",
             f"runtime={seconds}", "thinktime=200ms"]
    for lun, device in disks.items():
        lines += [f"[lun{lun}]", f"filename={device}"]
        if int(lun) == changed:
            lines += ["continue_on_error=all", "error_dump=0", "verify=0"]
    return "\n".join(lines) + "\n"


def session_number(target: Target) -> str:
    """Return the number of the initiator's session, or nothing."""
    found = re.search(rf"^session (\d+) initiator={NAMES[0]} .*LOGGED_IN",
                      target.read(f"iscsi/{IQN}/tpgt_1/sessions/list"), re.M)
    return found.group(1) if found else ""


def test_untouched_luns_do_not_notice(target: Target, initiator: Initiator, plan: Plan) -> None:
    """Every LUN is in use while one is changed: the others see neither a gap nor an error."""
    count, changed = (100, 50) if plan.seconds > 15 else (16, 7)
    least = min(plan.seconds, 60)
    seconds = round(least * target.vm.patience())
    document = config(count)
    for part in document["backstores"].values():
        part["options"]["fd_dev_size"] = 4 << 20
    apply(target, document)
    disks = initiator.login(list(range(count)), IQN, seconds=120)
    session = session_number(target)
    initiator.vm.put("/run/luns.fio", fio_job(disks, seconds, changed))
    fio = initiator.vm.begin("fio --output-format=json --output=/run/luns.json /run/luns.fio",
                             timeout=seconds + 120)
    rounds, ends = 0, time.monotonic() + seconds - 2
    while time.monotonic() < ends:
        rounds += 1
        document["backstores"][f"fileio/d{changed}"]["attrib"] = {
            "block_size": 512 << rounds % 2 * 3, "emulate_caw": rounds % 2}
        document["backstores"][f"fileio/new{rounds}"] = unit(f"new{rounds}")
        group(document)["luns"][200 + rounds] = f"fileio/new{rounds}"
        steps = apply(target, document, "--verbose").out.splitlines()[:-1]
        assert f"rm /sys/kernel/config/target/iscsi/{IQN}/tpgt_1/lun/lun_{changed}/d{changed}" \
            in [line.split("   #")[0] for line in steps]
        assert all(re.search(rf"[/_](d|lun_){changed}\b|/new{rounds}\b|lun_{200 + rounds}\b",
                             line) for line in steps), steps
    fio.wait(check=False)       # not 0: the changed one had errors
    assert rounds >= 2 and session_number(target) == session != ""
    text = initiator.vm.get("/run/luns.json").decode()      # its errors stand before
    jobs = json.loads(text[text.index("{"):])["jobs"]
    others = [job for job in jobs if job["jobname"] != f"lun{changed}"]
    assert len(others) == count - 1
    assert all(job["error"] == 0 and job["write"]["total_ios"] > least for job in others)
    gap = max(job[way]["clat_ns"]["max"] for job in others for way in ("read", "write")) / 1e9
    print(f"{count} LUNs, {rounds} changes of one: the longest that another one waited was "
          f"{gap:.3f} s")
    assert gap < 2 * target.vm.patience()
    see_and_kick(target, session)
    initiator.logout(IQN)


def see_and_kick(target: Target, session: str) -> None:
    """Look at the one session and end it: the initiator comes back with another."""
    table = run(target, "sessions").out.splitlines()
    assert len(table) == 2 and table[1].split()[:3] == [NAMES[0], IQN, "1"]
    assert table[1].split()[4] == "logged_in"
    assert run(target, "kick", NAMES[0]).out == f"1 sessions of {NAMES[0]} ended\n"
    ends = time.monotonic() + 60
    while session_number(target) in ("", session):
        assert time.monotonic() < ends
        time.sleep(0.5)


def test_two_at_once(target: Target) -> None:
    one, other = config(), config(2)
    target.vm.put("/srv/one.yaml", yaml.safe_dump(one))
    target.vm.put("/srv/other.yaml", yaml.safe_dump(other))
    jobs: list[Job] = [target.vm.begin(f"{TOOL} apply /srv/{name}.yaml", timeout=120)
                       for name in ("one", "other")]
    results = [job.wait(check=False) for job in jobs]
    assert [result.code for result in results] == [0] * 2, [r.err for r in results]
    same = [run(target, "apply", "--dry-run", f"/srv/{name}.yaml").out for name in
            ("one", "other")]
    assert "\n" in [text[:1] for text in same], same
    generation = yaml.safe_load(run(target, "dump").out)["generation"]
    target.write(f"iscsi/{IQN}/tpgt_1/attrib/login_timeout", "20")
    refused = run(target, "apply", "--if-generation", generation, "/srv/one.yaml", code=3)
    assert generation in refused.err


def test_import_of_saveconfig(target: Target) -> None:
    targetcli_lines(target.vm, BUILD)
    targetcli(target.vm, "saveconfig")
    run(target, "import", "saveconfig", "/etc/rtslib-fb-target/saveconfig.json", "-o",
        "/srv/imported.yaml")
    # Nothing changes: what it describes is what is there.
    steps = run(target, "apply", "--dry-run", "/srv/imported.yaml").out
    assert steps == "\n", steps
    before = dumped(target)
    run(target, "stop")
    run(target, "apply", "/srv/imported.yaml")
    after = dumped(target)
    assert {name: part["wwn"]["vpd_unit_serial"] for name, part in after["backstores"].items()} \
        == {name: part["wwn"]["vpd_unit_serial"] for name, part in before["backstores"].items()}
    for document in (before, after):        # numbers that nobody chose, and the file has not
        for fabric in document["fabrics"].values():
            for part in fabric["targets"].values():
                for one in part["groups"].values():
                    one.pop("rtpi", None)
                    assert one.pop("nexus", "naa.").startswith("naa.")
    assert after["fabrics"] == before["fabrics"]


SCST = f"""# Automatically generated by SCST Configurator v3.8.0.

HANDLER vdisk_fileio {{
	DEVICE disk01 {{
		filename /srv/scst1.img
		blocksize 4096
		nv_cache 1
		usn 5ec1a100
		t10_dev_id 0x0001
	}}
	DEVICE disk02 {{
		filename /srv/scst2.img
		read_only 1
		usn 5ec1a200
	}}
}}
HANDLER vdisk_blockio {{
	DEVICE blk {{
		filename /dev/vdb
		usn 5ec1a300
		naa_id 0x5001405123456789
	}}
}}
HANDLER vcdrom {{
	DEVICE cd {{
	}}
}}
TARGET_DRIVER iscsi {{
	enabled 1
	TARGET {IQN} {{
		enabled 1
		rel_tgt_id 3
		IncomingUser "joe joessecret12"
		InitialR2T No
		GROUP first {{
			LUN 0 disk01
			LUN 1 disk02
			LUN 2 blk
			INITIATOR {NAMES[0]}
		}}
		GROUP second {{
			LUN 0 blk
			INITIATOR {NAMES[1]}
		}}
	}}
}}
"""


def test_import_of_scst(target: Target, initiator: Initiator) -> None:
    """The initiator sees what it saw before: numbers, blocks, serial numbers, what is read-only."""
    target.vm.put("/srv/scst.conf", SCST)
    target.vm.sh("truncate -s 16M /srv/scst1.img /srv/scst2.img")
    lost = run(target, "import", "scst", "/srv/scst.conf", "-o", "/srv/scst.yaml", code=1).err
    assert lost.count("not imported: ") == 3 and "vcdrom" in lost
    assert "disk02: no t10_dev_id" in lost and "blk: no t10_dev_id" in lost
    run(target, "apply", "/srv/scst.yaml")
    assert run(target, "apply", "/srv/scst.yaml").out == "nothing to change\n"
    assert target.read(f"iscsi/{IQN}/tpgt_1/rtpi") == "0x3\n"
    disks = initiator.login([0, 1, 2], IQN, settings=initiator.chap("joe", "joessecret12"))
    shown = [initiator.vm.sh(f"blockdev --getss --getro {disk}; sg_vpd --page=sn {disk}"
                             ).out.split() for disk in (disks["0"], disks["1"], disks["2"])]
    assert [(words[0], words[1], words[-1]) for words in shown] == [
        ("4096", "0", "5ec1a100"), ("512", "1", "5ec1a200"), ("512", "0", "5ec1a300")]
    names = initiator.vm.sh(f"sg_inq {disks['0']}; sg_vpd --page=di {disks['0']}").out
    assert "Vendor identification: SCST_FIO" in names and "disk01" in names
    assert "vendor specific: 0x0001" in names and "NAA" not in names, names
    names = initiator.vm.sh(f"sg_vpd --page=di --quiet {disks['2']}").out
    assert "0x5001405123456789" in names, names
    assert "lun_0" in target.vm.sh(
        f"ls /sys/kernel/config/target/iscsi/{IQN}/tpgt_1/acls/{NAMES[1]}").out
    initiator.logout(IQN)


def test_fibre_channel(target: Target) -> None:
    """Its groups are enabled from the start, also before there is a port."""
    target.vm.call("lio.load", ["target_core_mod", "target_core_file", "tcm_fc"])
    part: dict[str, Any] = {"luns": {0: "fileio/d0"},
                            "acls": {"20:00:00:00:00:00:00:02": {"luns": {0: 0}}}}
    document = {"format": 1, "backstores": {"fileio/d0": unit("d0")}, "fabrics": {"fc": {
        "targets": {"20:00:00:00:00:00:00:01": {"groups": {1: part}}}}}}
    enable = "fc/20:00:00:00:00:00:00:01/tpgt_1/enable"
    apply(target, document)
    assert apply(target, document).out == "nothing to change\n"
    assert target.read(enable) == "1\n"
    part["enable"] = 0
    apply(target, document)
    assert target.read(enable) == "0\n"
    del part["enable"]
    apply(target, document)
    assert target.read(enable) == "1\n"


HOWTO = """add-dev disk01 --handler fileio --attr filename=/srv/vdisk1.img,size=64M,read_only
add-dev disk02 --handler fileio --attr filename=/srv/vdisk2.img,size=64M,blocksize=4096
add-dev blockio1 --handler blockio --attr filename=/dev/vdb
add-target {iqn}
add-target {iqn}-two
add-lun 0 --target {iqn} --device disk01
add-lun 1 --target {iqn} --device disk02
add-lun 0 --target {iqn}-two --device blockio1
add-group GROUP1 --target {iqn} --init {first}
add-init {second} --target {iqn} --group GROUP1
add-init {third} --target {iqn}-two
enable {iqn}
enable {iqn}-two
save /srv/howto.yaml""".format(iqn=IQN, first=NAMES[0], second=NAMES[1], third=f"{NAMES[1]}3")


def test_the_howto(target: Target, initiator: Initiator) -> None:
    for line in HOWTO.splitlines():
        run(target, *line.split())
    disks = initiator.login([0, 1], IQN)
    shown = initiator.vm.sh(f"blockdev --getro --getss {disks['0']} {disks['1']}").out.split()
    assert shown == ["1", "512", "0", "4096"]
    initiator.vm.sh(f"dd if=/dev/urandom of=/run/x bs=64k count=16 && dd if=/run/x "
                    f"of={disks['1']} bs=64k oflag=direct && cmp -n 1048576 /run/x {disks['1']}")
    initiator.logout(IQN)
    run(target, "stop")
    run(target, "apply", "/srv/howto.yaml")
    assert sorted(initiator.login([0, 1], IQN)) == ["0", "1"]
    initiator.logout(IQN)


@pytest.mark.parametrize("part", range(5))
def test_power_cuts(target: Target, plan: Plan, part: int) -> None:
    """After a cut the file is the old or the new one, and so is the system that it makes."""
    cuts = 10 if plan.seconds > 15 else 2
    if part and plan.seconds <= 15:
        pytest.skip("a long run")
    old, new = config(2), config(3)
    for document in (old, new):
        for name, item in document["backstores"].items():
            item["wwn"] = {"vpd_unit_serial": f"serial-{name}"}
    luck = random.Random(part)
    apply(target, new)
    good = [dumped(target)]
    apply(target, old)
    good.append(dumped(target))
    run(target, "save", "/srv/boot.yaml")
    seen = []
    for _ in range(cuts):
        target.vm.put("/srv/new.yaml", yaml.safe_dump(new))
        target.vm.begin(f"sync; while :; do {TOOL} apply /srv/new.yaml; {TOOL} save "
                        f"/srv/boot.yaml; {TOOL} apply {FILE}; {TOOL} save /srv/boot.yaml; done",
                        timeout=120)
        time.sleep(luck.uniform(0.5, 6.0))
        target.vm.reboot(power_cut=True)
        target.prepare()
        run(target, "apply", "/srv/boot.yaml")
        seen.append(good.index(dumped(target)))
    print(f"{cuts} power cuts: the new configuration {seen.count(0)} times, the old one "
          f"{seen.count(1)} times")


def test_a_thousand_luns(target: Target, plan: Plan) -> None:
    if plan.seconds <= 15:
        pytest.skip("a long run")
    count = 1000
    document = {"format": 1, "backstores": {f"rd_mcp/r{number}": {"options": {
        "rd_pages": 16, "rd_nullio": 1}} for number in range(count)},
        "fabrics": {"iscsi": {"targets": {IQN: {"groups": {1: {
            "enable": 1, "luns": {number: f"rd_mcp/r{number}" for number in range(count)}}}}}}}}
    took = {}

    def timed(what: str, *words: str) -> str:
        start = time.monotonic()
        out = target.vm.sh(words, timeout=900).out
        took[what] = time.monotonic() - start
        return out
    target.vm.put(FILE, yaml.safe_dump(document))
    timed("apply", str(TOOL), "apply", FILE)
    assert timed("apply again", str(TOOL), "apply", FILE) == "nothing to change\n"
    targetcli(target.vm, "saveconfig", timeout=300)
    timed("stop", str(TOOL), "stop")
    timed("targetctl restore", "targetctl", "restore")
    luns = target.vm.sh(f"ls /sys/kernel/config/target/iscsi/{IQN}/tpgt_1/lun | wc -l").out
    assert int(luns) == count
    print(f"{count} LUNs: " + ", ".join(f"{what} {spent:.1f} s" for what, spent in took.items()))
    assert took["apply"] < took["targetctl restore"]
