/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What start() of a seq_file has taken, show() may give up in order to sleep. */
#include "kernel.h"

struct seq_file;

struct seq_operations {
	void *(*start)(struct seq_file *m, long long *pos);
	void (*stop)(struct seq_file *m, void *v);
	void *(*next)(struct seq_file *m, void *v, long long *pos);
	int (*show)(struct seq_file *m, void *v);
};

struct item {
	struct mutex mutex;
	int n;
};

static DEFINE_SPINLOCK(items_lock);
static struct item *items[4];

static void *items_start_ok(struct seq_file *m, long long *pos)
{
	spin_lock(&items_lock);
	return items[*pos];
}

static void *items_next_ok(struct seq_file *m, void *v, long long *pos)
{
	return items[++*pos];
}

static void items_stop_ok(struct seq_file *m, void *v)
{
	spin_unlock(&items_lock);
}

static int items_show_ok(struct seq_file *m, void *v)
{
	struct item *item = v;

	spin_unlock(&items_lock);
	mutex_lock(&item->mutex);
	item->n++;
	mutex_unlock(&item->mutex);
	spin_lock(&items_lock);
	return 0;
}

const struct seq_operations items_ops = {
	.start = items_start_ok,
	.next = items_next_ok,
	.stop = items_stop_ok,
	.show = items_show_ok,
};

static DEFINE_SPINLOCK(parts_lock);

static void *parts_start_ok(struct seq_file *m, long long *pos)
{
	spin_lock(&parts_lock);
	return items[*pos];
}

static void parts_stop_ok(struct seq_file *m, void *v)
{
	spin_unlock(&parts_lock);
}

static int parts_show_bad(struct seq_file *m, void *v)
{
	msleep(1); // finds sleep/atomic: parts_show_bad(), which runs as a task with preemption off
	return 0;
}

const struct seq_operations parts_ops = {
	.start = parts_start_ok,
	.next = items_next_ok,
	.stop = parts_stop_ok,
	.show = parts_show_bad,
};
