/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is found is returned with the lock held; an error means that it is not. A semaphore is a
 * counter, which another function may give back.
 */
#include "kernel.h"

struct type {
	struct list_head link;
	int id;
};

static LIST_HEAD(types);
static DECLARE_RWSEM(types_sem);

struct type *lookup_ok(int id)
{
	struct type *t;

	down_read(&types_sem);
	list_for_each_entry(t, &types, link)
		if (t->id == id)
			goto found;
	up_read(&types_sem);
	t = ERR_PTR(-2);
found:
	return t;
}

static DECLARE_RWSEM(others_sem);

struct type *lookup_bad(int id)
{
	struct type *t;

	down_read(&others_sem); // step
	list_for_each_entry(t, &types, link)
		if (t->id == id)
			goto found;
	t = NULL;
	if (id)
		up_read(&others_sem);
	return t; // finds lock/imbalance [warning, medium]: others_sem
found:
	up_read(&others_sem);
	return t;
}

struct cmd {
	struct semaphore slots;
	bool is_late;
};

int begin_bad(struct cmd *c, int error)
{
	down(&c->slots);
	if (error > 1)
		return -16; // finds lock/imbalance [warning, medium]: slots
	up(&c->slots);
	return 0;
}

struct cmd_ok {
	struct semaphore slots;
};

void begin_ok(struct cmd_ok *c)
{
	down(&c->slots);
}
