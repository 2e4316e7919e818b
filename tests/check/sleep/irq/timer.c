/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A timer's function waits for memory, in a function of another layer that it ends in. */
#include "kernel.h"

struct load {
	struct timer_list timer;
	struct work_struct work;
	void *message;
};

static void load_tell(struct load *l, gfp_t flags)
{
	l->message = kmalloc(32, flags); // step
}

static void load_done(struct load *l)
{
	load_tell(l, GFP_KERNEL); // step
}

static void load_timeout_bad(struct timer_list *timer)
{
	struct load *l = from_timer(l, timer, timer);

	load_done(l); // finds sleep/irq [error, high]: load_done() may sleep in load_timeout_bad(), which runs as a softirq
}

void load_start_bad(struct load *l)
{
	timer_setup(&l->timer, load_timeout_bad, 0); // step
}

struct store {
	struct timer_list timer, again;
	struct work_struct work;
	void *message;
};

static void store_tell(struct store *s, gfp_t flags)
{
	s->message = kmalloc(32, flags);
}

static void store_timeout_ok(struct timer_list *timer)
{
	struct store *s = from_timer(s, timer, timer);

	store_tell(s, GFP_ATOMIC);
	schedule_work(&s->work);
}

/* The work item may. */
static void store_work_ok(struct work_struct *work)
{
	struct store *s = container_of(work, struct store, work);

	store_tell(s, GFP_KERNEL);
	msleep(1);
}

/* It asks first. */
static void store_settle(struct store *s)
{
	if (preempt_count())
		return;
	msleep(1);
}

static void store_again_ok(struct timer_list *timer)
{
	struct store *s = from_timer(s, timer, again);

	store_settle(s);
}

void store_start_ok(struct store *s)
{
	INIT_WORK(&s->work, store_work_ok);
	timer_setup(&s->timer, store_timeout_ok, 0);
	timer_setup(&s->again, store_again_ok, 0);
}
