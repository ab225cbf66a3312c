# SPDX-License-Identifier: GPL-2.0-only
"""targetcli-config on the real kernel: apply, dump, import, failures, rivals, power cuts."""
from __future__ import annotations

import random
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
    part: dict[str, Any] = document["fabrics"]["iscsi"]["targets"][IQN]["groups"][1]
    return part


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


def test_what_fails_does_not_stop_the_rest(target: Target) -> None:
    document = config()
    document["backstores"]["fileio/d1"]["options"]["fd_dev_name"] = "/nowhere/d1.img"
    result = apply(target, document, code=1)
    assert "fileio_0/d1/enable" in result.err and "lun_1" in result.err
    there = dumped(target)
    assert set(group(there)["luns"]) == {"0", "1", "2"} - {"1"} or \
        group(there)["luns"].get("1") is None
    assert target.read(f"iscsi/{IQN}/tpgt_1/enable") == "1\n"
    document["backstores"]["fileio/d1"]["options"]["fd_dev_name"] = "/srv/d1.img"
    apply(target, document)
    assert apply(target, document).out == "nothing to change\n"


def test_what_comes_late(target: Target) -> None:
    document = config()
    document["backstores"]["fileio/d1"]["options"]["fd_dev_name"] = "/srv/late/d1.img"
    target.vm.sh("(sleep 3; mkdir /srv/late) >/dev/null 2>&1 &")
    apply(target, document, "--retry", "60")
    assert apply(target, document).out == "nothing to change\n"
    run(target, "stop")
    target.vm.sh("rm -r /srv/late")


def test_rollback(target: Target) -> None:
    target.vm.sh("rm -rf /var/lib/targetcli-config")
    apply(target, config())
    before = dumped(target)
    changed = config()
    group(changed)["attrib"]["login_timeout"] = 20
    apply(target, changed)
    assert dumped(target) != before
    run(target, "rollback")
    assert dumped(target) == before


def test_untouched_luns_do_not_notice(target: Target, initiator: Initiator, plan: Plan) -> None:
    """fio runs on LUN 0 while everything else is changed."""
    document = config()
    apply(target, document)
    disks = initiator.login([0, 1, 2], IQN)
    tsih = target.read(f"iscsi/{IQN}/tpgt_1/acls/{NAMES[0]}/info").split("TSIH: ")[1].split()[0]
    fio = initiator.vm.begin(
        f"fio --name=v --filename={disks['0']} --size=32M --rw=randwrite --bs=4k-64k "
        f"--ioengine=libaio --iodepth=8 --direct=1 --time_based --runtime={plan.seconds} "
        "--serialize_overlap=1 --verify=crc32c --verify_backlog=64 --log_max_value=1 "
        "--output-format=json", timeout=plan.seconds + 90)
    ends = time.monotonic() + plan.seconds - 3
    rounds = 0
    while time.monotonic() < ends:
        rounds += 1
        document["backstores"]["fileio/d1"]["attrib"] = {"block_size": 512 << rounds % 2 * 3}
        document["backstores"]["fileio/d2"]["attrib"] = {"emulate_caw": rounds % 2}
        document["backstores"][f"fileio/new{rounds}"] = unit(f"new{rounds}")
        group(document)["luns"][10 + rounds] = f"fileio/new{rounds}"
        group(document)["acls"][f"{NAMES[1]}{rounds}"] = {"luns": {0: 0}}
        document["fabrics"]["iscsi"]["targets"][f"{IQN}-{rounds}"] = {"groups": {1: {
            "luns": {0: f"fileio/new{rounds}"}}}}
        steps = apply(target, document, "--verbose").out
        assert "lun_0/d0" not in steps
        assert apply(target, document).out == "nothing to change\n"
    result = fio.wait(check=False)
    assert result.code == 0, result.out + result.err
    assert rounds >= 2
    info = target.read(f"iscsi/{IQN}/tpgt_1/acls/{NAMES[0]}/info")
    assert info.split("TSIH: ")[1].split()[0] == tsih
    table = run(target, "sessions").out.splitlines()
    assert len(table) == 2 and table[1].split()[:3] == [NAMES[0], IQN, "1"]
    initiator.logout(IQN)


