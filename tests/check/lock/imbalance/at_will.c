/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A function that gives up the caller's lock on some of its ways, which nothing tells apart: that
 * the lock stays held, or was given up, is no more than a note then. Where its result tells, it is
 * what it is; and so it is with a lock that no such function is called with.
 */
#include "kernel.h"

struct super {
	struct rw_semaphore umount;
	atomic_t active;
	int count;
	void (*kill)(struct super *s);
};

static void deactivate(struct super *s)
{
	if (atomic_dec_and_test(&s->active))
		s->kill(s); /* ends in a function that gives it up */
	else
		up_write(&s->umount);
}

int set_up(struct super *s);

int mount_ok(struct super *s)
{
	int error;

	down_write(&s->umount);
	error = set_up(s);
	if (error) {
		deactivate(s);
		return error;
	}
	up_write(&s->umount);
	return 0;
}

struct volume {
	struct rw_semaphore umount;
	int count;
};

static bool give_up_if_idle(struct volume *v)
{
	if (v->count)
		return false;
	up_write(&v->umount);
	return true;
}

int set_up_volume(struct volume *v);

int volume_mount_bad(struct volume *v)
{
	int error;

	down_write(&v->umount);
	error = set_up_volume(v);
	if (error)
		return error; // finds lock/imbalance [warning, medium]: umount
	if (give_up_if_idle(v))
		return 0;
	v->count++;
	up_write(&v->umount);
	return 0;
}

int volume_mount_ok(struct volume *v)
{
	down_write(&v->umount);
	if (give_up_if_idle(v))
		return 0;
	v->count++;
	up_write(&v->umount);
	return 0;
}

/* "f(x, &locked)": f() says whether it has given the lock up, through whatever. */
struct mm {
	struct rw_semaphore lock;
	int n;
	int (*fault)(struct mm *mm);
};

static int fault_in(struct mm *mm, int *locked)
{
	int error = mm->fault(mm); /* gives it up, if it has to wait */

	if (error > 0)
		*locked = 0;
	return error;
}

int populate_ok(struct mm *mm)
{
	int locked = 1, error;

	down_read(&mm->lock);
	error = fault_in(mm, &locked);
	if (locked)
		up_read(&mm->lock);
	return error; // wrongly lock/imbalance [note, medium]: lock
}
