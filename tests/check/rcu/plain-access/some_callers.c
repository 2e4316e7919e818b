/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A new object is published by a helper that the boot calls as well as others later on. */
#include "kernel.h"

struct conf {
	int n;
};

struct dev {
	struct mutex lock;
	struct conf __rcu *conf;
};

int dev_read(struct dev *d)
{
	int n;

	rcu_read_lock();
	n = rcu_dereference(d->conf)->n;
	rcu_read_unlock();
	return n;
}

static void conf_make_bad(struct dev *d)
{
	struct conf *conf = kmalloc(sizeof(*conf), GFP_KERNEL);

	if (!conf)
		return;
	conf->n = 1;
	d->conf = conf; // finds rcu/plain-access: struct dev.conf is set to a new object
}

void __init dev_boot_ok(struct dev *d)
{
	mutex_lock(&d->lock);
	conf_make_bad(d);
	mutex_unlock(&d->lock);
}

void dev_renew_ok(struct dev *d)
{
	mutex_lock(&d->lock);
	conf_make_bad(d);
	mutex_unlock(&d->lock);
}

struct bay {
	struct mutex lock;
	struct conf __rcu *conf;
	struct conf __rcu **slots;
};

static void bay_make_ok(struct bay *b)
{
	struct conf *conf = kmalloc(sizeof(*conf), GFP_KERNEL);

	if (!conf)
		return;
	conf->n = 1;
	rcu_assign_pointer(b->conf, conf);
}

void bay_renew_ok(struct bay *b)
{
	mutex_lock(&b->lock);
	bay_make_ok(b);
	mutex_unlock(&b->lock);
}

/* Readers follow the pointers in there; who makes room for them lets nobody see it yet. */
void bay_slots_ok(struct bay *b)
{
	mutex_lock(&b->lock);
	b->slots = kmalloc(8 * sizeof(*b->slots), GFP_KERNEL);
	mutex_unlock(&b->lock);
}
