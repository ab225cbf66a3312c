/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_RESV_IMAGE_H
#define TARGET_RESV_IMAGE_H

#include "resv.h"

size_t target_resv_image_room(const struct target_resv *state);
size_t target_resv_image_write(const struct target_resv *state, char *text,
			       size_t size);
struct target_resv *target_resv_image_read(char *text, size_t len,
					   bool need_checksum);

#endif /* TARGET_RESV_IMAGE_H */
