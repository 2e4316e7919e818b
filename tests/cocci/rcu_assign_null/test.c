/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NULL has no fields that a reader could see too early. */
#include "more.h"

struct conf {
	int limit;
};

struct dev {
	struct conf __rcu *conf;
};

void clear_bad(struct dev *d)
{
	rcu_assign_pointer(d->conf, NULL); // reports: RCU_INIT_POINTER(d->conf, NULL)
}

void clear_ok(struct dev *d)
{
	RCU_INIT_POINTER(d->conf, NULL);
}

void set_ok(struct dev *d, struct conf *conf)
{
	rcu_assign_pointer(d->conf, conf);
}
