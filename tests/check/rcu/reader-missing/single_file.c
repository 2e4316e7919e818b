/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Item 9: a file of one record is shown to a task with nothing around it. */
#include "kernel.h"

struct file;
struct inode;
struct seq_file;
struct proc_dir_entry;
typedef unsigned short umode_t;

int single_open(struct file *file, int (*show)(struct seq_file *m, void *v), void *data);
struct proc_dir_entry *proc_create_net_single(const char *name, umode_t mode,
					      struct proc_dir_entry *parent,
					      int (*show)(struct seq_file *m, void *v), void *data);
void seq_printf(struct seq_file *m, const char *format, ...);

struct table {
	struct list_head link;
	int id;
};

static LIST_HEAD(tables);

static int tables_show_bad(struct seq_file *m, void *v)
{
	struct table *t;

	list_for_each_entry_rcu(t, &tables, link) // finds rcu/reader-missing [error, high]: tables is read outside of any RCU reader
		seq_printf(m, "%d\n", t->id);
	return 0;
}

static int tables_show_ok(struct seq_file *m, void *v)
{
	struct table *t;

	rcu_read_lock();
	list_for_each_entry_rcu(t, &tables, link)
		seq_printf(m, "%d\n", t->id);
	rcu_read_unlock();
	return 0;
}

static int tables_file_open(struct inode *inode, struct file *file)
{
	return single_open(file, tables_show_bad, NULL);
}

int tables_init(void)
{
	return proc_create_net_single("tables", 0444, NULL, tables_show_ok, NULL) ? 0 : -ENOMEM;
}

struct route {
	struct list_head link;
	int id;
};

static LIST_HEAD(routes);

static int routes_show_bad(struct seq_file *m, void *v)
{
	struct route *r;

	list_for_each_entry_rcu(r, &routes, link) // finds rcu/reader-missing [error, high]: routes is read outside of any RCU reader
		seq_printf(m, "%d\n", r->id);
	return 0;
}

int routes_init(void)
{
	return proc_create_net_single("routes", 0444, NULL, routes_show_bad, NULL) ? 0 : -ENOMEM;
}

int (*const tables_open)(struct inode *inode, struct file *file) = tables_file_open;
