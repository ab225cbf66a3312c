# SPDX-License-Identifier: GPL-2.0-only
"""sg3_utils: every utility of the package for disks, as SPC-5 and SBC-4 have its command.

One row a call: what is run, its exit code and what it says; of one that is refused, why.
The codes are sg3_utils': 5 for ILLEGAL REQUEST, 9 for INVALID COMMAND OPERATION CODE,
22 for LBA OUT OF RANGE, 2 for NOT READY, 6 for UNIT ATTENTION, 14 for MISCOMPARE, 24 for
RESERVATION CONFLICT.
"""
from __future__ import annotations

import re
from typing import NamedTuple

from functional.lab import Target


class Row(NamedTuple):
    """A call and what comes of it."""

    line: str               # words in capitals are devices, see devices()
    code: int = 0
    words: str = ""         # a regular expression that its output has
    why: str = ""           # of a refusal: what the standard or the disk says


NO_PAGE = "not in page 00h, with its reason in Documentation/target/pages.rst"
NO_ELEMENTS = "for disks that depopulate elements: DEPOPULATION TIME of VPD B1h is 0"
NO_BACKGROUND = "optional in SPC-5: self-tests run while SEND DIAGNOSTIC waits"
NOT_REMOVABLE = "RMB of INQUIRY is 0: the medium cannot be removed"
THICK = "VPD B2h of this disk: fully provisioned, LBPME of READ CAPACITY is 0"
NOT_ATOMIC = "VPD B0h of a file: MAXIMUM ATOMIC TRANSFER LENGTH is 0"
END = "SBC-4 4.5: LBA 8191 is the last"

