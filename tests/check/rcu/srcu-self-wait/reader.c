/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A reader waits for all readers of its own srcu_struct, itself among them.
 *
 *   CPU0
 *   srcu_read_lock(&d->srcu)
 *   synchronize_srcu(&d->srcu)    waits for the line above
 */
#include "kernel.h"

struct dev {
	struct srcu_struct srcu, other;
	void *conf;
};

static struct srcu_struct devs_srcu;

void reload_bad(struct dev *d)
{
	int index = srcu_read_lock(&d->srcu); // step

	synchronize_srcu(&d->srcu); // finds rcu/srcu-self-wait [error, high]: synchronize_srcu() waits for the readers of dev->srcu inside one of them
	srcu_read_unlock(&d->srcu, index);
}

static void devs_settle(void)
{
	synchronize_srcu(&devs_srcu); // step
}

void devs_reload_bad(void)
{
	int index = srcu_read_lock(&devs_srcu); // step

	devs_settle(); // finds rcu/srcu-self-wait [error, high]: synchronize_srcu() waits for the readers of
	srcu_read_unlock(&devs_srcu, index);
}

struct box {
	struct srcu_struct srcu, other;
	void *conf;
};

static struct srcu_struct boxes_srcu;

void reload_ok(struct box *b)
{
	int index = srcu_read_lock(&b->srcu);

	srcu_read_unlock(&b->srcu, index);
	synchronize_srcu(&b->srcu);
}

/* Another domain's readers. */
void other_ok(struct box *b)
{
	int index = srcu_read_lock(&b->srcu);

	synchronize_srcu(&b->other);
	srcu_read_unlock(&b->srcu, index);
}

void boxes_reload_ok(struct box *b)
{
	int index = srcu_read_lock(&boxes_srcu);

	call_srcu(&boxes_srcu, b->conf, NULL);
	srcu_read_unlock(&boxes_srcu, index);
}
