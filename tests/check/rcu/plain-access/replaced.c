/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who reads the pointer as one that others follow, to free the old object afterwards, publishes the
 * new one, whether or not its lock is seen here.
 */
#include "kernel.h"

struct wiphy;
bool wiphy_is_held(struct wiphy *wiphy);

struct beacon {
	int length;
	struct rcu_head rcu;
};

struct link_ok {
	struct wiphy *wiphy;
	struct beacon __rcu *beacon;
};

int assign_beacon_ok(struct link_ok *link, int length)
{
	struct beacon *new, *old;

	old = rcu_dereference_protected(link->beacon, wiphy_is_held(link->wiphy));
	new = kzalloc(sizeof(*new), GFP_KERNEL);
	if (!new)
		return -ENOMEM;
	new->length = length;
	rcu_assign_pointer(link->beacon, new);
	if (old)
		kfree_rcu(old, rcu);
	return 0;
}

struct link_bad {
	struct wiphy *wiphy;
	struct beacon __rcu *beacon;
};

int assign_beacon_bad(struct link_bad *link, int length)
{
	struct beacon *new, *old;

	old = rcu_dereference_protected(link->beacon, wiphy_is_held(link->wiphy));
	new = kzalloc(sizeof(*new), GFP_KERNEL);
	if (!new)
		return -ENOMEM;
	new->length = length;
	link->beacon = new; // finds rcu/plain-access [warning, medium]: struct link_bad.beacon
	if (old)
		kfree_rcu(old, rcu);
	return 0;
}

/* Nobody has read it before: it may be that nobody can yet. */
int init_beacon_ok(struct link_ok *link)
{
	struct beacon *new = kzalloc(sizeof(*new), GFP_KERNEL);

	if (!new)
		return -ENOMEM;
	link->beacon = new;
	return 0;
}

/* A table that is about to take the old one's place is not seen yet. */
struct table_ok {
	struct wiphy *wiphy;
	struct beacon __rcu *slots[8];
};

struct table_ok *table_alloc_ok(void);

struct table_ok *grow_ok(int slot)
{
	struct table_ok *t = table_alloc_ok();
	struct beacon *b;

	b = rcu_dereference_protected(t->slots[slot], wiphy_is_held(t->wiphy));
	if (!b) {
		b = kzalloc(sizeof(*b), GFP_KERNEL);
		t->slots[slot] = b;
	}
	return t;
}