INQUIRY = [
    Row("sg_inq DISK", 0, r"(?s)PQual=0.*version=0x06.*CmdQue=1.*LIO-ORG"),
    Row("sg_inq -d DISK", 0, "(?s)SAM-5.*SPC-4.*SBC-3"),
    Row("sg_inq -e DISK", 0, "(?i)supported VPD pages"),
    Row("sg_inq -p 0x80 DISK", 0, "Unit serial number: [0-9a-f-]{36}"),
    Row("sg_inq -p 0x83 DISK", 0, "(?s)NAA 6.*T10 vendor.*Relative target port"),
    Row("sg_inq -c DISK", 5, "", "SPC-5 6.7.1: CMDDT is obsolete, see sg_opcodes"),
    Row("sg_vpd DISK", 0, r"(?s)\[sv\].*\[sn\].*\[di\].*\[bl\].*\[lbpv\]"),
    Row("sg_vpd -p 0x80 DISK", 0, "Unit serial number: [0-9a-f-]{36}"),
    Row("sg_vpd -p 0x83 DISK", 0, "(?s)designator type: NAA.*Logical unit group: 0x0.*"
        "Relative target port: 0x.*Target port group: 0x0"),
    Row("sg_vpd -p 0x83 NAMED", 0, "(?s)EUI-64 based.*Locally assigned UUID"),
    Row("sg_vpd -p 0x84 DISK", 0, "(?i)software interface identification"),
    Row("sg_vpd -p 0x85 DISK", 0, "(?i)management network addresses"),
    Row("sg_vpd -p 0x86 DISK", 0, "(?s)UASK_SUP=1.*HEADSUP=1 ORDSUP=1 SIMPSUP=1.*LUICLR=1"),
    Row("sg_vpd -p 0x87 DISK", 0, r"(?s)Policy page code: 0x3f,\s+subpage code: 0xff.*shared"),
    Row("sg_vpd -p 0x88 DISK", 0, "(?s)Relative port=.*SCSI name string"),
    Row("sg_vpd -p 0x8a DISK", 0, "(?s)Standby_y=0.*Idle_a=0"),
    Row("sg_vpd -p 0x8f DISK", 0, "(?s)Third party copy.*Maximum CSCD descriptor count: [1-9]"),
    Row("sg_vpd -p 0x92 DISK", 0, "Discovery 2016"),
    Row("sg_vpd -p 0x92 PLAIN", 0, "(?s)Discovery 2016.*SBC Base 2016.*SBC Base 2010"),
    Row("sg_vpd -p 0xb0 DISK", 0, "(?s)Maximum compare and write length: 255.*"
        "Maximum unmap LBA count: [1-9].*Maximum atomic transfer length: "),
    Row("sg_vpd -p 0xb1 DISK", 0, "WABEREQ=1"),
    Row("sg_vpd -p 0xb2 DISK", 0, "(?s)LBPU\\): 1.*LBPWS\\): 1.*Threshold exponent: 11"),
    Row("sg_vpd -p 0xb2 PLAIN", 0, "(?s)LBPU\\): 0.*Threshold exponent: 0"),
    Row("sg_vpd -p 0xb4 DISK", 0, "Logical block length: 512"),
    Row("sg_vpd -p 0xb7 DISK", 0, "Maximum number of streams: 64"),
    *(Row(f"sg_vpd -f -p 0x{page} DISK", 5, "", NO_PAGE)
      for page in ("89", "8d", "b3", "b5", "b6", "b8", "b9")),
    Row("sg_opcodes DISK", 0, "(?s)Test Unit Ready.*Read\\(10\\).*Sanitize"),
    Row("sg_opcodes -R DISK", 0, "Test Unit Ready"),
    Row("sg_opcodes -t DISK", 0, "(?s)Abort task.*Logical unit reset"),
    Row("sg_opcodes -o 0x28 DISK", 0, "28 18 ff ff ff ff 00 ff ff 04"),
    Row("sg_opcodes -o 0x9e -s 0x12 DISK", 0, "9e 12 ff ff"),
    Row("sg_opcodes -o 0xc0 DISK", 0, "(?i)not supported"),
    Row("sg_luns DISK", 0, "Lun list length = 24"),
    Row("sg_luns -s 1 DISK", 0, "c1 ?01"),
    Row("sg_luns -s 2 DISK", 0, "(?i)lun list length"),
    Row("sg_luns -s 0x10 DISK", 5, "", "LU_CONG of INQUIRY is 0: none is administrative"),
    Row("sg_rtpg -d -e DISK", 0, "(?s)active/optimized.*T_SUP : 1"),
    Row("sg_rtpg DISK", 0, "target port group asymmetric access state : 0x00"),
    Row("sg_stpg -a DISK"),
    Row("sg_rtpg -d DISK", 0, "active/non optimized"),
    Row("sg_stpg -o DISK"),
    Row("sg_rtpg -d DISK", 0, "active/optimized"),
    # its exit code says nothing of that
    Row("sg_stpg --tp=9 --state=0 DISK", 0, "Illegal request",
        "SPC-5, SET TARGET PORT GROUPS: no group is 9"),
    Row("sg_referrals DISK", 5, "", "R_SUP of VPD 86h is 0: there is no LBA map"),
]

