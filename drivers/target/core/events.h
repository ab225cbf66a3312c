/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_EVENTS_H
#define TARGET_EVENTS_H

#include "core.h"

struct target_kept;

/**
 * enum target_reset - how a logical unit was reset (SAM-5 6.3)
 * @TARGET_RESET_UNIT: LOGICAL UNIT RESET
 * @TARGET_RESET_WARM: with all of the target
 * @TARGET_RESET_COLD: likewise, as if the power had been off
 * @TARGET_RESETS: how many there are
 */
enum target_reset {
	TARGET_RESET_UNIT,
	TARGET_RESET_WARM,
	TARGET_RESET_COLD,
	TARGET_RESETS,
};

/**
 * struct target_event_ops - what the emulation wants to hear of the objects
 * @dev_open: a logical unit was enabled: make its state; may refuse
 * @dev_close: it is going away
 * @dev_removed: its directory is gone, commands may still be under way; its
 *	state lasts until @dev_close
 * @itl_made: a nexus sees a logical unit
 * @itl_gone: nothing of it is left
 * @itl_hidden: it does not see it any more, but for commands under way
 * @nexus_made: a session is live: it is known who it is
 * @lun_map_changed: what a session sees has changed
 * @kept_load: what is kept under a serial number, or ERR_PTR; waits for the
 *	medium that dbroot is on
 * @kept_free: forget it; dev_open and renamed take out what they use
 * @renamed: it has another serial number; nobody sees it
 * @capacity_changed: the medium has another size
 * @attrib_written: an administrator wrote an attribute, enum target_attrib_id,
 *	that a mode page or VPD may show
 * @ident_changed: a designator of the device identification page
 * @reset: the logical unit was reset; everybody is told, who asked too
 * @nexus_reset: a session lost its nexus but stays
 * @refused: a command ended with a status, like BUSY, that has no sense data
 * @access_changed: the access states of a logical unit have changed, or were
 *	to change and did not; @by is the nexus that asked, or NULL
 * @aborted: commands of @itl were aborted by another nexus without TAS
 *
 * dev_open, dev_close, dev_removed, kept_load, kept_free, renamed, attrib_written
 * and reset are called in process context, the others in any; only kept_load
 * waits for a disk.
 */
struct target_event_ops {
	struct target_kept *(*kept_load)(const struct target_dev *dev,
					 const char *serial);
	void	(*kept_free)(struct target_kept *kept);
	int	(*dev_open)(struct target_dev *dev, struct target_kept *kept);
	void	(*dev_close)(struct target_dev *dev);
	void	(*dev_removed)(struct target_dev *dev);
	void	(*itl_made)(struct target_itl *itl);
	void	(*itl_gone)(struct target_itl *itl);
	void	(*itl_hidden)(struct target_itl *itl);
	void	(*nexus_made)(struct target_sess *sess);
	void	(*lun_map_changed)(struct target_sess *sess);
	void	(*renamed)(struct target_dev *dev, struct target_kept *kept);
	void	(*capacity_changed)(struct target_dev *dev);
	void	(*attrib_written)(struct target_dev *dev, unsigned int attrib);
	void	(*ident_changed)(struct target_dev *dev);
	void	(*reset)(struct target_dev *dev, enum target_reset how);
	void	(*nexus_reset)(struct target_sess *sess);
	void	(*refused)(struct target_itl *itl, u8 status);
	void	(*access_changed)(struct target_dev *dev,
				  struct target_sess *by, bool good);
	void	(*aborted)(struct target_itl *itl);
};

/* Set once, before anything is made; NULL hooks are not called. */
void target_events_set(const struct target_event_ops *ops);

struct target_kept *target_events_kept_load(const struct target_dev *dev,
					    const char *serial);
void target_events_kept_free(struct target_kept *kept);
int target_events_dev_open(struct target_dev *dev, struct target_kept *kept);
void target_events_dev_close(struct target_dev *dev);
void target_events_dev_removed(struct target_dev *dev);
void target_events_itl_made(struct target_itl *itl);
void target_events_itl_gone(struct target_itl *itl);
void target_events_itl_hidden(struct target_itl *itl);
void target_events_nexus_made(struct target_sess *sess);
void target_events_lun_map_changed(struct target_sess *sess);
void target_events_renamed(struct target_dev *dev, struct target_kept *kept);
void target_events_capacity_changed(struct target_dev *dev);
void target_events_attrib_written(struct target_dev *dev, unsigned int attrib);
void target_events_ident_changed(struct target_dev *dev);
void target_events_reset(struct target_dev *dev, enum target_reset how);
void target_events_nexus_reset(struct target_sess *sess);
void target_events_refused(struct target_itl *itl, u8 status);
void target_events_access_changed(struct target_dev *dev,
				  struct target_sess *by, bool good);
void target_events_aborted(struct target_itl *itl);

#endif /* TARGET_EVENTS_H */
