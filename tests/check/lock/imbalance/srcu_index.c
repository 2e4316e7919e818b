/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The index of an SRCU section goes to the caller, who has to give it back on every way. */
#include "kernel.h"

struct table {
	int n;
};

struct device {
	struct srcu_struct barrier;
	struct table *map;
};

struct table *table_get(struct device *d, int *index)
{
	*index = srcu_read_lock(&d->barrier);
	return srcu_dereference(d->map, &d->barrier);
}

void table_put(struct device *d, int index)
{
	srcu_read_unlock(&d->barrier, index);
}

int evict_bad(struct device *d)
{
	struct table *t;
	int index;

	t = table_get(d, &index);
	if (!t)
		return 0; // finds lock/imbalance: barrier
	t->n++;
	table_put(d, index);
	return 0;
}

int evict_ok(struct device *d)
{
	struct table *t;
	int index;

	t = table_get(d, &index);
	if (!t)
		goto out;
	t->n++;
out:
	table_put(d, index);
	return 0;
}

int read_bad(struct device *d, bool quick)
{
	int index = srcu_read_lock(&d->barrier);

	if (quick)
		return 0; // finds lock/imbalance: barrier
	srcu_read_unlock(&d->barrier, index);
	return 0;
}

/* The caller has the index, and knows when there is one. */
int read_begin_ok(struct device *d, int *index, bool quick)
{
	if (quick)
		return 0;
	*index = srcu_read_lock(&d->barrier);
	return 0;
}

void read_end_ok(struct device *d, int index, bool quick)
{
	if (!quick)
		srcu_read_unlock(&d->barrier, index);
}
