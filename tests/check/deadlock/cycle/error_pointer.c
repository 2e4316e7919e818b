/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A function that returns its object locked, or an error that nobody says is negative: "if (ret)
 * return ERR_PTR(ret)". Who calls it has the lock where the object is none.
 */
#include "kernel.h"

struct disk {
	struct mutex space;
};

struct node {
	int number;
};

struct file_node {
	struct mutex sem;
	struct node node;
	int mode;
};

struct node *file_alloc(struct disk *d);
int file_setup(struct file_node *f);

/* And it is the file's node that it returns. */
static struct node *file_new(struct disk *d)
{
	struct node *n = file_alloc(d);
	struct file_node *f;
	int ret;

	if (!n)
		return ERR_PTR(-ENOMEM);
	f = container_of(n, struct file_node, node);
	mutex_init(&f->sem);
	mutex_lock(&f->sem); // step
	ret = file_setup(f);
	if (ret) {
		mutex_unlock(&f->sem);
		return ERR_PTR(ret);
	}
	return n;
}

int file_make_bad(struct disk *d)
{
	struct node *n = file_new(d); // step
	struct file_node *f;

	if (IS_ERR(n))
		return PTR_ERR(n);
	f = container_of(n, struct file_node, node);
	mutex_lock(&d->space); // finds deadlock/cycle: taken in both orders
	f->mode++;
	mutex_unlock(&d->space);
	mutex_unlock(&f->sem);
	return 0;
}

int file_change_bad(struct disk *d, struct file_node *f)
{
	mutex_lock(&d->space); // step
	mutex_lock(&f->sem);   // step
	f->mode++;
	mutex_unlock(&f->sem);
	mutex_unlock(&d->space);
	return 0;
}

struct disk2 {
	struct mutex space;
};

struct node2 {
	struct mutex sem;
	int mode;
};

struct node2 *node2_alloc(struct disk2 *d);
int node2_setup(struct node2 *f);

static struct node2 *node2_new(struct disk2 *d)
{
	struct node2 *f = node2_alloc(d);
	int ret;

	if (!f)
		return ERR_PTR(-ENOMEM);
	mutex_init(&f->sem);
	mutex_lock(&f->sem);
	ret = node2_setup(f);
	if (ret) {
		mutex_unlock(&f->sem);
		return ERR_PTR(ret);
	}
	return f;
}

int node2_make_ok(struct disk2 *d)
{
	struct node2 *f = node2_new(d);

	if (IS_ERR(f))
		return PTR_ERR(f);
	mutex_unlock(&f->sem);
	mutex_lock(&d->space);
	f->mode++;
	mutex_unlock(&d->space);
	return 0;
}

int node2_change_ok(struct disk2 *d, struct node2 *f)
{
	mutex_lock(&d->space);
	mutex_lock(&f->sem);
	f->mode++;
	mutex_unlock(&f->sem);
	mutex_unlock(&d->space);
	return 0;
}
