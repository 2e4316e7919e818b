/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Elements in order: one that is put behind another one is on the same list as that one. */
#include "kernel.h"

struct chip {
	struct list_head list;
	int base;
};

static LIST_HEAD(chips);
static DEFINE_MUTEX(chips_lock);
static struct srcu_struct chips_srcu;

int chip_find(int base)
{
	struct chip *c;
	int found = 0, idx = srcu_read_lock(&chips_srcu);

	list_for_each_entry_srcu(c, &chips, list, srcu_read_lock_held(&chips_srcu)) // step
		found |= c->base == base;
	srcu_read_unlock(&chips_srcu, idx);
	return found;
}

void chip_add(struct chip *new, struct chip *prev)
{
	mutex_lock(&chips_lock);
	if (prev)
		list_add_rcu(&new->list, &prev->list);
	else
		list_add_rcu(&new->list, &chips);
	mutex_unlock(&chips_lock);
}

void chip_remove_bad(struct chip *c)
{
	mutex_lock(&chips_lock);
	list_del_init(&c->list); // finds rcu/list-variant [warning, high]: list_del_init() on struct chip.list
	mutex_unlock(&chips_lock);
	synchronize_srcu(&chips_srcu);
}

void chip_remove_ok(struct chip *c)
{
	mutex_lock(&chips_lock);
	list_del_rcu(&c->list);
	mutex_unlock(&chips_lock);
	synchronize_srcu(&chips_srcu);
}

/* A kind of element that is on a list of its owner, too. */

struct line {
	struct list_head list;
	int number;
};

static LIST_HEAD(lines);
static LIST_HEAD(idle_lines);
static DEFINE_MUTEX(lines_lock);

int line_find_ok(int number)
{
	struct line *l;
	int found = 0;

	rcu_read_lock();
	list_for_each_entry_rcu(l, &lines, list)
		found |= l->number == number;
	rcu_read_unlock();
	return found;
}

void line_add_ok(struct line *new, struct line *prev)
{
	mutex_lock(&lines_lock);
	list_add_rcu(&new->list, prev ? &prev->list : &lines);
	mutex_unlock(&lines_lock);
}

void line_idle_ok(struct line *l)
{
	mutex_lock(&lines_lock);
	list_add(&l->list, &idle_lines);
	mutex_unlock(&lines_lock);
}

void line_wake_ok(struct line *l)
{
	mutex_lock(&lines_lock);
	list_del_init(&l->list);
	mutex_unlock(&lines_lock);
}
