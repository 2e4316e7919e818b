/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The next iteration may know that the lock was given up, as may a callee that gives it up on some
 * of its ways: a warning. Straight on it is an error.
 */
#include "kernel.h"

struct journal {
	spinlock_t lock;
	int full;
};

bool write_journal(struct journal *j);

void wait_perhaps_bad(struct journal *j)
{
	while (j->full) {
		spin_lock(&j->lock); // finds deadlock/self [warning, medium]: lock is taken while
		if (!write_journal(j))
			spin_unlock(&j->lock);
	}
}

struct straight {
	spinlock_t lock;
	int full;
};

void wait_bad(struct straight *s)
{
	spin_lock(&s->lock); // step
	s->full++;
	spin_lock(&s->lock); // finds deadlock/self [error, high]: lock is taken while
	spin_unlock(&s->lock);
}

struct super {
	struct rw_semaphore umount;
	int frozen;
};

int freeze(struct super *s);

static void thaw_locked(struct super *s)
{
	if (freeze(s))
		return;
	up_write(&s->umount);
}

void thaw_perhaps_bad(struct super *s)
{
	down_write(&s->umount); // step
	thaw_locked(s);
	down_write(&s->umount); // finds deadlock/self [warning, medium]: umount
	up_write(&s->umount);
}

void thaw_ok(struct super *s)
{
	down_write(&s->umount);
	up_write(&s->umount);
	down_write(&s->umount);
	up_write(&s->umount);
}