MODES = [
    Row("sg_modes -a DISK", 0, "(?s)Read-Write error recovery.*Caching.*Control"),
    Row("sg_modes -l DISK", 0, "Read-Write error recovery"),
    *(Row(f"sg_modes -p 0x{page} DISK", 0, words) for page, words in (
        ("1", "Read-Write error recovery"), ("2", "Disconnect-Reconnect"), ("3", "Format"),
        ("4", "Rigid disk"), ("7", "Verify error recovery"), ("8", "Caching"), ("a", "Control"),
        ("a,1", "Control extension"), ("a,2", "Application tag"), ("a,5", "IO advice"),
        ("18", "Protocol specific"), ("19", "Protocol specific port"),
        ("1a", "Power condition"), ("1c", "Informational exceptions"),
        ("1c,2", "Logical block provisioning"))),
    Row("sg_modes -c 1 -p 8 DISK", 0, "(?s)changeable.*88 12 04"),
    Row("sg_modes -c 2 -p 8 DISK", 0, "(?s)default.*88 12"),
    Row("sg_modes -6 -p 0xa DISK", 0, "Control"),
    Row("sg_modes -p 5 DISK", 5, "", "no flexible disk, and not in sg_modes -a"),
    # sg_wr_mode clears the byte behind those that it is given
    Row("sg_wr_mode -p 0xa -m 0,0,4,0 -c 0,0,4,0 DISK", 0),
    Row("sg_modes -p 0xa DISK", 0, "8a 0a 06 10"),
    Row("sg_modes -c 3 -p 0xa DISK", 0, "(?s)saved.*8a 0a 02 10"),
    Row("sg_wr_mode -p 0xa -m 0,0,4,0 -c 0,0,0,0 DISK", 0),
    # D_SENSE and QUEUE ALGORITHM MODIFIER, saved
    Row("sg_wr_mode -s -p 0xa -m 0,0,4,f0 -c 0,0,4,0 DISK", 0),
    Row("sg_modes -c 3 -p 0xa DISK", 0, "(?s)saved.*8a 0a 06 00"),
    Row("sg_modes -p 0xa DISK", 0, "8a 0a 06 00"),
    Row("sg_wr_mode -s -p 0xa -m 0,0,4,f0 -c 0,0,0,10 DISK", 0),
    Row("sg_modes -c 3 -p 0xa DISK", 0, "(?s)saved.*8a 0a 02 10"),
    Row("sg_wr_mode -p 0xa -m 0,0,0,f0 -c 0,0,0,20 DISK", 5, "",
        "SPC-5, QUEUE ALGORITHM MODIFIER: 2h to 7h are reserved"),
    Row("sg_wr_mode -p 1 -m 0,0,ff -c 0,0,ff DISK", 5, "", "sg_modes -c 1: it cannot be changed"),
    Row("sginfo SG", 0, "LIO-ORG"),
    Row("sginfo -c SG", 0, "(?i)write cache"),
    Row("sginfo -d SG", 0, "(?i)defect"),
]

LOGS = [
    Row("sg_logs DISK", 0, "(?i)supported log pages"),
    Row("sg_logs -p 0,0xff DISK", 0, "(?i)supported log pages and subpages"),
    Row("sg_logs -a DISK", 0, "(?s)Write error counter.*Self-test results.*Informational"),
    *(Row(f"sg_logs -p 0x{page} DISK", 0, words) for page, words in (
        ("2", "Write error counter"), ("3", "Read error counter"), ("5", "Verify error counter"),
        ("6", "Non-medium error"), ("c", "Available LBA mapping"), ("d", "not available"),
        ("f", "(?i)application client"), ("10", "Self-test results"),
        ("19", "number of read commands = "), ("2f", "Informational Exceptions"))),
    Row("sg_logs -p 1 DISK", 5, "", "not in page 00h: no buffer over-runs"),
    Row("sg_logs -R -p 2 DISK", 0),
    Row("sg_logs -t DISK", 0, "(?i)not available"),
    Row("scsi_temperature DISK", 0, "(?i)not available"),
]

