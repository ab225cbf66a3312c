// SPDX-License-Identifier: GPL-2.0-only
/*
 * The map of a logical unit whose access state depends on the block: user data
 * segments and the state of each target port group in them (SBC-4 4.27).
 *
 * As a text, which the lba_map file takes and gives:
 *
 *	SIZE MULTIPLIER
 *	FIRST LAST GROUP:STATE GROUP:STATE ...
 *	...
 *
 * STATE is O, A, S or U: active/optimized, active/non-optimized, standby,
 * unavailable.  Values are pure; the last two functions are about a unit's.
 */
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "lba_map.h"
#include "tp_group.h"

static const char letters[] = {
	[TARGET_TP_ACTIVE_OPTIMIZED]	= 'O',
	[TARGET_TP_ACTIVE_NONOPTIMIZED]	= 'A',
	[TARGET_TP_STANDBY]		= 'S',
	[TARGET_TP_UNAVAILABLE]		= 'U',
};

static int parse_port(const char *word, struct target_lba_port *port)
{
	unsigned int id, i;
	char letter, more;

	if (sscanf(word, "%u:%c%c", &id, &letter, &more) != 2 || id > U16_MAX)
		return -EINVAL;
	for (i = 0; i < ARRAY_SIZE(letters); i++) {
		if (letters[i] != letter)
			continue;
		port->id = id;
		port->state = i;
		return 0;
	}
	return -EINVAL;
}

static int parse_segment(char *line, struct target_lba_segment *segment)
{
	char *word;
	int used;

	if (sscanf(line, "%llu %llu%n", &segment->first, &segment->last,
		   &used) != 2 || segment->first > segment->last)
		return -EINVAL;
	line += used;
	while ((word = strsep(&line, " \t"))) {
		if (!*word)
			continue;
		if (segment->nr_ports == TARGET_LBA_PORTS ||
		    parse_port(word, &segment->ports[segment->nr_ports]))
			return -EINVAL;
		segment->nr_ports++;
	}
	return segment->nr_ports ? 0 : -EINVAL;
}

static int parse_lines(char *text, struct target_lba_map *map)
{
	char *line = strsep(&text, "\n");
	unsigned int room = map->nr_segments;
	struct target_lba_segment *segment;

	if (sscanf(line, "%u %u", &map->size, &map->multiplier) != 2)
		return -EINVAL;
	map->nr_segments = 0;
	while ((line = strsep(&text, "\n"))) {
		if (!*strim(line))
			continue;
		if (WARN_ON_ONCE(map->nr_segments == room))
			return -EINVAL;
		segment = &map->segments[map->nr_segments++];
		if (parse_segment(line, segment))
			return -EINVAL;
		if (map->nr_segments > 1 && segment->first <= segment[-1].last)
			return -EINVAL;
	}
	return map->nr_segments ? 0 : -EINVAL;
}

static unsigned int count_lines(const char *text)
{
	unsigned int lines = 1;

	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

/**
 * target_lba_map_parse - the map that a text means
 * @text: text
 *
 * Return: map, to be freed with kvfree(); ERR_PTR: -EINVAL, -ENOMEM
 */
struct target_lba_map *target_lba_map_parse(const char *text)
{
	unsigned int lines = count_lines(text);
	char *copy = kstrdup(text, GFP_KERNEL);
	struct target_lba_map *map;
	int ret;

	map = kvzalloc(struct_size(map, segments, lines), GFP_KERNEL);
	if (!copy || !map) {
		kfree(copy);
		kvfree(map);
		return ERR_PTR(-ENOMEM);
	}
	map->nr_segments = lines;
	ret = parse_lines(copy, map);
	kfree(copy);
	if (ret) {
		kvfree(map);
		return ERR_PTR(ret);
	}
	return map;
}

/**
 * target_lba_map_print - a map as a text
 * @map: map, or NULL
 * @text: buffer
 * @size: of it
 *
 * Return: length
 */
int target_lba_map_print(const struct target_lba_map *map, char *text,
			 size_t size)
{
	const struct target_lba_segment *segment;
	unsigned int i, k;
	int length;

	if (!map)
		return 0;
	length = scnprintf(text, size, "%u %u\n", map->size, map->multiplier);
	for (i = 0; i < map->nr_segments; i++) {
		segment = &map->segments[i];
		length += scnprintf(text + length, size - length, "%llu %llu",
				    segment->first, segment->last);
		for (k = 0; k < segment->nr_ports; k++)
			length += scnprintf(text + length, size - length,
					    " %u:%c", segment->ports[k].id,
					    letters[segment->ports[k].state]);
		length += scnprintf(text + length, size - length, "\n");
	}
	return length;
}

static u8 state_in(const struct target_lba_segment *segment, u16 id)
{
	unsigned int i;

	for (i = 0; i < segment->nr_ports; i++)
		if (segment->ports[i].id == id)
			return segment->ports[i].state;
	return TARGET_TP_ACTIVE_OPTIMIZED;
}

/**
 * target_lba_map_state - the state in which a group sees some blocks
 * @map: map
 * @id: group
 * @lba: first block
 * @blocks: how many
 *
 * Return: the worst state that it has for one of them; blocks of which the map
 * says nothing are active/optimized
 */
u8 target_lba_map_state(const struct target_lba_map *map, u16 id, u64 lba,
			u64 blocks)
{
	u64 round = (u64)map->size * map->multiplier;
	u8 worst = TARGET_TP_ACTIVE_OPTIMIZED;
	u64 first = lba, last = lba + (blocks ?: 1) - 1;
	unsigned int i;
	bool wraps = false;

	if (round && last - first >= round) {
		first = 0;
		last = round - 1;
	} else if (round) {
		div64_u64_rem(first, round, &first);
		div64_u64_rem(last, round, &last);
		wraps = last < first;
	}
	for (i = 0; i < map->nr_segments; i++) {
		const struct target_lba_segment *segment = &map->segments[i];
		bool hit = wraps ? segment->last >= first ||
				   segment->first <= last :
				   segment->last >= first &&
				   segment->first <= last;

		if (hit)
			worst = max(worst, state_in(segment, id));
	}
	return worst;
}

/* Context: any. */
bool target_lba_map_exists(const struct target_dev *dev)
{
	return rcu_access_pointer(dev->lba_map);
}

/**
 * target_lba_map_set - give a logical unit a map
 * @dev: logical unit
 * @map: map, which is the unit's now; or NULL
 *
 * Context: process.
 * Return: 0, or -EBUSY for NULL while the state of a group depends on the map
 */
int target_lba_map_set(struct target_dev *dev, struct target_lba_map *map)
{
	struct target_tp_group *group;
	struct target_lba_map *old;

	guard(mutex)(&dev->mutex);
	list_for_each_entry(group, &dev->tp_groups, node)
		if (!map && (group->access.state == TARGET_TP_LBA_DEPENDENT ||
			     group->access.moving))
			return -EBUSY;
	old = rcu_replace_pointer(dev->lba_map, map,
				  lockdep_is_held(&dev->mutex));
	if (old)
		kvfree_rcu(old, rcu);
	return 0;
}
