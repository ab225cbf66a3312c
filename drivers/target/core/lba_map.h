/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_LBA_MAP_H
#define TARGET_LBA_MAP_H

#include "core.h"

/**
 * struct target_lba_port - a group's state in a user data segment
 * @id: target port group
 * @state: enum target_tp_state
 */
struct target_lba_port {
	u16	id;
	u8	state;
};

#define TARGET_LBA_PORTS	8

/**
 * struct target_lba_segment - user data segment (SBC-4 4.27)
 * @first: first block
 * @last: last block
 * @nr_ports: how many @ports
 * @ports: states
 */
struct target_lba_segment {
	u64			first;
	u64			last;
	unsigned int		nr_ports;
	struct target_lba_port	ports[TARGET_LBA_PORTS];
};

/**
 * struct target_lba_map - which group serves which blocks
 * @size: USER DATA SEGMENT SIZE, blocks
 * @multiplier: USER DATA SEGMENT MULTIPLIER; if it and @size are not 0, the
 *	segments repeat every @size * @multiplier blocks
 * @nr_segments: how many @segments
 * @rcu: frees it when no command looks at it
 * @segments: in order of their blocks; they do not overlap
 */
struct target_lba_map {
	u32				size;
	u32				multiplier;
	unsigned int			nr_segments;
	struct rcu_head			rcu;
	struct target_lba_segment	segments[] __counted_by(nr_segments);
};

struct target_lba_map *target_lba_map_parse(const char *text);
int target_lba_map_print(const struct target_lba_map *map, char *text,
			 size_t size);
u8 target_lba_map_state(const struct target_lba_map *map, u16 id, u64 lba,
			u64 blocks);

bool target_lba_map_exists(const struct target_dev *dev);
int target_lba_map_set(struct target_dev *dev, struct target_lba_map *map);

#endif /* TARGET_LBA_MAP_H */
