/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two objects of one class, in an order that is told: by addresses and a subclass, or a function. */
#include "kernel.h"

struct node {
	struct mutex lock;
	int value;
};

void node_init(struct node *n)
{
	mutex_init(&n->lock);
}

void node_swap_bad(struct node *a, struct node *b)
{
	mutex_lock(&a->lock);
	mutex_lock(&b->lock); // finds deadlock/self [warning, medium]
	swap(a->value, b->value);
	mutex_unlock(&b->lock);
	mutex_unlock(&a->lock);
}

/* By address, and the inner one with a subclass, as lockdep wants it. */
struct leaf {
	struct mutex lock;
	int value;
};

void leaf_init(struct leaf *l)
{
	mutex_init(&l->lock);
}

void leaf_swap_ok(struct leaf *a, struct leaf *b)
{
	if (a > b)
		swap(a, b);
	mutex_lock(&a->lock);
	mutex_lock_nested(&b->lock, SINGLE_DEPTH_NESTING);
	swap(a->value, b->value);
	mutex_unlock(&b->lock);
	mutex_unlock(&a->lock);
}

void leaf_move_ok(struct leaf *a, struct leaf *b)
{
	if (a < b) {
		mutex_lock(&a->lock);
		mutex_lock_nested(&b->lock, SINGLE_DEPTH_NESTING);
	} else {
		mutex_lock(&b->lock);
		mutex_lock_nested(&a->lock, SINGLE_DEPTH_NESTING);
	}
	b->value += a->value;
	mutex_unlock(&a->lock);
	mutex_unlock(&b->lock);
}

/* A function of the kernel's tells lockdep which one comes first. */
struct page {
	struct mutex lock;
	int level;
};

static int page_cmp(const struct lockdep_map *a, const struct lockdep_map *b)
{
	return container_of(b, struct page, lock.dep_map)->level -
	       container_of(a, struct page, lock.dep_map)->level;
}

void page_init_ok(struct page *p)
{
	mutex_init(&p->lock);
	lock_set_cmp_fn(&p->lock, page_cmp, NULL);
}

void page_split_ok(struct page *parent, struct page *child)
{
	mutex_lock(&parent->lock);
	mutex_lock(&child->lock);
	child->level = parent->level - 1;
	mutex_unlock(&child->lock);
	mutex_unlock(&parent->lock);
}

/* It does not judge one that is taken twice. */
struct slot {
	struct mutex lock;
	int level;
};

static int slot_cmp(const struct lockdep_map *a, const struct lockdep_map *b)
{
	return a < b ? -1 : 1;
}

void slot_init(struct slot *s)
{
	mutex_init(&s->lock);
	lock_set_cmp_fn(&s->lock, slot_cmp, NULL);
}

void slot_twice_bad(struct slot *s)
{
	mutex_lock(&s->lock); // step
	mutex_lock(&s->lock); // finds deadlock/self
	s->level++;
	mutex_unlock(&s->lock);
}
