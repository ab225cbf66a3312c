# SPDX-License-Identifier: GPL-2.0-only
# Build, install, run and test the SCSI target.  `make help` lists the targets.

KDIR    ?=
BUILD   ?= $(CURDIR)/build
JOBS    ?= $(shell nproc)
ONCE    ?=
FABRIC  ?=
FABRICS ?=
FILTER  ?=
ONLY    ?=
ARGS    ?=
# Debian's, which its packages (pytest, rtslib) are made for.
PYTHON  ?= /usr/bin/python3

SCRIPTS := $(CURDIR)/scripts
NEEDS   := $(SCRIPTS)/install_packages
MODULES := $(SCRIPTS)/build_modules.py --kdir "$(KDIR)" --build "$(BUILD)" --jobs $(JOBS)
# What the kernel's own makefile takes from the command line.
PASSED  := $(foreach v,W C CF V KCFLAGS LLVM,$(if $($v),'$v=$($v)'))

export PYTHONDONTWRITEBYTECODE := 1
export KDIR BUILD JOBS

help:
	@echo 'make run            a virtual machine that exports disks over iSCSI, and a stock'
	@echo '                    initiator that uses them; keeps serving until Ctrl-C'
	@echo '                    (ONCE=1: end after the checks; FABRIC=fcoe: over FCoE)'
	@echo 'make test           every functional and unit test    (ARGS="-k chap" to pytest)'
	@echo '                    (a choice: ARGS="tests/functional/test_luns.py -x")'
	@echo 'make test-long      the same with long runs of I/O'
	@echo 'make test-debug     the functional tests on a kernel with KASAN, lockdep, kmemleak'
	@echo 'make kunit          the KUnit suites, in User-Mode-Linux         (FILTER="iscsit*")'
	@echo '                    (ONLY="iscsi/kv.c iscsi/tests/kv_kunit.c": just these sources)'
	@echo '                    (ARGS="--kasan --fuzz 1000000": and random commands)'
	@echo 'make check          style, sparse, W=1, layers, tables, documents, consumers, Python'
	@echo 'make bench          instructions per I/O and throughput, stock LIO and this one'
	@echo 'make modules        every .ko into build/modules/   (KDIR=kernel BUILD=folder W=1)'
	@echo 'make install        the modules into updates/, and depmod  (FABRICS="vhost_scsi")'
	@echo 'make overlay        put the sources onto a kernel tree                (TREE=linux)'
	@echo 'make unoverlay      take them out again                               (TREE=linux)'
	@echo 'make clean          remove build/'

run:
	@case '$(FABRIC)' in '' | iscsi | fcoe) ;; \
	*) echo 'FABRIC=$(FABRIC): there are iscsi and fcoe' >&2; exit 2 ;; esac
	@$(NEEDS) run
	@$(MODULES) $(PASSED)
	@$(PYTHON) tests/demo/run.py $(if $(ONCE),--once) $(if $(FABRIC),--fabric $(FABRIC)) $(ARGS)

# Tests wait more than they work, so two files of them run at a time; a choice of
# tests runs in one process, whose output can be followed.
SPREAD = $(if $(ARGS),,-n 2 --dist loadfile)
# All of them, unless ARGS has a path: tests/unit, tests/unit/test_x.py::test_y.
WHERE = $(if $(filter tests/% ./tests/% $(CURDIR)/tests/%,$(ARGS)),,tests)

test:
	@$(NEEDS) test
	@$(MODULES) $(PASSED)
	@$(PYTHON) -m pytest $(WHERE) $(SPREAD) $(ARGS)

test-long:
	@$(NEEDS) test
	@$(MODULES) $(PASSED)
	@$(PYTHON) -m pytest $(WHERE) --long $(SPREAD) $(ARGS)

test-debug:
	@$(NEEDS) test debug
	@$(PYTHON) -m pytest $(WHERE) --debug-kernel $(ARGS)

kunit:
	@$(NEEDS) kunit
	@$(SCRIPTS)/run_kunit.py --jobs $(JOBS) $(if $(FILTER),--filter '$(FILTER)') \
		$(if $(ONLY),--only $(ONLY)) $(ARGS)

check:
	@$(NEEDS) check
	@$(SCRIPTS)/check.py --jobs $(JOBS) $(ARGS)

bench:
	@$(NEEDS) bench
	@$(MODULES) $(PASSED)
	@$(PYTHON) tests/bench/run.py $(ARGS)

modules:
	@$(NEEDS) modules
	@$(MODULES) $(PASSED)

# A name that is not known is found out before anything is built.
install:
	@$(SCRIPTS)/install_modules.py --known $(FABRICS)
	@$(NEEDS) modules install
	@$(MODULES) $(PASSED)
	@$(SCRIPTS)/install_modules.py --build "$(BUILD)" --kdir "$(KDIR)" $(FABRICS)

overlay unoverlay:
	@$(NEEDS) overlay
	@$(SCRIPTS)/overlay.py $(if $(filter unoverlay,$@),--undo) "$(TREE)"

clean:
	rm -rf "$(BUILD)"

.PHONY: help run test test-long test-debug kunit check bench modules install \
	overlay unoverlay clean
