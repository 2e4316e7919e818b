/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an initializer leaves out is zero, and who is handed the structure asks for it. */
#include "kernel.h"

struct info {
	const char *name;
	int length;
	int in_inode;
};

struct search {
	int not_found;
};

struct node {
	struct mutex xattr, inode;
	int found;
};

static int node_find(struct node *n, struct info *i, struct search *s)
{
	s->not_found = !i->name || n->found != i->length;
	return n->found;
}

static void node_set(struct node *n, struct info *i, struct search *s)
{
	if (i->in_inode) {
		mutex_lock(&n->inode);
		mutex_unlock(&n->inode);
	}
	n->found = s->not_found;
}

void node_update_ok(struct node *n, int length)
{
	struct search s = {};
	struct info i = { .name = "data" };

	mutex_lock(&n->xattr);
	if (!node_find(n, &i, &s)) {
		i.length = length;
		node_set(n, &i, &s);
	}
	mutex_unlock(&n->xattr);
}

void node_truncate_ok(struct node *n)
{
	mutex_lock(&n->inode);
	mutex_lock(&n->xattr);
	mutex_unlock(&n->xattr);
	mutex_unlock(&n->inode);
}

struct other {
	struct mutex xattr, inode;
	int found;
};

static void other_set(struct other *o, struct info *i)
{
	if (i->in_inode) {
		mutex_lock(&o->inode); // finds deadlock/cycle: other->inode and other->xattr
		mutex_unlock(&o->inode);
	}
}

void other_update_bad(struct other *o, int length)
{
	struct info i = { .name = "data", .in_inode = 1 };

	mutex_lock(&o->xattr); // step
	i.length = length;
	other_set(o, &i); // step
	mutex_unlock(&o->xattr);
}

void other_truncate_bad(struct other *o)
{
	mutex_lock(&o->inode); // step
	mutex_lock(&o->xattr); // step
	mutex_unlock(&o->xattr);
	mutex_unlock(&o->inode);
}
