/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pointers of which nobody wants to know more than whether they are there. */
#include "more.h"

struct conf {
	int limit;
};

struct dev {
	struct conf __rcu *conf;
	struct conf __rcu *spare;
};

bool has_bad(struct dev *d)
{
	return rcu_dereference(d->conf) != NULL; // reports: d->conf is only tested
}

int choose_bad(struct dev *d, bool want)
{
	if (rcu_dereference(d->conf)) // reports: d->conf is only tested
		return 1;
	if (!rcu_dereference(d->spare)) // reports: d->spare is only tested
		return 2;
	if (want && rcu_dereference(d->spare)) // reports: d->spare is only tested
		return 3;
	return 4;
}

bool has_ok(struct dev *d)
{
	return rcu_access_pointer(d->conf) != NULL;
}

int limit_ok(struct dev *d)
{
	struct conf *conf;
	int limit = 0;

	rcu_read_lock();
	conf = rcu_dereference(d->conf);
	if (conf && rcu_dereference(d->spare)->limit)
		limit = conf->limit;
	rcu_read_unlock();
	return limit;
}

/* Tested, and used. */
int either_ok(struct dev *d)
{
	struct conf *conf;
	int limit;

	rcu_read_lock();
	conf = rcu_dereference(d->conf) ?: rcu_dereference(d->spare);
	limit = conf->limit;
	rcu_read_unlock();
	return limit;
}
