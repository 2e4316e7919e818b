/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Used after the section in which it was read.
 *
 *   CPU0 (reader)               CPU1
 *   conf = rcu_dereference()
 *   rcu_read_unlock()
 *                               kfree_rcu(old conf), grace period
 *   reads conf->limit
 */
#include "more.h"

struct conf {
	int limit, owner;
	refcount_t users;
};

struct dev {
	struct conf __rcu *conf;
};

bool get_owner(int owner);
bool get_conf(struct conf *conf);

int late_bad(struct dev *d)
{
	struct conf *conf;

	rcu_read_lock();
	conf = rcu_dereference(d->conf);
	rcu_read_unlock();
	return conf->limit; // reports: conf may be gone
}

int copied_ok(struct dev *d)
{
	struct conf *conf;
	int limit;

	rcu_read_lock();
	conf = rcu_dereference(d->conf);
	limit = conf->limit;
	rcu_read_unlock();
	return limit;
}

int referenced_ok(struct dev *d)
{
	struct conf *conf;

	rcu_read_lock();
	conf = rcu_dereference(d->conf);
	if (!get_conf(conf)) {
		rcu_read_unlock();
		return 0;
	}
	rcu_read_unlock();
	return conf->limit;
}

/* Only whether it was there. */
bool there_ok(struct dev *d)
{
	struct conf *conf;

	rcu_read_lock();
	conf = rcu_dereference(d->conf);
	rcu_read_unlock();
	return conf != NULL;
}

/* What keeps it is its owner. */
int owned_ok(struct dev *d)
{
	struct conf *conf;

	rcu_read_lock();
	conf = rcu_dereference(d->conf);
	if (!get_owner(conf->owner)) {
		rcu_read_unlock();
		return 0;
	}
	rcu_read_unlock();
	return conf->limit;
}
