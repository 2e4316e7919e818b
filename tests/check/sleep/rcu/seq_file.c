/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What start() of a seq_file opens, show() is inside of. */
#include "kernel.h"

struct seq_file;
struct seq_operations {
	void *(*start)(struct seq_file *m, long *pos);
	void (*stop)(struct seq_file *m, void *v);
	void *(*next)(struct seq_file *m, void *v, long *pos);
	int (*show)(struct seq_file *m, void *v);
};

struct slave {
	struct slave *next;
	char *name;
	long n;
};
struct slave *slave_at(long pos);

static void *rcu_start(struct seq_file *m, long *pos)
{
	rcu_read_lock();
	return slave_at(*pos);
}

static void rcu_stop(struct seq_file *m, void *v)
{
	rcu_read_unlock();
}

static void *next_ok(struct seq_file *m, void *v, long *pos)
{
	struct slave *s = v;

	return s->next;
}

static int show_bad(struct seq_file *m, void *v)
{
	struct slave *s = v;
	char *copy = kmalloc(s->n, GFP_KERNEL); // finds sleep/rcu: in show_bad(), which runs as a task inside an RCU reader

	kfree(copy);
	return 0;
}

static const struct seq_operations bad_ops = {
	.start = rcu_start,
	.next = next_ok,
	.stop = rcu_stop,
	.show = show_bad, // step
};

static struct mutex list_lock;

static void *mutex_start(struct seq_file *m, long *pos)
{
	mutex_lock(&list_lock);
	return slave_at(*pos);
}

static void mutex_stop(struct seq_file *m, void *v)
{
	mutex_unlock(&list_lock);
}

static int show_ok(struct seq_file *m, void *v)
{
	struct slave *s = v;
	char *copy = kmalloc(s->n, GFP_KERNEL);

	kfree(copy);
	return 0;
}

static const struct seq_operations good_ops = {
	.start = mutex_start,
	.next = next_ok,
	.stop = mutex_stop,
	.show = show_ok,
};

const struct seq_operations *ops_ok(int which)
{
	return which ? &bad_ops : &good_ops;
}
