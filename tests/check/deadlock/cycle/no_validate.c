/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Locks that lockdep is told to ignore, as the driver core's device lock, draw no dependencies. */
#include "kernel.h"

struct parent {
	struct mutex mutex;
	struct mutex list_lock;
};

void parent_init(struct parent *p)
{
	mutex_init(&p->mutex);
	mutex_init(&p->list_lock);
	lockdep_set_novalidate_class(&p->mutex);
}

void add_ok(struct parent *p)
{
	mutex_lock(&p->mutex);
	mutex_lock(&p->list_lock);
	mutex_unlock(&p->list_lock);
	mutex_unlock(&p->mutex);
}

void walk_ok(struct parent *p)
{
	mutex_lock(&p->list_lock);
	mutex_lock(&p->mutex);
	mutex_unlock(&p->mutex);
	mutex_unlock(&p->list_lock);
}

struct child {
	struct mutex child_mutex;
	struct mutex child_list;
};

void add_bad(struct child *c)
{
	mutex_lock(&c->child_mutex); // step
	mutex_lock(&c->child_list); // finds deadlock/cycle: child_mutex -> child_list -> child_mutex
	mutex_unlock(&c->child_list);
	mutex_unlock(&c->child_mutex);
}

void walk_bad(struct child *c)
{
	mutex_lock(&c->child_list); // step
	mutex_lock(&c->child_mutex); // step
	mutex_unlock(&c->child_mutex);
	mutex_unlock(&c->child_list);
}
