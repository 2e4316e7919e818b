/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One grace period for each element. */
#include "more.h"

struct dev {
	struct list_head node;
};

void drop_all_bad(struct list_head *devices)
{
	struct dev *d, *next;

	list_for_each_entry_safe(d, next, devices, node) {
		list_del_rcu(&d->node);
		synchronize_rcu(); // reports: WARNING: synchronize_rcu() waits once for each turn
		kfree(d);
	}
}

void drop_some_bad(struct dev **devices, int n)
{
	for (int i = 0; i < n; i++) {
		list_del_rcu(&devices[i]->node);
		synchronize_rcu_expedited(); // reports: ERROR: synchronize_rcu_expedited() waits once
		kfree(devices[i]);
	}
}

void drop_all_ok(struct dev **devices, int n)
{
	for (int i = 0; i < n; i++)
		list_del_rcu(&devices[i]->node);
	synchronize_rcu();
	for (int i = 0; i < n; i++)
		kfree(devices[i]);
}

/* Left as soon as it is found. */
void drop_one_ok(struct list_head *devices, struct dev *wanted)
{
	struct dev *d;

	list_for_each_entry(d, devices, node) {
		if (d != wanted)
			continue;
		list_del_rcu(&d->node);
		synchronize_rcu();
		kfree(d);
		break;
	}
}

/* Two waits in a row, no loop. */
void twice_ok(struct dev *a, struct dev *b)
{
	list_del_rcu(&a->node);
	synchronize_rcu();
	kfree(a);
	list_del_rcu(&b->node);
	synchronize_rcu();
	kfree(b);
}

/* Until it has happened. */
void until_ok(struct dev *d)
{
	while (1) {
		synchronize_rcu();
		if (list_empty(&d->node))
			return;
	}
}

int rename_dev(struct dev *d);

/* Twice at most, and no loop. */
int retry_ok(struct dev *d)
{
	int err, tries = 0;

again:
	synchronize_rcu();
	err = rename_dev(d);
	if (err && !tries++)
		goto again;
	return err;
}
