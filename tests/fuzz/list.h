/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Parameter lists: right ones first, then with something wrong in them.
 */
#ifndef FUZZ_LIST_H
#define FUZZ_LIST_H

#include "lu.h"
#include "random.h"
#include "shape.h"

/**
 * struct list - a parameter list
 * @data: room of DATA_MAX bytes
 * @len: how much is used
 */
struct list {
	uint8_t		*data;
	uint32_t	len;
};

void list_format(struct rng *rng, const struct lu *lu, uint8_t *cdb,
		 struct list *list);
void list_reassign(struct rng *rng, const struct lu *lu, uint8_t *cdb,
		   struct list *list);
void list_mode(struct rng *rng, const struct lu *lu, uint8_t *cdb,
	       struct list *list);
void list_mode_answered(const uint8_t *cdb, struct list *list);
void list_diagnostic(struct rng *rng, const struct lu *lu, uint8_t *cdb,
		     struct list *list);
void list_buffer(struct rng *rng, const struct lu *lu, uint8_t *cdb,
		 struct list *list);
void list_unmap(struct rng *rng, const struct lu *lu, uint8_t *cdb,
		struct list *list);
void list_overwrite(struct rng *rng, const struct lu *lu, uint8_t *cdb,
		    struct list *list);
void list_log(struct rng *rng, const struct lu *lu, uint8_t *cdb,
	      struct list *list);
void list_reservation(struct rng *rng, const struct lu *lu, uint8_t *cdb,
		      struct list *list);
void list_port_groups(struct rng *rng, const struct lu *lu, uint8_t *cdb,
		      struct list *list);
void list_timestamp(struct rng *rng, const struct lu *lu, uint8_t *cdb,
		    struct list *list);
void list_copy(struct rng *rng, const struct lu *lu, uint8_t *cdb,
	       struct list *list);
void list_populate(struct rng *rng, const struct lu *lu, uint8_t *cdb,
		   struct list *list);
void list_use_token(struct rng *rng, const struct lu *lu, uint8_t *cdb,
		    struct list *list);

/* list_parts.c: numbers that many lists have */
void list_put(struct list *list, uint64_t number, unsigned int bytes);
uint64_t list_lba(struct rng *rng, const struct lu *lu);
uint64_t list_place(struct rng *rng, const struct lu *lu);
uint32_t list_blocks(struct rng *rng, const struct lu *lu);
void list_spoil(struct rng *rng, struct list *list);

#endif /* FUZZ_LIST_H */
