/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An object that is a part of a larger one: a method that takes it out of one of another type is
 * not what is called for it.
 *
 *   destroy(&t->obj)  ->  obj->ops->destroy(obj)  ->  not domain_destroy(), whose objects are
 *                                                     struct domain's
 */
#include "kernel.h"

struct obj;
struct obj_ops {
	void (*destroy)(struct obj *obj);
};
struct obj {
	const struct obj_ops *ops;
};

struct table {
	struct obj obj;
	struct mutex table_lock;
	int users;
};
struct domain {
	struct obj obj;
	struct mutex domain_lock;
	struct table *table;
};

static void table_destroy(struct obj *obj)
{
	struct table *t = container_of(obj, struct table, obj);

	t->users = 0;
}

static void domain_destroy(struct obj *obj)
{
	struct domain *d = container_of(obj, struct domain, obj);

	mutex_lock(&d->domain_lock);
	d->table = NULL;
	mutex_unlock(&d->domain_lock);
}

static const struct obj_ops table_ops = { .destroy = table_destroy };
static const struct obj_ops domain_ops = { .destroy = domain_destroy };

void table_init(struct table *t)
{
	t->obj.ops = &table_ops;
}

void domain_init(struct domain *d)
{
	d->obj.ops = &domain_ops;
}

static void destroy(struct obj *obj)
{
	obj->ops->destroy(obj);
}

void table_put_ok(struct table *t)
{
	mutex_lock(&t->table_lock);
	destroy(&t->obj);
	mutex_unlock(&t->table_lock);
}

void domain_attach_ok(struct domain *d)
{
	mutex_lock(&d->domain_lock);
	mutex_lock(&d->table->table_lock);
	mutex_unlock(&d->table->table_lock);
	mutex_unlock(&d->domain_lock);
}

/* The same with objects of the right type. */
struct node {
	const struct node_ops *ops;
};
struct node_ops {
	void (*release)(struct node *node);
};
struct leaf {
	struct node node;
	struct mutex leaf_lock;
};
struct branch {
	struct node node;
	struct mutex branch_lock;
	struct leaf *leaf;
};

static DEFINE_MUTEX(tree_lock);

static void leaf_release_bad(struct node *node)
{
	struct leaf *l = container_of(node, struct leaf, node);

	mutex_lock(&l->leaf_lock); // finds deadlock/cycle: tree_lock -> leaf_lock -> tree_lock
	l->node.ops = NULL;
	mutex_unlock(&l->leaf_lock);
}

static void branch_release(struct node *node)
{
	struct branch *b = container_of(node, struct branch, node);

	b->leaf = NULL;
}

static const struct node_ops leaf_ops = { .release = leaf_release_bad };
static const struct node_ops branch_ops = { .release = branch_release };

void leaf_init(struct leaf *l)
{
	l->node.ops = &leaf_ops;
}

void branch_init(struct branch *b)
{
	b->node.ops = &branch_ops;
}

static void release(struct node *node)
{
	node->ops->release(node); // step
}

void branch_prune_bad(struct branch *b)
{
	mutex_lock(&tree_lock); // step
	release(&b->leaf->node); // step
	mutex_unlock(&tree_lock);
}

void leaf_move_bad(struct leaf *l)
{
	mutex_lock(&l->leaf_lock); // step
	mutex_lock(&tree_lock); // step
	mutex_unlock(&tree_lock);
	mutex_unlock(&l->leaf_lock);
}
