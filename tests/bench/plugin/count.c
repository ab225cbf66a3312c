// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counts every instruction that a guest executes between two markers.
 *
 * A marker is a multi-byte NOP with a displacement that no compiler emits; the
 * load generator executes one before and one after what is to be counted, so
 * nothing between the host and the guest adds to a figure.  The counters are
 * kept by the address at which a translated block begins: which function, and
 * so which sort of work that is, is decided later, from the guest's symbols.
 *
 * One iteration of a string instruction (REP MOVSB ...) counts apart from the
 * instructions, as data moved.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qemu_api.h"

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;
QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id,
					   const qemu_info_t *info,
					   int argc, char **argv);

#define KERNEL_HALF	(UINT64_C(1) << 63)
#define BUCKETS		(1u << 18)
#define MARKER_START	0x7a3c5e01u
#define MARKER_STOP	0x7a3c5e02u

/**
 * struct slot - what was executed at one place
 * @address:	where the block begins; 0 for all of user space
 * @insns:	instructions, but for @rounds
 * @entries:	how often the block was entered at @address
 * @locked:	instructions that lock the bus
 * @rounds:	iterations of string instructions
 * @next:	next slot of the same bucket
 * @older:	slot made before this one
 */
struct slot {
	uint64_t address;
	uint64_t insns;
	uint64_t entries;
	uint64_t locked;
	uint64_t rounds;
	struct slot *next;
	struct slot *older;
};

/**
 * struct form - what the bytes of an instruction say
 * @string:	it is a string instruction with a repeat prefix
 * @locked:	it locks the bus
 * @marker:	displacement, if it is the form of NOP that markers have
 */
struct form {
	bool string;
	bool locked;
	uint32_t marker;
};

static struct slot *buckets[BUCKETS];
static struct slot *newest;
static const char *folder;
static unsigned int runs;

static struct slot *slot_of(uint64_t address)
{
	unsigned int hash = (address ^ address >> 18) & (BUCKETS - 1);
	struct slot *slot;

	for (slot = buckets[hash]; slot; slot = slot->next)
		if (slot->address == address)
			return slot;
	slot = calloc(1, sizeof(*slot));
	if (!slot)
		abort();
	slot->address = address;
	slot->next = buckets[hash];
	buckets[hash] = slot;
	slot->older = newest;
	newest = slot;
	return slot;
}

static bool is_prefix(uint8_t byte)
{
	static const uint8_t prefixes[] = {
		0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3,
	};

	return memchr(prefixes, byte, sizeof(prefixes));
}

static struct form form_of(const struct qemu_plugin_insn *insn)
{
	const uint8_t *code = qemu_plugin_insn_data(insn);
	size_t size = qemu_plugin_insn_size(insn), at = 0;
	bool repeat = false;
	struct form form = { 0 };

	if (size == 7 && !memcmp(code, "\x0f\x1f\x80", 3)) {
		memcpy(&form.marker, code + 3, 4);
		return form;
	}
	for (; at < size && is_prefix(code[at]); at++) {
		repeat |= code[at] == 0xf2 || code[at] == 0xf3;
		form.locked |= code[at] == 0xf0;
	}
	if (at < size && (code[at] & 0xf0) == 0x40)
		at++;					/* REX */
	if (at + 1 < size && (code[at] & 0xfe) == 0x86)
		form.locked |= code[at + 1] < 0xc0;	/* XCHG with memory */
	/* MOVS CMPS, then TEST with an immediate, STOS LODS SCAS */
	form.string = repeat && at + 1 == size && code[at] >= 0xa4 &&
		      code[at] <= 0xaf && (code[at] & 0xfe) != 0xa8;
	return form;
}

static void dump(void)
{
	char scratch[4096], path[4096];
	struct slot *slot;
	FILE *file;

	snprintf(scratch, sizeof(scratch), "%s/scratch", folder);
	snprintf(path, sizeof(path), "%s/run.%u", folder, ++runs);
	file = fopen(scratch, "w");
	if (!file)
		abort();
	for (slot = newest; slot; slot = slot->older)
		if (slot->entries || slot->insns || slot->rounds)
			fprintf(file, "%" PRIx64 " %" PRIu64 " %" PRIu64 " %" PRIu64
				" %" PRIu64 "\n", slot->address, slot->insns,
				slot->entries, slot->locked, slot->rounds);
	if (fclose(file) || rename(scratch, path))
		abort();
}

static void on_start(unsigned int vcpu, void *userdata)
{
	struct slot *slot;

	(void)vcpu;
	(void)userdata;
	for (slot = newest; slot; slot = slot->older)
		memset(&slot->insns, 0, offsetof(struct slot, next) -
		       offsetof(struct slot, insns));
}

static void on_stop(unsigned int vcpu, void *userdata)
{
	(void)vcpu;
	(void)userdata;
	dump();
}

static void count(struct qemu_plugin_insn *insn, uint64_t *counter, uint64_t by)
{
	qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64,
						   counter, by);
}

/*
 * Counted one by one: an instruction that faults in the middle of a block ends
 * it, and what is behind it was not executed.
 */
static void on_instruction(struct qemu_plugin_insn *insn, struct slot *slot)
{
	struct form form = form_of(insn);

	if (form.marker == MARKER_START)
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_start,
						       QEMU_PLUGIN_CB_NO_REGS, NULL);
	else if (form.marker == MARKER_STOP)
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_stop,
						       QEMU_PLUGIN_CB_NO_REGS, NULL);
	count(insn, form.string ? &slot->rounds : &slot->insns, 1);
	if (form.locked)
		count(insn, &slot->locked, 1);
}

static void on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	uint64_t address = qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(tb, 0));
	struct slot *slot = slot_of(address & KERNEL_HALF ? address : 0);
	size_t n = qemu_plugin_tb_n_insns(tb);

	(void)id;
	qemu_plugin_register_vcpu_tb_exec_inline(tb, QEMU_PLUGIN_INLINE_ADD_U64,
						 &slot->entries, 1);
	for (size_t i = 0; i < n; i++)
		on_instruction(qemu_plugin_tb_get_insn(tb, i), slot);
}

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info,
			int argc, char **argv)
{
	if (argc != 1 || strncmp(argv[0], "out=", 4)) {
		fprintf(stderr, "count: usage: -plugin count.so,out=FOLDER\n");
		return -1;
	}
	if (!info->system_emulation || info->system.smp_vcpus != 1) {
		fprintf(stderr, "count: the counters are for one CPU\n");
		return -1;
	}
	folder = strdup(argv[0] + 4);
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
	return 0;
}
