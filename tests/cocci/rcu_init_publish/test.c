/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RCU_INIT_POINTER() does not order the fields before the pointer. */
#include "more.h"

struct conf {
	int limit;
};

struct dev {
	struct conf __rcu *conf;
};

void set_bad(struct dev *d, struct conf *conf)
{
	conf->limit = 4;
	RCU_INIT_POINTER(d->conf, conf); // reports: before its field limit
}

void set_ok(struct dev *d, struct conf *conf)
{
	conf->limit = 4;
	rcu_assign_pointer(d->conf, conf);
}

void clear_ok(struct dev *d, struct conf *conf)
{
	conf->limit = 0;
	RCU_INIT_POINTER(d->conf, NULL);
}

/* Swapped back: nothing was written since. */
void restore_ok(struct dev *d, struct conf *old)
{
	RCU_INIT_POINTER(d->conf, old);
}

/* Not yet where readers are. */
struct dev *make_ok(struct conf *conf)
{
	struct dev *d = kzalloc(sizeof(*d), GFP_KERNEL);

	if (!d)
		return NULL;
	conf->limit = 4;
	RCU_INIT_POINTER(d->conf, conf);
	return d;
}
