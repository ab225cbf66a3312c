# SPDX-License-Identifier: GPL-2.0-only
"""What is configured wrong gives an errno, and one line of the log that says what to do."""
from __future__ import annotations

import pytest

from functional.lab import TARGET, Target

CLIENT = "iqn.2003-01.org.example:client"
TPG = f"iscsi/{TARGET}/tpgt_1"
SECOND = f"iscsi/{TARGET}/tpgt_2"
ACL = f"{TPG}/acls/{CLIENT}"
LOOP = "loopback/naa.5001405000000001/tpgt_1"
RAM, FILE, BLOCK = "core/rd_mcp_102", "core/fileio_100", "core/iblock_101"

# What is made, the errno (ENOTSUP is Python's name for EOPNOTSUPP), words of the line.
MADE = [
    ("nonsense", "EINVAL", "/nonsense: no module has a fabric"),
    ("core/floppy_0", "EINVAL", "/core/floppy_0: a name is KIND_N"),
    ("core/fileio", "EINVAL", "/core/fileio: a name is KIND_N"),
    (f"iscsi/iqn.{'x' * 220}", "EINVAL", "at most 223 characters"),
    (f"iscsi/{TARGET}/tpgt_x", "EINVAL", f"{TARGET}/tpgt_x: a name is tpgt_N"),
    (f"{TPG}/lun/lun_x", "EINVAL", "tpgt_1/lun/lun_x: a name is lun_N"),
    (f"{TPG}/lun/lun_00", "EEXIST", "lun/lun_00: there is a folder for this number"),
    (f"{TPG}/np/1.2.3:3260", "EINVAL", "1.2.3:3260 is no portal: a name is 1.2.3.4:3260"),
    (f"{TPG}/np/[fe80::1%none]:3260", "ENODEV", "cannot listen on [fe80::1%none]:3260"),
    (f"{SECOND}/np/0.0.0.0:3260", "EEXIST",
     "tpgt_2/np/0.0.0.0:3260: the target has this address already"),
    (f"{ACL}/lun_x", "EINVAL", f"{CLIENT}/lun_x: a name is lun_N"),
    ("loopback/x", "EINVAL", "name begins with naa., fc. or iqn."),
    ("loopback/naa.5001405000000001/tpgt_x", "EINVAL", "tpgt_x: a name is tpgt_N"),
    (f"{LOOP}/np/127.0.0.1:1", "EPERM", "this fabric has no portals"),
]
# The same, from where to where.
LINKED = [
    (RAM, f"{TPG}/lun/lun_7", "EFAULT", "lun/lun_7/rd_mcp_102: a LUN links to a logical unit"),
    (f"{RAM}/spare", f"{TPG}/lun/lun_7", "ENODEV", "lun_7/spare: the logical unit is not enabled"),
    (f"{RAM}/other", f"{TPG}/lun/lun_0", "EEXIST", "lun_0/other: a LUN links to one"),
    (f"{RAM}/used", f"{ACL}/lun_9", "EFAULT", "lun_9/used: it links to a lun_N"),
    (f"{LOOP}/lun/lun_0", f"{ACL}/lun_9", "EINVAL", "of the same target port group"),
    (f"{TPG}/lun/lun_0", f"{ACL}/lun_0", "EINVAL", "it links to one lun_N"),
]
# The same for what is written into a file.
WRITTEN = [
    ("dbroot", "/srv", "EINVAL", "dbroot stays"),
    (f"{RAM}/hba_mode", "1", "EINVAL", "rd_mcp_102: this kind of backstore has no modes"),
    # enable, and options before it
    (f"{RAM}/used/enable", "1", "EEXIST", "used: it is enabled already"),
    (f"{RAM}/used/enable", "0", "EINVAL", "used/enable: it takes 1; the medium is closed by rmdir"),
    (f"{RAM}/used/control", "rd_pages=1", "EBUSY", "used/control: options are given before"),
    (f"{RAM}/spare/control", "rd_sides=2", "EINVAL", 'spare: no option "rd_sides"'),
    (f"{RAM}/spare/control", "rd_pages=few", "EINVAL", 'spare: bad value "few" for rd_pages'),
    (f"{RAM}/spare/enable", "1", "EINVAL", "spare: give the size of the ramdisk: rd_pages=N"),
    (f"{RAM}/faulty/enable", "1", "ENOMEM", "faulty: rd_pages=4000000000 is more memory than"),
    (f"{FILE}/spare/enable", "1", "EINVAL", "spare: give the file: fd_dev_name=/path"),
    (f"{FILE}/faulty/enable", "1", "ENOENT", "cannot open /srv/none: there is no such file"),
    (f"{BLOCK}/spare/enable", "1", "EINVAL", "spare: give the block device: udev_path=/dev/..."),
    (f"{BLOCK}/faulty/enable", "1", "EBUSY", "cannot open /dev/vda: it is mounted or claimed"),
    # values of a logical unit
    (f"{RAM}/used/attrib/queue_depth", "0", "EINVAL", "attrib/queue_depth: it takes a number: 1.."),
    (f"{RAM}/other/attrib/block_size", "700", "EINVAL", "it takes a power of two: 512..4096"),
    (f"{RAM}/used/attrib/block_size", "4096", "EINVAL", "cannot change while 2 LUNs use the unit"),
    (f"{RAM}/used/attrib/emulate_caw", "maybe", "EINVAL", "it takes a truth value: 0..1"),
    (f"{RAM}/other/attrib/pi_prot_format", "1", "ENOSYS", "set a pi_prot_type first"),
    (f"{RAM}/used/attrib/pi_prot_type", "1", "EINVAL", "unlink the unit from its LUNs first"),
    (f"{RAM}/other/wwn/naa_id", "1" * 16, "EINVAL", "naa_id takes 16 hexadecimal digits"),
    (f"{RAM}/other/wwn/vendor_id", "Vendor of disks", "EOVERFLOW", "vendor_id takes up to 8"),
    (f"{RAM}/other/wwn/vpd_unit_serial", " ", "EINVAL", "vpd_unit_serial: it takes 1 to 253"),
    (f"{RAM}/other/wwn/vpd_unit_serial", "1-1", "EEXIST", "another logical unit has serial"),
    (f"{RAM}/used/wwn/vpd_unit_serial", "2-2", "EINVAL", "unlink it from its 2 LUNs first"),
    (f"{RAM}/used/alua_lu_gp", "none", "ENODEV", "no such group in core/alua/lu_gps"),
    (f"{RAM}/used/lba_map", "x", "EINVAL", "lba_map: it takes SIZE MULTIPLIER"),
    (f"{RAM}/used/alua/default_tg_pt_gp/tg_pt_gp_id", "7", "EINVAL", "once; not one that another"),
    (f"{RAM}/used/alua/default_tg_pt_gp/alua_access_state", "9", "EINVAL",
     "alua_access_state: it takes a number"),
    # and of targets
    (f"{TPG}/lun/lun_7/alua_tg_pt_gp", "default_tg_pt_gp", "ENODEV", "link a logical unit; its"),
    (f"{TPG}/rtpi", "9", "EINVAL", "rtpi: 9 is not taken: it must be free"),
    (f"{TPG}/attrib/login_timeout", "99", "EINVAL", "login_timeout: it takes a number: 5..30"),
    (f"{TPG}/attrib/t10_pi", "1", "ENOTSUP", "t10_pi cannot be more than 0"),
    (f"{TPG}/param/MaxConnections", "2", "ENOTSUP", "MaxConnections cannot be more than 1"),
    (f"{TPG}/param/MaxBurstLength", "9", "EINVAL", "MaxBurstLength: it takes a number: 512.."),
    (f"{TPG}/param/HeaderDigest", "MD5", "EINVAL", "HeaderDigest: it takes words"),
    (f"{TPG}/auth/userid", "x" * 256, "EINVAL", "auth/userid: it takes up to 255 characters"),
    (f"{TPG}/sessions/force_close", "4711", "ENOENT", "the number of a session in list"),
    (f"{ACL}/attrib/nopin_timeout", "1", "EINVAL", "nopin_timeout: it takes a number: 0,3..60"),
    (f"{ACL}/cmdsn_depth", "9999", "EINVAL", "cmdsn_depth: it takes a number"),
    (f"{ACL}/lun_0/write_protect", "2", "EINVAL", "lun_0/write_protect: it takes a truth value"),
    (f"iscsi/{TARGET}/param/cmd_completion_affinity", "999", "EINVAL", "a CPU that is online"),
    (f"{LOOP}/nexus", "naa.5001405000000002", "EEXIST", "nexus: there is one: write NULL"),
    (f"{LOOP}/nexus", "iqn.x", "EINVAL", "a port's name that begins as the target's"),
    (f"{LOOP}/nexus", "NULL", "EBUSY", "nexus: it sees LUNs: remove their links first"),
    (f"{LOOP}/transport_status", "away", "EINVAL", "it takes online or offline"),
]
FAULTS = [("mkdir", where, "", errno, words) for where, errno, words in MADE] + \
    [("link", *row) for row in LINKED] + [("write", *row) for row in WRITTEN]


