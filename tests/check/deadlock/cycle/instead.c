/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An operation that is called where another one of the same table is missing: who has that one is
 * not called here.
 */
#include "kernel.h"

struct thing;
struct thing_ops {
	void (*destroy)(struct thing *thing);
	void (*abort)(struct thing *thing);
};
struct thing {
	const struct thing_ops *ops;
	int state;
};

static DEFINE_MUTEX(registry_lock);
static DEFINE_MUTEX(pool_lock);

static void pool_destroy(struct thing *thing)
{
	mutex_lock(&pool_lock);
	thing->state = 0;
	mutex_unlock(&pool_lock);
}

static void pool_abort(struct thing *thing)
{
	thing->state = 0;
}

static void plain_destroy(struct thing *thing)
{
	thing->state = 1;
}

static const struct thing_ops pool_ops = { .destroy = pool_destroy, .abort = pool_abort };
static const struct thing_ops plain_ops = { .destroy = plain_destroy };

void pool_init(struct thing *thing)
{
	thing->ops = &pool_ops;
}

void plain_init(struct thing *thing)
{
	thing->ops = &plain_ops;
}

static void abort_and_destroy(struct thing *thing)
{
	const struct thing_ops *ops = thing->ops;

	if (ops->abort)
		ops->abort(thing);
	else
		ops->destroy(thing);
}

void create_ok(struct thing *thing)
{
	mutex_lock(&registry_lock);
	abort_and_destroy(thing);
	mutex_unlock(&registry_lock);
}

void pool_grow_ok(void)
{
	mutex_lock(&pool_lock);
	mutex_lock(&registry_lock);
	mutex_unlock(&registry_lock);
	mutex_unlock(&pool_lock);
}

/* Who has no other one is. */
struct part;
struct part_ops {
	void (*destroy)(struct part *part);
	void (*abort)(struct part *part);
};
struct part {
	const struct part_ops *ops;
	int state;
};

static DEFINE_MUTEX(parts_lock);
static DEFINE_MUTEX(store_lock);

static void store_destroy_bad(struct part *part)
{
	mutex_lock(&store_lock); // finds deadlock/cycle: parts_lock -> store_lock -> parts_lock
	part->state = 0;
	mutex_unlock(&store_lock);
}

static void other_destroy(struct part *part)
{
	part->state = 1;
}

static void other_abort(struct part *part)
{
	part->state = 2;
}

static const struct part_ops store_ops = { .destroy = store_destroy_bad };
static const struct part_ops other_ops = { .destroy = other_destroy, .abort = other_abort };

void store_init(struct part *part)
{
	part->ops = &store_ops;
}

void other_init(struct part *part)
{
	part->ops = &other_ops;
}

static void abort_part(struct part *part)
{
	if (part->ops->abort)
		part->ops->abort(part);
	else
		part->ops->destroy(part); // step
}

void part_create_bad(struct part *part)
{
	mutex_lock(&parts_lock); // step
	abort_part(part); // step
	mutex_unlock(&parts_lock);
}

void store_grow_bad(void)
{
	mutex_lock(&store_lock); // step
	mutex_lock(&parts_lock); // step
	mutex_unlock(&parts_lock);
	mutex_unlock(&store_lock);
}
