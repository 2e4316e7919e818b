/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An array of pointers that readers follow, in an object that was looked up. */
#include "kernel.h"

#define SLOTS 4

struct assoc {
	int value;
	struct rcu_head rcu;
};

struct channel {
	struct assoc __rcu *assoc[SLOTS];
	int id;
};

struct port {
	struct mutex lock;
	struct channel *channels[SLOTS];
};

static struct channel *find_channel(struct port *p, int id)
{
	for (int i = 0; i < SLOTS; i++)
		if (p->channels[i]->id == id)
			return p->channels[i];
	return NULL;
}

static struct channel *create_channel(struct port *p)
{
	return kzalloc(sizeof(struct channel), GFP_KERNEL);
}

void assoc_add_bad(struct port *p, int id, int slot)
{
	struct assoc *new = kzalloc(sizeof(*new), GFP_KERNEL);
	struct channel *c;

	mutex_lock(&p->lock);
	c = find_channel(p, id);
	if (c && new)
		c->assoc[slot] = new; // finds rcu/plain-access [warning, medium]: struct channel.assoc
	mutex_unlock(&p->lock);
}

void assoc_add_ok(struct port *p, int id, int slot)
{
	struct assoc *new = kzalloc(sizeof(*new), GFP_KERNEL);
	struct channel *c;

	mutex_lock(&p->lock);
	c = find_channel(p, id);
	if (c && new)
		rcu_assign_pointer(c->assoc[slot], new);
	mutex_unlock(&p->lock);
}

/* Nobody has seen the channel yet. */
struct channel *assoc_first_ok(struct port *p)
{
	struct assoc *new = kzalloc(sizeof(*new), GFP_KERNEL);
	struct channel *c;

	mutex_lock(&p->lock);
	c = create_channel(p);
	if (c && new)
		c->assoc[0] = new;
	mutex_unlock(&p->lock);
	return c;
}

int assoc_value_bad(struct channel *c, int slot)
{
	struct assoc *a;
	int value;

	rcu_read_lock();
	a = c->assoc[slot]; // finds rcu/plain-access [warning, medium]: struct channel.assoc
	value = a ? a->value : 0;
	rcu_read_unlock();
	return value;
}
