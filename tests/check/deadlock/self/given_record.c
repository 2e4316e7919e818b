/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is in a record that is handed down says whether the lock is taken there. */
#include "kernel.h"

enum { WHY_SYNC = 4, WHY_PAUSE = 0x40, WHY_RESIZE = 0x80 };

struct why {
	int reason;
	u64 start;
};

struct super {
	struct rw_semaphore sem;
	unsigned long flags;
	int n;
};

static void super_lock(struct super *s)
{
	down_write(&s->sem); // step
}

static int super_save(struct super *s, struct why *why)
{
	if (test_bit(0, &s->flags)) {
		if (why->reason != WHY_PAUSE)
			return 0;
		s->n++;
	}
	if (why->reason != WHY_RESIZE)
		super_lock(s); // step
	s->n++;
	if (why->reason != WHY_RESIZE)
		up_write(&s->sem);
	return 0;
}

int super_prepare(struct super *s);

int super_resize_ok(struct super *s)
{
	struct why why = { WHY_RESIZE, 0 };
	int err;

	down_write(&s->sem);
	err = super_prepare(s);
	if (!err)
		err = super_save(s, &why);
	up_write(&s->sem);
	return err;
}

int super_sync_bad(struct super *s)
{
	struct why why = { WHY_SYNC, 0 };
	int err;

	down_write(&s->sem); // step
	err = super_save(s, &why); // finds deadlock/self [error, high]: super->sem
	up_write(&s->sem);
	return err;
}
