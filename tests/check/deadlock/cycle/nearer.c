/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two functions hold the same lock when they call. What the first one calls would take the other
 * lock, but not with that flag; what the second one calls does. The first hides the second, as
 * both lead to the same dependency.
 */
#include "kernel.h"

struct file {
	spinlock_t lock;
	int state;
};

struct list {
	spinlock_t lock;
	struct file *file;
};

static void file_change_bad(struct file *f, bool locked)
{
	if (!locked) {
		spin_lock(&f->lock); // finds deadlock/cycle [error, high]: file->lock and list->lock are taken in both orders
		f->state = 1;
		spin_unlock(&f->lock);
	}
}

static void file_note(struct file *f, bool locked)
{
	file_change_bad(f, locked);
}

void a_list_scan_ok(struct list *l)
{
	spin_lock(&l->lock);
	file_note(l->file, true);
	spin_unlock(&l->lock);
}

void list_break(struct list *l)
{
	spin_lock(&l->lock); // step
	file_change_bad(l->file, false); // step
				// -> file->lock
	spin_unlock(&l->lock);
}

void list_check(struct list *l)
{
	spin_lock(&l->file->lock); // step
	spin_lock(&l->lock);	   // step
	spin_unlock(&l->lock);
	spin_unlock(&l->file->lock);
}

struct inode {
	spinlock_t lock;
	int state;
};

struct table {
	spinlock_t lock;
	struct inode *inode;
};

static void inode_change(struct inode *i, bool locked)
{
	if (!locked) {
		spin_lock(&i->lock);
		i->state = 1;
		spin_unlock(&i->lock);
	}
}

void table_scan_ok(struct table *t)
{
	spin_lock(&t->lock);
	inode_change(t->inode, true);
	spin_unlock(&t->lock);
}

void table_check_ok(struct table *t)
{
	spin_lock(&t->inode->lock);
	spin_lock(&t->lock);
	spin_unlock(&t->lock);
	spin_unlock(&t->inode->lock);
}

void inode_touch_ok(struct inode *i)
{
	inode_change(i, false);
}
