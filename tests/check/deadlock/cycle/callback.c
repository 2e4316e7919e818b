/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A function given as an argument is called under a lock of the function it is given to.
 *
 *   CPU0                            CPU1
 *   for_each_client(report_bad)     report_bad()'s lock held
 *     lock(clients)                 for_each_client()
 *     report_bad()                    lock(clients)
 *       lock(stats)
 */
#include "kernel.h"

struct client {
	struct list_head entry;
	int users;
};

struct hub {
	struct mutex clients_lock, stats_lock;
	struct list_head clients;
	int total;
};

static void for_each_client(struct hub *h, void (*visit)(struct hub *h, struct client *c))
{
	struct client *c;

	mutex_lock(&h->clients_lock); // finds deadlock/cycle: clients_lock -> stats_lock
	list_for_each_entry(c, &h->clients, entry)
		visit(h, c);
	mutex_unlock(&h->clients_lock);
}

static void add_up_bad(struct hub *h, struct client *c)
{
	mutex_lock(&h->stats_lock); // step
	h->total += c->users;
	mutex_unlock(&h->stats_lock);
}

void hub_report(struct hub *h)
{
	for_each_client(h, add_up_bad);
}

static void count_one(struct hub *h, struct client *c)
{
	h->total += c->users;
}

void hub_recount_bad(struct hub *h)
{
	mutex_lock(&h->stats_lock); // step
	for_each_client(h, count_one); // step
	mutex_unlock(&h->stats_lock);
}

/* Callbacks that take nothing, under both locks in one order. */
struct hub_ok {
	struct mutex clients_lock, stats_lock;
	struct list_head clients;
	int total;
};

static void for_each(struct hub_ok *h, void (*visit)(struct hub_ok *h, struct client *c))
{
	struct client *c;

	mutex_lock(&h->clients_lock);
	list_for_each_entry(c, &h->clients, entry)
		visit(h, c);
	mutex_unlock(&h->clients_lock);
}

static void count_ok(struct hub_ok *h, struct client *c)
{
	h->total += c->users;
}

static void forget_ok(struct hub_ok *h, struct client *c)
{
	c->users = 0;
}

void recount_ok(struct hub_ok *h)
{
	mutex_lock(&h->stats_lock);
	for_each(h, count_ok);
	mutex_unlock(&h->stats_lock);
	for_each(h, forget_ok);
}
