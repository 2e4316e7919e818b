/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which lock is held is told by several things together. */
#include "kernel.h"

struct guest {
	struct mutex lock;
};

struct mdev {
	struct list_head node;
	struct mutex mutex;
	struct guest *guest;
	int value;
};

static DEFINE_MUTEX(guests_lock);

int scan(struct mdev *m);

/* Two conditions: neither way to come by without the lock may take the unlock. */
static void lock_guest(struct mdev *m)
{
	mutex_lock(&guests_lock);
	if (m && m->guest)
		mutex_lock(&m->guest->lock);
}

static void unlock_guest(struct mdev *m)
{
	if (m && m->guest)
		mutex_unlock(&m->guest->lock);
	mutex_unlock(&guests_lock);
}

int assign_ok(struct mdev *m, int value)
{
	int ret;

	lock_guest(m);
	if (value < 0) {
		ret = -EINVAL;
		goto done;
	}
	ret = scan(m);
	if (ret)
		goto done;
	ret = value;
done:
	unlock_guest(m);
	return ret;
}

int assign_bad(struct mdev *m, int value)
{
	int ret;

	mutex_lock(&guests_lock);
	if (value < 0)
		return -EINVAL; // finds lock/imbalance: guests_lock
	ret = scan(m);
	mutex_unlock(&guests_lock);
	return ret;
}

/* The element that a walk found comes back locked, or none does. */
static struct mdev *find_locked(struct list_head *list, int value)
{
	struct mdev *m;

	list_for_each_entry(m, list, node) {
		if (m->value == value) {
			mutex_lock(&m->mutex);
			return m;
		}
	}
	return NULL;
}

void use_ok(struct list_head *list)
{
	struct mdev *m = find_locked(list, 3);

	if (!m)
		return;
	m->value++;
	mutex_unlock(&m->mutex);
}

/* All but one element of a walk are locked in turn. */
void flush_ok(struct list_head *list, struct mdev *but)
{
	struct mdev *m, *next;

	list_for_each_entry_safe(m, next, list, node) {
		if (m != but)
			mutex_lock(&m->mutex);
		scan(m);
		if (m != but)
			mutex_unlock(&m->mutex);
	}
}

/* Upwards, hand over hand: entered with the lock of @m, left without any. */
struct level {
	struct level *parent;
	struct mutex lock;
	int mask;
};

static void report(struct level *l, int mask)
{
	for (;;) {
		if (!(l->mask & mask)) {
			mutex_unlock(&l->lock);
			return;
		}
		if (!l->parent)
			break;
		mask = l->mask;
		mutex_unlock(&l->lock);
		l = l->parent;
		mutex_lock(&l->lock);
	}
	mutex_unlock(&l->lock);
}

void start_ok(struct level *l)
{
	mutex_lock(&l->lock);
	if (l->mask)
		report(l, 1);
	else
		mutex_unlock(&l->lock);
}

/* A callee takes the lock and tells through a pointer which. */
static void relock(struct mdev *m, struct guest **locked)
{
	if (!m->value)
		return;
	*locked = m->guest;
	mutex_lock(&(*locked)->lock);
}

void relock_ok(struct mdev *m)
{
	struct guest *locked = NULL;

	relock(m, &locked);
	m->value++;
	if (locked)
		mutex_unlock(&locked->lock);
}
