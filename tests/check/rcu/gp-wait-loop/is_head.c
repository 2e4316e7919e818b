/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The iterator asks a function whether it has come to the head again, as it does since 6.0. */
#include "kernel.h"

struct route {
	struct list_head link;
	int users;
};

static inline int list_is_head(const struct list_head *list, const struct list_head *head)
{
	return list == head;
}

#define for_each_route(r, next, head)                                                              \
	for (r = list_first_entry(head, struct route, link),                                       \
	    next = list_first_entry(&r->link, struct route, link);                                 \
	     !list_is_head(&r->link, (head));                                                      \
	     r = next, next = list_first_entry(&next->link, struct route, link))

void route_gone(struct route *r);

void flush_bad(struct list_head *gone)
{
	struct route *r, *next;

	for_each_route(r, next, gone) {
		synchronize_rcu(); // finds rcu/gp-wait-loop: synchronize_rcu() waits
		route_gone(r);
	}
}

void flush_ok(struct list_head *gone)
{
	struct route *r, *next;

	synchronize_rcu();
	for_each_route(r, next, gone)
		route_gone(r);
}

/* One element, as often as it takes. */
void settle_ok(struct list_head *gone)
{
	struct route *r = list_first_entry(gone, struct route, link);

	while (!list_is_head(&r->link, gone))
		synchronize_rcu();
}
