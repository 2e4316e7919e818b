/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waits that not every turn of a loop comes by, and loops that begin again. */
#include "kernel.h"

struct disk {
	struct list_head link;
	bool is_faulty;
	int n_used;
};

struct array {
	struct list_head disks;
	struct disk *gone[8];
	int n_disks;
};

/* There may be none, or one: nobody knows. */
void kick_faulty_bad(struct array *a)
{
	struct disk *d, *next;

	list_for_each_entry_safe(d, next, &a->disks, link) {
		if (!d->is_faulty)
			continue;
		list_del_rcu(&d->link);
		synchronize_rcu(); // finds rcu/gp-wait-loop [note, high]: synchronize_rcu() waits for a grace period once for some turns of a loop
		kfree(d);
	}
}

/* Each of them, whatever it is like. */
void kick_all_bad(struct array *a)
{
	struct disk *d, *next;

	list_for_each_entry_safe(d, next, &a->disks, link) {
		list_del_rcu(&d->link);
		if (d->is_faulty)
			d->n_used = 0;
		synchronize_rcu(); // finds rcu/gp-wait-loop [warning, high]: synchronize_rcu() waits for a grace period once for each turn of a loop
		kfree(d);
	}
}

/* One wait for as many as there is room for: the loop inside goes from element to element. */
void kick_in_batches_ok(struct array *a)
{
	struct disk *d, *next;
	int n;

again:
	n = 0;
	list_for_each_entry_safe(d, next, &a->disks, link) {
		list_del_rcu(&d->link);
		a->gone[n++] = d;
		if (n == 8)
			break;
	}
	if (n) {
		synchronize_rcu();
		while (n)
			kfree(a->gone[--n]);
		goto again;
	}
}

/* It makes room and looks again. */
struct disk *find_room_ok(struct array *a)
{
	struct disk *d;

retry:
	list_for_each_entry(d, &a->disks, link) {
		for (int i = 0; i < d->n_used; i++)
			if (!a->gone[i])
				return d;
	}
	synchronize_rcu();
	goto retry;
}
