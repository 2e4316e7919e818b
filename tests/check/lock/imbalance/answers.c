/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An error says that the lock is not held, any other answer that it is; and a lock that nobody owns
 * is given up by somebody else.
 */
#include "kernel.h"

struct esw {
	struct rw_semaphore mode_lock;
	int mode, busy;
};

/* That a mode is no error is not known here: a warning. */
int try_lock_ok(struct esw *esw)
{
	if (!down_write_trylock(&esw->mode_lock))
		return -22;
	if (esw->busy) {
		up_write(&esw->mode_lock);
		return -16;
	}
	return esw->mode;
}

int use_lock_ok(struct esw *esw)
{
	int mode = try_lock_ok(esw);

	if (mode < 0)
		return mode;
	up_write(&esw->mode_lock);
	return 0;
}

struct esw_bad {
	struct rw_semaphore mode_lock;
	int mode, busy;
};

int read_busy(void);

int set_mode_bad(struct esw_bad *esw)
{
	down_write(&esw->mode_lock);
	if (read_busy())
		return -16; // finds lock/imbalance [error, high]: mode_lock
	up_write(&esw->mode_lock);
	return -22;
}

void down_read_non_owner(struct rw_semaphore *sem);
void up_read_non_owner(struct rw_semaphore *sem);

struct dir {
	struct rw_semaphore rmdir_sem;
	int async;
};

void start_unlink(struct dir *d);

int call_unlink_ok(struct dir *d)
{
	down_read_non_owner(&d->rmdir_sem);
	if (read_busy()) {
		up_read_non_owner(&d->rmdir_sem);
		return 0;
	}
	start_unlink(d);
	return 1;
}

struct dir_bad {
	struct rw_semaphore rmdir_sem;
};

void start_unlink_bad(struct dir_bad *d);

int call_unlink_bad(struct dir_bad *d)
{
	down_read(&d->rmdir_sem);
	if (read_busy()) {
		up_read(&d->rmdir_sem);
		return 1;
	}
	start_unlink_bad(d);
	return 1; // finds lock/imbalance: rmdir_sem
}