def test_two_at_once(target: Target) -> None:
    one, other = config(), config(2)
    target.vm.put("/srv/one.yaml", yaml.safe_dump(one))
    target.vm.put("/srv/other.yaml", yaml.safe_dump(other))
    jobs: list[Job] = [target.vm.begin(f"{TOOL} apply /srv/{name}.yaml", timeout=120)
                       for name in ("one", "other") * 2]
    results = [job.wait(check=False) for job in jobs]
    assert [result.code for result in results] == [0] * 4, [r.err for r in results]
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
    assert after["fabrics"] == before["fabrics"]


HOWTO = """add-dev disk01 --handler fileio --attr filename=/srv/vdisk1.img,size=64M,read_only
add-dev disk02 --handler fileio --attr filename=/srv/vdisk2.img,size=64M,blocksize=4096
add-dev blockio1 --handler blockio --attr filename=/dev/vdb
add-target {iqn}
add-target {iqn}-two
add-lun 0 --target {iqn} --device disk01
add-lun 1 --target {iqn} --device disk02
add-lun 0 --target {iqn}-two --device blockio1
add-group GROUP1 --target {iqn} --init {first},{second}
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
    initiator.vm.sh(f"dd if=/dev/urandom of=/tmp/x bs=64k count=16 && dd if=/tmp/x "
                    f"of={disks['1']} bs=64k oflag=direct && cmp -n 1048576 /tmp/x {disks['1']}")
    initiator.logout(IQN)
    run(target, "stop")
    run(target, "apply", "/srv/howto.yaml")
    assert sorted(initiator.login([0, 1], IQN)) == ["0", "1"]
    initiator.logout(IQN)


def test_power_cuts(target: Target, plan: Plan) -> None:
    """After a cut the file is the old or the new one, and it applies."""
    cuts = 50 if plan.seconds > 15 else 2
    old, new = config(2), config(3)
    luck = random.Random(4)
    apply(target, old)
    run(target, "save", "/srv/boot.yaml")
    for _ in range(cuts):
        target.vm.put("/srv/new.yaml", yaml.safe_dump(new))
        target.vm.begin(f"sync; while :; do {TOOL} apply /srv/new.yaml; {TOOL} save "
                        f"/srv/boot.yaml; {TOOL} apply {FILE}; {TOOL} save /srv/boot.yaml; done",
                        timeout=120)
        time.sleep(luck.uniform(1.0, 4.0))
        target.vm.reboot(power_cut=True)
        target.prepare()
        run(target, "apply", "/srv/boot.yaml")
        assert len(dumped(target)["backstores"]) in (2, 3)


def test_a_thousand_luns(target: Target, plan: Plan) -> None:
    if plan.seconds <= 15:
        pytest.skip("a long run")
    count = 1000
    document = {"format": 1, "backstores": {f"rd_mcp/r{number}": {"options": {
        "rd_pages": 16, "rd_nullio": 1}} for number in range(count)},
        "fabrics": {"iscsi": {"targets": {IQN: {"groups": {1: {
            "enable": 1, "luns": {number: f"rd_mcp/r{number}" for number in range(count)}}}}}}}}
    start = time.monotonic()
    apply(target, document, timeout=600)
    made = time.monotonic()
    assert apply(target, document, timeout=300).out == "nothing to change\n"
    again = time.monotonic()
    targetcli(target.vm, "saveconfig", timeout=300)
    run(target, "stop", timeout=600)
    target.vm.sh("rm -f /var/lib/targetcli-config/*")
    restore = time.monotonic()
    target.vm.sh("targetctl restore", timeout=900)
    print(f"{count} LUNs: targetcli-config {made - start:.1f} s, again "
          f"{again - made:.1f} s; targetctl restore {time.monotonic() - restore:.1f} s")
    assert made - start < time.monotonic() - restore + 60