STATE = [
    Row("sg_turs -n 4 DISK"),
    Row("scsi_ready DISK", 0, "ready"),
    Row("scsi_mandat DISK", 0, "bad errors: 0"),
    Row("sg_requests DISK", 0, ""),
    Row("sg_requests -d DISK", 0, "(?i)descriptor format"),
    Row("sg_start --stop DISK"),
    Row("sg_turs DISK", 2),
    Row("sg_requests DISK", 0, "(?i)not ready"),
    Row("sg_start --start DISK"),
    Row("scsi_stop DISK"),
    Row("sg_turs DISK", 2),
    Row("scsi_start DISK"),
    Row("sg_turs DISK"),
    Row("sg_start --eject DISK", 5, "", NOT_REMOVABLE),
    Row("sg_start --pc=2 DISK", 5, "", "VPD 8Ah has no power condition but active"),
    Row("sg_prevent DISK", 9, "", NOT_REMOVABLE),
    Row("sg_rmsn DISK", 9, "", NOT_REMOVABLE),
    Row("sg_reset -N -d SG"),
    Row("sg_turs SG", 6),
    Row("sg_turs DISK"),
    Row("sg_reset DISK"),
    Row("sg_senddiag -t DISK"),
    Row("sg_senddiag -s 5 DISK"),
    Row("sg_senddiag -s 6 DISK"),
    *(Row(f"sg_senddiag -s {code} DISK", 5, "", NO_BACKGROUND) for code in (1, 2, 4)),
    Row("sg_senddiag -e DISK", 0, "duration"),
    Row("sg_senddiag -l DISK", 0, "(?i)supported diagnostic pages"),
    Row("sg_timestamp DISK"),
    Row("sg_timestamp -m 1600000000000 DISK"),
    Row("sg_timestamp -S DISK", 0, "16000000"),
    Row("echo -n hello | sg_ident -S DISK"),
    Row("sg_ident -A DISK", 0, "hello"),
    Row("sg_persist -i -c DISK", 0, "(?s)PTPL_C\\): 1.*Write Exclusive"),
    Row("sg_persist -i -k DISK", 0, "NO registered reservation keys"),
    Row("sg_persist -o -G -S 0xa1 DISK"),
    Row("sg_persist -o -R -K 0xa1 -T 5 DISK"),
    Row("sg_persist -i -r DISK", 0, "(?s)Key=0xa1.*Write Exclusive, registrants only"),
    Row("sg_persist -i -s DISK", 0, "(?s)Key=0xa1.*Reservation holder"),
    Row("sg_persist -o -L -K 0xa1 -T 1 DISK", 5, "", "SPC-5, RELEASE: held with another type"),
    Row("sg_persist -o -R -K 0xdead -T 5 DISK", 24, "", "SPC-5, RESERVE: not the registered key"),
    Row("sg_persist -o -L -K 0xa1 -T 5 DISK"),
    Row("sg_persist -o -C -K 0xa1 DISK"),
    Row("sg_persist -i -k DISK", 0, "NO registered reservation keys"),
]

