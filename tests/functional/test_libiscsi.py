# SPDX-License-Identifier: GPL-2.0-only
"""libiscsi's own test suite against each kind of backstore."""
from __future__ import annotations

import re

import pytest

from functional.lab import Plan, Target
from functional.libiscsi import Verdict, verdicts

# Where a test may skip: its name, the words that it skips with, and the reason.
SKIPS = [
    (r"Sanitize\.", r"SANITIZE CRYPTO_ERASE is not implemented",
     "no medium here has an encryption key that could be changed (SBC-4 4.11.1)"),
    (r"NoMedia\.|PreventAllow\.|StartStopUnit\.", r"not removable",
     "an exported disk is fixed: RMB is 0 (SPC-4 6.6.2)"),
    (r"ReadOnly\.", r"not write-protected", "the LUN under test is writable"),
    (r"Multipath", r"Multipath unavailable", "one URL is given, the tests want two paths"),
    (r"WriteAtomic16\.", r"No alignment restrictions", "memory has none"),
    (r"WriteAtomic16\.", r"not implemented|not supported",
     "neither a file nor this block device has atomic writes"),
    (r"WriteSame1[06]\.ZeroBlocks", r"does not support 0-blocks",
     "WSNZ is 1: NUMBER OF LOGICAL BLOCKS 0 is refused (SBC-4 5.51)"),
    (r"", r"LBPPB < 2", "physical blocks are no longer than logical ones: nothing is unaligned"),
]

# Where a test may fail: its name, what it says, on which backstores, and why that is no
# fault of the target.
ALL = "fileio iblock ramdisk"
FAILS = [
    (r"GetLBAStatus\.UnmapSingle", r"lba offset in first descriptor", "fileio",
     "it asks for one block and wants the status of another where physical blocks are longer"
     " than logical ones; the first descriptor is of what was asked for (SBC-4 5.7.2)"),
    (r"ReportSupportedOpcodes\.OneCommand", r"Usage Data was 0x00, expected 0x7f", ALL,
     "libiscsi has no room for the usage data of a 32-byte CDB (SPC-5 6.35.3)"),
    (r"ExtendedCopy\.ValidSegDescr", r"failed with COPY ABORTED.*\(0x0a\)/\(0x2100\)", ALL,
     "beyond the end it wants COPY ABORTED without a reason; the reason is LOGICAL BLOCK ADDRESS"
     " OUT OF RANGE (SPC-4 5.17.7.4)"),
    (r"Sanitize\.Reset", r"TESTUNITREADY successful", ALL,
     "it wants SANITIZE IN PROGRESS three seconds after it began; this disk is overwritten by"
     " then, and a unit that has completed the operation is ready (SBC-4 4.11.3). That no"
     " reset ends one is test_nothing_ends_a_sanitize's matter, on a slow disk"),
    (r"Sanitize\.BlockErase", r"Descriptor 0 is MAPPED", "iblock ramdisk",
     "PROVISIONING STATUS 0h is 'mapped or unknown' (SBC-4 table 79): a block device and"
     " memory do not tell which blocks are deallocated, a file does"),
]

# What the kernel's own target fails, so that these tests say something there too.
STOCK_FAILS = re.compile("|".join((
    r"CompareAndWrite\.(Simple|Miscompare)", r"Verify1[06]\.(VerifyProtect|Dpo|Mismatch)",
    r"WriteSame1[06]\.", r"iSCSIdatasn\.", r"iSCSIResiduals\.Write", r"WriteVerify1[06]\.",
    r"Unmap\.", r"Inquiry\.", r"Read1[02]\.", r"Mandatory\.", r"ModeSense6\.")))
THIN = {"emulate_tpu": 1, "emulate_tpws": 1}


def excused(verdict: Verdict, kind: str) -> bool:
    """Say whether the table gives a reason for a failure on a kind of backstore."""
    return any(re.match(name, verdict.name) and re.search(words, verdict.fault)
               and kind in kinds.split() for name, words, kinds, _ in FAILS)


def allowed(verdict: Verdict) -> bool:
    """Say whether the table gives a reason for a skip."""
    return any(re.match(name, verdict.name) and re.search(words, verdict.skipped)
               for name, words, _ in SKIPS)


@pytest.fixture(name="results")
def fixture_results(target: Target, kind: str) -> list[Verdict]:
    """Run everything once against a kind of backstore."""
    disk = target.disk(kind)
    for key, value in THIN.items():
        target.vm.call("lio.write", f"{disk}/attrib/{key}", str(value),
                       check=target.vm.options.target != "stock")
    tpg = target.open_iscsi(disk)
    # The kernel's own target has no such attribute.
    target.vm.call("lio.write", f"{tpg}/attrib/allow_cold_reset", "1", check=False)
    done = target.host_tool("iscsi-test-cu", "-d", "-S", "-V", "-t", "ALL", target.url(0),
                            timeout=900 * target.vm.patience())
    return verdicts(done.stdout)


def test_suite(results: list[Verdict], kind: str, plan: Plan) -> None:
    assert len(results) > 180, f"only {len(results)} tests ran"
    stuck = [verdict.name for verdict in results if not verdict.ended]
    assert not stuck, f"no end: {stuck}"
    failed = [verdict for verdict in results if not verdict.passed]
    if plan.target == "stock":
        failed = [verdict for verdict in failed if not STOCK_FAILS.match(verdict.name)]
    failed = [verdict for verdict in failed if not excused(verdict, kind)]
    assert not failed, "\n".join(f"{verdict.name}: {verdict.fault}" for verdict in failed)
    skipped = [verdict for verdict in results if verdict.skipped and not allowed(verdict)]
    if plan.target != "stock":
        assert not skipped, "\n".join(f"{verdict.name} skips: {verdict.skipped}"
                                      for verdict in skipped)