@pytest.fixture(name="built")
def fixture_built(target: Target) -> Target:
    """Some of each object: in use, enabled only, or faulty in its own way."""
    used = target.disk("ramdisk", "used", megabytes=8, serial="1-1")
    target.disk("ramdisk", "other", megabytes=8)
    target.iscsi(used, acls={CLIENT: {}})
    target.loopback(used)
    call = target.vm.call
    for folder in (f"{TPG}/lun/lun_7", f"{ACL}/lun_9", SECOND, f"{RAM}/spare",
                   f"{RAM}/faulty", f"{FILE}/spare", f"{FILE}/faulty", f"{BLOCK}/spare",
                   f"{BLOCK}/faulty"):
        call("lio.make", folder)
    target.write(f"{RAM}/faulty/control", "rd_pages=4000000000")
    target.write(f"{FILE}/faulty/control", "fd_dev_name=/srv/none")
    target.write(f"{BLOCK}/faulty/control", "udev_path=/dev/vda")
    return target


def test_one_line_each(built: Target) -> None:
    seen = built.vm.call("faults.each", [list(fault[:3]) for fault in FAULTS])
    wrong = [f"{how} {where} {value}: {found}, expected {errno} and {words!r}"
             for (how, where, value, errno, words), found in zip(FAULTS, seen)
             if found[0] != errno or len(found[1]) != 1 or words not in found[1][0]]
    assert not wrong, "\n".join(wrong)


def test_port_in_use(built: Target) -> None:
    errno, lines = built.vm.call("faults.busy_port", TPG, 3999)
    assert errno == "EADDRINUSE"
    assert len(lines) == 1 and "cannot listen on 127.0.0.1:3999" in lines[0]