BLOCKS = [
    Row("sg_readcap DISK", 0, "Number of logical blocks=8192"),
    Row("sg_readcap -l DISK", 0, "(?s)lbpme=1.*Logical block length=512"),
    Row("sg_readcap --16 DISK", 0, "lbpme=1"),
    Row("sg_readcap --16 PLAIN", 0, "lbpme=0"),
    Row("scsi_readcap DISK", 0, "Number of logical blocks=8192"),
    Row("sg_sync DISK"),
    Row("sg_sync -i DISK", 0, ""),
    Row("sg_sync --16 -l 8 -c 8 DISK"),
    Row("sg_sync -l 8191 -c 2 DISK", 22, "", END),
    Row("sg_seek -p -n 8 DISK"),
    Row("sg_seek --10 -p -n 8 DISK"),
    Row("sg_seek -p -l 8192 -n 1 DISK", 22, "", END),
    Row("sg_get_lba_status DISK", 0, "(?i)lba: 0x0"),
    Row("sg_get_lba_status -S DISK", 0, "(?i)lba: 0x0"),
    Row("sg_get_lba_status -T DISK", 0, "(?i)lba: 0x0"),
    Row("sg_get_lba_status -l 8192 DISK", 22, "", END),
    Row("sg_unmap -f -l 8 -n 8 DISK"),
    Row("sg_unmap -f -l 8191 -n 2 DISK", 22, "", END),
    Row("sg_unmap -f -l 8 -n 8 PLAIN", 9, "", THICK),
    Row("sg_write_same -l 8 -n 8 DISK"),
    Row("sg_write_same -S -l 8 -n 8 DISK"),
    Row("sg_write_same -T -l 8 -n 8 DISK"),
    Row("sg_write_same -S -U -l 8 -n 8 DISK"),
    Row("sg_write_same -S -N -l 8 -n 8 DISK"),
    Row("sg_write_same -S -U -l 8 -n 8 PLAIN", 5, "", THICK),
    Row("sg_write_same -S -l 8 -n 0 DISK", 5, "", "VPD B0h: WSNZ is 1"),
    Row("sg_compare_and_write -i /tmp/both -n 1 -l 8 DISK"),
    Row("sg_compare_and_write -i /tmp/both -n 1 -l 8 DISK", 14, "(?i)miscompare", "it is written"),
    Row("sg_verify -l 0 -c 8 DISK"),
    Row("sg_verify -S -l 0 -c 8 DISK"),
    Row("sg_verify -E 1 -n 512 -i /tmp/ones -l 8 -c 1 DISK"),
    Row("sg_verify -E 1 -n 512 -i /tmp/zeros -l 8 -c 1 DISK", 14, "(?i)miscompare",
        "ones are there"),
    Row("sg_verify -E 3 -n 512 -i /tmp/ones -l 8 -c 1 DISK"),
    Row("sg_verify -P 1 -l 0 -c 8 DISK", 5, "", "PROT_EN of READ CAPACITY(16) is 0"),
    Row("sg_verify -l 8191 -c 2 DISK", 22, "", END),
    Row("sg_write_verify -l 24 -n 1 -i /tmp/ones DISK"),
    Row("sg_write_verify -S -l 24 -n 1 -i /tmp/ones DISK"),
    Row("sg_write_verify -b 1 -l 24 -n 1 -i /tmp/ones DISK"),
    Row("sg_read_buffer -m desc DISK", 0, ""),
    Row("sg_write_buffer -m data -l 64 -I /tmp/ones DISK"),
    # whatever its -l is, ALLOCATION LENGTH is 0
    Row("sg_read_buffer -m data -l 32 DISK", 0, "^$"),
    Row("sg_raw -r 32 DISK 3c 02 00 00 00 00 00 00 20 00", 0, "01 01 01 01"),
    Row("sg_write_buffer -m echo -l 64 -I /tmp/ones DISK"),
    Row("sg_raw -r 32 DISK 3c 0a 00 00 00 00 00 00 20 00", 0, "01 01 01 01"),
    Row("sg_write_buffer -m dmc_offs_save -l 64 -I /tmp/ones DISK", 5, "",
        "SPC-5, WRITE BUFFER: there is no microcode to download"),
    Row("sg_test_rwbuf -s 1024 DISK", 0, "(?i)success"),
    Row("sg_rbuf --buffer=1024 --size=8192 SG"),
    Row("sg_reassign -a 1 DISK"),
    Row("sg_reassign -e 1 -l 1 -a 1 DISK"),
    Row("sg_reassign -g DISK", 0, "0"),
    Row("sg_stream_ctl -o DISK", 0, "1"),
    Row("sg_stream_ctl -g DISK", 0, "1"),
    Row("sg_write_x --stream=1 --in=/dev/zero --lba=8 --num=1 DISK"),
    Row("sg_write_x --stream=1 --32 --in=/dev/zero --lba=8 --num=1 DISK"),
    Row("sg_stream_ctl -c -i 1 DISK"),
    Row("sg_stream_ctl -c -i 1 DISK", 5, "", "SBC-4, STREAM CONTROL: it is closed already"),
    *(Row(f"sg_write_x {kind} {long} --in=/dev/zero --lba=8 --num=1 DISK")
      for kind in ("--normal", "--or", "--same=0") for long in ("", "--32")),
    *(Row(f"sg_write_x --atomic=0 {long} --in=/dev/zero --lba=8 --num=1 PLAIN")
      for long in ("", "--32")),
    Row("sg_write_x --atomic=0 --in=/dev/zero --lba=8 --num=1 DISK", 9, "", NOT_ATOMIC),
    Row("sg_write_x --atomic=0 --32 --in=/dev/zero --lba=8 --num=1 DISK", 5, "", NOT_ATOMIC),
    Row("sg_write_x --same=1 --lba=8 --num=8 DISK"),
    Row("sg_write_x --atomic=8 --in=/dev/zero --lba=8 --num=1 PLAIN", 5, "",
        "VPD B0h: no atomic boundary"),
    Row("sg_write_x --scattered=1 --in=/tmp/ones --lba=8 --num=1 DISK", 9, "",
        "VPD B7h: no scattered ranges"),
    Row("sg_dd if=/tmp/ones of=DISK bs=512 count=1 blk_sgio=1", 0, "1\\+0 records out"),
    Row("sg_dd if=DISK of=/dev/null bs=512 count=128 blk_sgio=1 cdbsz=16", 0, "128\\+0 records in"),
    Row("sg_dd if=/tmp/ones of=SG bs=512 count=1 oflag=fua", 0, "1\\+0 records out"),
    Row("sg_dd --verify if=/tmp/ones of=SG bs=512 count=1", 0, "1\\+0 records"),
    Row("sg_dd --verify if=/tmp/zeros of=SG bs=512 count=1", 14, "", "ones are there"),
    Row("sgp_dd if=SG of=/dev/null bs=512 count=256 thr=2", 0, "256\\+0 records in"),
    Row("sgm_dd if=SG of=/dev/null bs=512 count=256", 0, "256\\+0 records in"),
    Row("sg_read if=SG bs=512 count=128 bpt=8", 0, ""),
    Row("sg_raw -r 8 DISK 25 00 00 00 00 00 00 00 00 00", 0, "00 00 1f ff 00 00 02 00"),
    Row("sg_raw DISK c0 00 00 00 00 00", 9, "", "SPC-5: vendor specific, of no vendor here"),
    Row("sg_map -x", 0, "/dev/sg"),
    Row("sg_map26 DISK", 0, "/dev/sg"),
    Row("sg_scan -i SG", 0, "LIO-ORG"),
    Row("sg_decode_sense 70 00 05 00 00 00 00 0a 00 00 00 00 24 00 00 c0 00 02", 0,
        "(?s)Invalid field in cdb.*byte 2"),
    Row("sg_bg_ctl DISK", 5, "", "BOCS of VPD B1h is 0: nothing runs in the background"),
    Row("sg_rep_pip DISK", 5, "", "LBPRZ of VPD B2h is not 010b: there is no pattern"),
    Row("sg_get_elem_status DISK", 5, "", NO_ELEMENTS),
    Row("sg_read_long DISK", 9, "", "obsolete since SBC-4"),
    Row("sg_write_long -w -l 8 DISK", 9, "",
        "optional in SBC-4: a backstore has no block that it could spoil"),
    Row("sg_read_attr DISK", 9, "", "optional in SPC-5: there is no medium auxiliary memory"),
    Row("sg_copy_results -p DISK", 0, "(?i)operating parameters"),
    Row("sg_copy_results -s -l 99 DISK", 5, "", "SPC-4, COPY STATUS: no copy has that identifier"),
    Row("sg_dd if=/tmp/ones of=SG bs=512 count=1 seek=40", 0, "1\\+0 records out"),
    Row("sg_xcopy if=SG of=SGPLAIN bs=512 skip=40 seek=48 count=8", 0, "8 blocks, 1 command"),
    Row("sg_dd --verify if=/tmp/ones of=SGPLAIN bs=512 seek=48 count=1", 0, "1\\+0 records"),
]

