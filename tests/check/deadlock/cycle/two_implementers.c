/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The halves go through different implementations of one operation, and so does the way back to
 * the lock that is held. Which one an object has is not known: never sure.
 */
#include "kernel.h"

struct sink;

struct sink_ops {
	void (*push)(struct sink *s);
	void (*flush)(struct sink *s);
};

struct sink {
	const struct sink_ops *ops;
	struct mutex meter, pages;
};

static void meter_push(struct sink *s)
{
	mutex_lock(&s->meter); // finds deadlock/cycle [warning, medium]: pages -> meter -> pages
	mutex_unlock(&s->meter);
}

static void page_push(struct sink *s)
{
	mutex_lock(&s->pages); // step
	mutex_unlock(&s->pages);
}

static const struct sink_ops meter_ops = { .push = meter_push };
static const struct sink_ops page_ops = { .push = page_push };

void sink_setup(struct sink *s, bool pages)
{
	s->ops = pages ? &page_ops : &meter_ops;
}

void account_bad(struct sink *s)
{
	mutex_lock(&s->pages); // step
	s->ops->push(s); // finds deadlock/self [warning, medium]
	mutex_unlock(&s->pages);
}

void measure_bad(struct sink *s)
{
	mutex_lock(&s->meter); // step
	s->ops->push(s); // finds deadlock/self [warning, medium]
	mutex_unlock(&s->meter);
}
