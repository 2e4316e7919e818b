/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A rule tells that operations are called with a lock held, and the iterator asks for that one. */
// run: --rules=check/rcu/reader-missing/under.json
#include "kernel.h"

static DEFINE_MUTEX(links_mutex);

struct link {
	struct list_head node;
	int id;
};

struct links {
	struct list_head all;
};

struct link_ops {
	int (*set)(struct links *links, int id);
	int (*show)(struct links *links, int id);
};

static int set_ok(struct links *links, int id)
{
	struct link *l;

	list_for_each_entry_rcu(l, &links->all, node, lockdep_is_held(&links_mutex))
		l->id = id;
	return 0;
}

static int show_bad(struct links *links, int id)
{
	struct link *l;
	int n = 0;

	list_for_each_entry_rcu(l, &links->all, node, lockdep_is_held(&links_mutex)) // finds rcu/reader-missing [error, high]: links_mutex
		n += l->id == id;
	return n;
}

const struct link_ops link_ops = { .set = set_ok, .show = show_bad };

void link_add_ok(struct links *links, struct link *l)
{
	mutex_lock(&links_mutex);
	list_add_rcu(&l->node, &links->all);
	mutex_unlock(&links_mutex);
}

void link_del_ok(struct links *links, struct link *l)
{
	mutex_lock(&links_mutex);
	list_del_rcu(&l->node);
	mutex_unlock(&links_mutex);
	synchronize_rcu();
}
