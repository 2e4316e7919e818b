/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Notifiers of atomic chains, registered in an object, and functions of atomic iterators. */
#include "kernel.h"

struct notifier_block {
	int (*notifier_call)(struct notifier_block *nb, unsigned long action, void *data);
	struct notifier_block *next;
	int priority;
};
struct atomic_notifier_head {
	spinlock_t lock;
	struct notifier_block *head;
};
struct blocking_notifier_head {
	struct rw_semaphore rwsem;
	struct notifier_block *head;
};
int atomic_notifier_chain_register(struct atomic_notifier_head *nh, struct notifier_block *nb);
int blocking_notifier_chain_register(struct blocking_notifier_head *nh, struct notifier_block *nb);
int register_netevent_notifier(struct notifier_block *nb);

struct atomic_notifier_head events;
struct blocking_notifier_head changes;

struct router {
	struct notifier_block nb;
	struct notifier_block slow_nb;
	void *work;
};

static int event_bad(struct notifier_block *nb, unsigned long action, void *data)
{
	void **work = data;

	*work = kmalloc(action, GFP_KERNEL); // finds sleep/irq [error, high]: event_bad(), which runs as a notifier of an atomic chain
	return 0;
}

static int event_ok(struct notifier_block *nb, unsigned long action, void *data)
{
	void **work = data;

	*work = kmalloc(action, GFP_ATOMIC);
	return 0;
}

/* The chain's callers hold an rwsem. */
static int change_ok(struct notifier_block *nb, unsigned long action, void *data)
{
	void **work = data;

	*work = kmalloc(action, GFP_KERNEL);
	return 0;
}

static struct notifier_block good_nb = { .notifier_call = event_ok };

void router_init_ok(struct router *r)
{
	r->nb.notifier_call = event_bad;
	register_netevent_notifier(&r->nb); // step
	register_netevent_notifier(&good_nb);
	r->slow_nb.notifier_call = change_ok;
	blocking_notifier_chain_register(&changes, &r->slow_nb);
}

/* A driver's own helper around a chain of its own. */
static int panel_bad(struct notifier_block *nb, unsigned long action, void *data)
{
	msleep(10); // finds sleep/irq: msleep() may sleep in panel_bad(), which runs as a notifier of an atomic chain
	return 0;
}

static struct notifier_block panel_nb = { .notifier_call = panel_bad };

static int panel_register(struct notifier_block *nb)
{
	return atomic_notifier_chain_register(&events, nb);
}

int panel_init_ok(void)
{
	return panel_register(&panel_nb);
}

struct hw;
struct station;
void ieee80211_iterate_stations_atomic(struct hw *hw, void (*fn)(void *, struct station *),
				       void *data);

struct card {
	struct mutex lock;
	int n;
};

static void count_bad(void *data, struct station *sta)
{
	struct card *c = data;

	mutex_lock(&c->lock); // finds sleep/irq: mutex_lock() may sleep in count_bad()
	c->n++;
	mutex_unlock(&c->lock);
}

static void count_ok(void *data, struct station *sta)
{
	struct card *c = data;

	c->n++;
}

void card_count_ok(struct hw *hw, struct card *c)
{
	ieee80211_iterate_stations_atomic(hw, count_bad, c);
	ieee80211_iterate_stations_atomic(hw, count_ok, c);
}
