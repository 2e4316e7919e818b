/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checklist item 6: a reader that waits for all readers waits for itself. */
#include "kernel.h"

struct entry {
	struct list_head link;
	int dead;
};

static struct srcu_struct entries_srcu;

static void entry_drop(struct entry *e)
{
	e->dead = 1;
	synchronize_rcu(); // step
}

void entry_scan_bad(struct entry *e)
{
	rcu_read_lock(); // step
	if (e->dead)
		entry_drop(e); // finds rcu/gp-wait-in-reader [error, high]: inside rcu_read_lock()
	rcu_read_unlock();
}

void entry_scan_ok(struct entry *e)
{
	bool dead;

	rcu_read_lock();
	dead = e->dead;
	rcu_read_unlock();
	if (dead)
		entry_drop(e);
}

/* An SRCU reader may sleep, and is none that synchronize_rcu() waits for. */
void entry_srcu_ok(struct entry *e)
{
	int index = srcu_read_lock(&entries_srcu);

	entry_drop(e);
	srcu_read_unlock(&entries_srcu, index);
}