# What takes all of the disk's data with it comes last.
ERASE = [
    Row("sg_sanitize -B -Q -w DISK"),
    Row("sg_sanitize -O -Q -w -c 2 -I -z DISK"),
    Row("sg_sanitize -F -Q -w DISK"),
    Row("sg_sanitize -C -Q -w DISK", 5, "", "optional in SBC-4: nothing is encrypted"),
    Row("sg_format DISK", 0, "512"),
    Row("sg_format -F -Q -w DISK"),
    Row("sg_format -F -Q -w -s 4096 DISK", 5, "", "MODE SELECT: attrib/block_size decides it"),
    Row("sg_format -F -Q -w -f 2 DISK", 5, "", "VPD B4h: no protection type"),
    Row("sg_format -r -c 4096 DISK", 5, "", "MODE SELECT: the capacity is the medium's"),
    Row("sg_turs DISK"),
]
ROWS = INQUIRY + MODES + LOGS + STATE + BLOCKS + ERASE

# Utilities of the package that are for something else.
OTHERS = {
    "rescan-scsi-bus.sh": "the initiator's own work, no command of a disk",
    "scsi_logging_level": "a setting of the initiator's kernel",
    "sg_emc_trespass": "vendor specific failover", "sg_rdac": "vendor specific failover",
    "sg_get_config": "CD and DVD", "sg_read_block_limits": "tapes",
    "sg_ses": "enclosures", "sg_ses_microcode": "enclosures", "sg_safte": "enclosures",
    "sg_rep_zones": "zoned disks", "sg_reset_wp": "zoned disks", "sg_zone": "zoned disks",
    "scsi_satl": "ATA", "sg_sat_identify": "ATA", "sg_sat_phy_event": "ATA",
    "sg_sat_read_gplog": "ATA", "sg_sat_set_features": "ATA",
}


