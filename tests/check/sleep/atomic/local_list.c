/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A list whose head is a local variable: empty at first, and filled through the head's own links,
 * head->prev->next being head->next then.
 */
#include "kernel.h"

struct key {
	struct list_head list;
	int delay;
};

struct keys {
	struct list_head all;
	spinlock_t lock;
};

static inline void link_between(struct list_head *new, struct list_head *prev,
				struct list_head *next)
{
	next->prev = new;
	new->next = next;
	new->prev = prev;
	prev->next = new;
}

static inline void link_tail(struct list_head *new, struct list_head *head)
{
	link_between(new, head->prev, head);
}

static void collect(struct keys *k, struct list_head *out)
{
	struct key *key, *tmp;

	list_for_each_entry_safe(key, tmp, &k->all, list)
		link_tail(&key->list, out);
}

void flush_bad(struct keys *k)
{
	struct key *key, *tmp;
	LIST_HEAD(gone);

	collect(k, &gone);
	spin_lock(&k->lock);
	list_for_each_entry_safe(key, tmp, &gone, list)
		msleep(key->delay); // finds sleep/atomic: msleep
	spin_unlock(&k->lock);
}

void flush_ok(struct keys *k)
{
	struct key *key, *tmp;
	LIST_HEAD(gone);

	spin_lock(&k->lock);
	collect(k, &gone);
	spin_unlock(&k->lock);
	list_for_each_entry_safe(key, tmp, &gone, list)
		msleep(key->delay);
}

void flush_here_bad(struct keys *k)
{
	struct key *key, *tmp;
	struct list_head gone;

	INIT_LIST_HEAD(&gone);
	list_for_each_entry_safe(key, tmp, &k->all, list)
		link_tail(&key->list, &gone);
	spin_lock(&k->lock);
	list_for_each_entry_safe(key, tmp, &gone, list)
		msleep(key->delay); // finds sleep/atomic: msleep
	spin_unlock(&k->lock);
}

/* Nobody puts anything into it. */
void flush_nothing_ok(struct keys *k)
{
	struct key *key, *tmp;
	LIST_HEAD(gone);

	spin_lock(&k->lock);
	list_for_each_entry_safe(key, tmp, &gone, list)
		msleep(key->delay);
	spin_unlock(&k->lock);
}
