/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A lock that is given up behind a pointer, or by one of several ways through a callee: taken again
 * after that it is a guess that it is held.
 */
#include "kernel.h"

struct item;

struct item_ops {
	void (*commit)(struct item *item);
};

struct item {
	const struct item_ops *ops;
	struct mutex lock;
	int n;
};

struct trans {
	struct item *first;
};

static void quota_commit(struct item *item)
{
	mutex_unlock(&item->lock);
}

static void inode_commit(struct item *item)
{
	item->n = 0;
}

static const struct item_ops quota_ops = { .commit = quota_commit };
static const struct item_ops inode_ops = { .commit = inode_commit };

void setup_quota(struct item *item)
{
	item->ops = &quota_ops;
}

void setup_inode(struct item *item)
{
	item->ops = &inode_ops;
}

static void trans_commit(struct trans *t)
{
	t->first->ops->commit(t->first);
}

static void release_item(struct item *item)
{
	mutex_lock(&item->lock); // step
	item->n--;
	mutex_unlock(&item->lock);
}

void set_limit_ok(struct trans *t, struct item *item)
{
	mutex_lock(&item->lock); // step
	item->n++;
	t->first = item;
	trans_commit(t);
	release_item(item); // wrongly deadlock/self [note, medium]: lock
}

void set_limit_bad(struct trans *t, struct item *item)
{
	mutex_lock(&item->lock); // step
	release_item(item);	 // finds deadlock/self [error, high]: lock
	t->first = item;
	trans_commit(t);
}

/* Who is told to stop has taken the lock again; a recovery that comes to its end gives it back. */
struct space {
	struct rw_semaphore in_recovery;
	unsigned long flags;
	int n;
};

bool test_and_clear_bit(long nr, volatile unsigned long *addr);
bool space_should_stop(void);

static void recover(struct space *s)
{
	if (s->n > 3)
		return;
	up_write(&s->in_recovery);
	s->n++;
}

void recover_thread_ok(struct space *s)
{
	down_write(&s->in_recovery); // step
	while (!space_should_stop()) {
		if (test_and_clear_bit(1, &s->flags))
			down_write(&s->in_recovery); // wrongly deadlock/self [warning, medium]: in_recovery
		if (test_and_clear_bit(2, &s->flags))
			recover(s);
	}
}

struct space_bad {
	struct rw_semaphore in_recovery;
	unsigned long flags;
	int n;
};

void recover_thread_bad(struct space_bad *s)
{
	down_write(&s->in_recovery); // step
	while (!space_should_stop()) {
		if (test_and_clear_bit(1, &s->flags))
			down_write(&s->in_recovery); // finds deadlock/self [error, high]: in_recovery
		s->n++;
	}
	up_write(&s->in_recovery);
}