def devices(target: Target) -> dict[str, str]:
    """Make the disks of the table; return what each is called there."""
    found = target.loopback(
        target.disk("fileio", megabytes=4, attrib={"emulate_tpu": 1, "emulate_tpws": 1}),
        target.disk("ramdisk", megabytes=4, attrib={"is_nonrot": 1}),
        target.disk("ramdisk", megabytes=4, attrib={"vpd_eui64": 1, "vpd_uuid": 1}))
    for device in found.values():
        target.vm.call("scsi.settle", device)
    target.vm.sh("modprobe sg")
    generic = [target.vm.sh(f"ls /sys/block/{device[5:]}/device/scsi_generic").out.strip()
               for device in found.values()]
    target.vm.sh("head -c 512 /dev/zero > /tmp/zeros; tr '\\0' '\\1' < /tmp/zeros > /tmp/ones; "
                 "cat /tmp/zeros /tmp/ones > /tmp/both")
    return {"DISK": found["0"], "PLAIN": found["1"], "NAMED": found["2"],
            "SG": f"/dev/{generic[0]}", "SGPLAIN": f"/dev/{generic[1]}"}


def test_every_utility(target: Target) -> None:
    names = devices(target)
    lines = [re.sub(r"\b[A-Z]{2,}\b", lambda found: names[str(found[0])], row.line) for row in ROWS]
    answers = target.vm.call("tools.each", lines, 30.0 * target.vm.patience(), timeout=300)
    wrong = [f"{row.line}: exit {code}, wanted {row.code} and /{row.words}/"
             f"{' since ' + row.why if row.why else ''}:\n{said}"
             for row, (code, said) in zip(ROWS, answers, strict=True)
             if code != row.code or not re.search(row.words, said)]
    assert not wrong, f"{len(wrong)} of {len(ROWS)}:\n" + "\n".join(wrong)


def test_no_utility_is_left_out(target: Target) -> None:
    """Of all that the package has; and each refusal says why."""
    listed = target.vm.sh("dpkg -L sg3-utils").out.split()
    package = {path.rsplit("/", 1)[1] for path in listed if "/bin/" in path}
    used = [package & set(row.line.split()) for row in ROWS]
    assert package - set().union(*used) == set(OTHERS)
    assert all(len(one) == 1 for one in used)
    assert [row.line for row in ROWS if row.code in (5, 9, 14, 22, 24) and not row.why] == []
