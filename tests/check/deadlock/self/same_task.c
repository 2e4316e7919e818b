/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a task has is the same for all that it calls: current->mm, current->journal_info. */
#include "kernel.h"

struct space {
	struct mutex lock;
};

struct task {
	struct space *mm;
	void *journal_info;
};

struct task *get_current(void);

void space_change(struct space *mm);

static void task_change(void)
{
	mutex_lock(&get_current()->mm->lock);
	space_change(get_current()->mm);
	mutex_unlock(&get_current()->mm->lock);
}

void task_change_bad(void)
{
	mutex_lock(&get_current()->mm->lock);
	task_change(); // finds deadlock/self [error, high]: space->lock is taken
	mutex_unlock(&get_current()->mm->lock);
}

void other_change_ok(struct task *other)
{
	mutex_lock(&get_current()->mm->lock);
	mutex_unlock(&get_current()->mm->lock);
	task_change();
	space_change(other->mm);
}

/* A transaction inside another one of the same task is part of that. */
struct journal {
	struct mutex barrier;
};

struct handle {
	struct journal *journal;
	int nested;
};

struct handle *handle_new(struct journal *j);
void handle_free(struct handle *h);

struct handle *journal_start(struct journal *j)
{
	struct handle *h = get_current()->journal_info;

	if (h) {
		h->nested++;
		return h;
	}
	h = handle_new(j);
	if (!h)
		return NULL;
	mutex_lock(&j->barrier);
	get_current()->journal_info = h;
	return h;
}

static void journal_log(struct journal *j)
{
	struct handle *h = journal_start(j);

	if (h)
		h->nested--;
}

int journal_change_ok(struct journal *j)
{
	struct handle *h = journal_start(j);

	if (!h)
		return -12;
	journal_log(j);
	get_current()->journal_info = NULL;
	mutex_unlock(&j->barrier);
	handle_free(h);
	return 0;
}

/* Without that it waits for itself. */
struct log {
	struct mutex barrier;
	int n;
};

static void log_note(struct log *l)
{
	mutex_lock(&l->barrier);
	l->n++;
	mutex_unlock(&l->barrier);
}

int log_change_bad(struct log *l)
{
	get_current()->journal_info = l;
	mutex_lock(&l->barrier);
	log_note(l); // finds deadlock/self: log->barrier is taken
	mutex_unlock(&l->barrier);
	get_current()->journal_info = NULL;
	return 0;
}

/* A lock with an owner, who may come again. */
struct port {
	struct mutex lock;
	struct task *owner;
	int users;
};

static void port_use(struct port *p)
{
	if (p->owner == get_current()) {
		p->users++;
		return;
	}
	mutex_lock(&p->lock);
	p->users++;
	mutex_unlock(&p->lock);
}

void port_use_twice_ok(struct port *p)
{
	mutex_lock(&p->lock);
	p->owner = get_current();
	port_use(p);
	p->owner = NULL;
	mutex_unlock(&p->lock);
}

/* The fault handler gives the lock up when it says so; here nobody knows what the bit means. */
#define RETRY 4

struct area {
	struct mutex lock;
	int (*fault)(struct area *a);
};

static int area_fault(struct area *a, int may_retry)
{
	if (!may_retry)
		return a->fault(a);
	mutex_unlock(&a->lock);
	return RETRY | a->fault(a);
}

static void area_fixup(struct area *a, int may_retry)
{
	int ret = area_fault(a, may_retry);

	if (ret & RETRY)
		mutex_lock(&a->lock);
}

void area_touch_ok(struct area *a, int may_retry)
{
	mutex_lock(&a->lock);
	area_fixup(a, may_retry);
	mutex_unlock(&a->lock);
}
