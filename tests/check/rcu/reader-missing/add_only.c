/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nothing is taken out of the one list, so that a reader can do no harm without a section. */
// run: --all
#include "kernel.h"

struct format {
	struct list_head link;
	int id;
};

struct plugin {
	struct list_head link;
	int id;
};

static LIST_HEAD(formats);
static LIST_HEAD(plugins);
static DEFINE_SPINLOCK(lock);

void format_register(struct format *f)
{
	spin_lock(&lock);
	list_add_rcu(&f->link, &formats);
	spin_unlock(&lock);
}

void plugin_register(struct plugin *p)
{
	spin_lock(&lock);
	list_add_rcu(&p->link, &plugins);
	spin_unlock(&lock);
}

void plugin_unregister(struct plugin *p)
{
	spin_lock(&lock);
	list_del_rcu(&p->link);
	spin_unlock(&lock);
	synchronize_rcu();
}

static int total;

static void formats_print_bad(struct work_struct *work)
{
	struct format *f;

	list_for_each_entry_rcu(f, &formats, link) // finds rcu/reader-missing [note, low]: formats is read
		total += f->id;
}

static void plugins_print_bad(struct work_struct *work)
{
	struct plugin *p;

	list_for_each_entry_rcu(p, &plugins, link) // finds rcu/reader-missing [error, high]: plugins is read
		total += p->id;
}

void print_all(struct work_struct *first, struct work_struct *second)
{
	INIT_WORK(first, formats_print_bad);
	INIT_WORK(second, plugins_print_bad);
}
