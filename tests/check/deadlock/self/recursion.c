/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions that call each other in a circle, and a lock that some of them hold meanwhile: what
 * ends a listener ends those that it made, and takes the list's lock to do so.
 */
#include "kernel.h"

static DEFINE_MUTEX(list_mutex);

struct id {
	struct list_head list, listeners;
	struct mutex mutex;
	int state;
	void *device;
};

void id_destroy(struct id *id);

static void __id_cancel(struct id *id)
{
	struct id *l;

	list_for_each_entry(l, &id->listeners, list) {
		id_destroy(l); // step
	}
}

static void id_cancel_bad(struct id *id)
{
	mutex_lock(&list_mutex); // finds deadlock/self: list_mutex is taken while the same task
				 // holds it
	__id_cancel(id);	 // step
	mutex_unlock(&list_mutex);
}

static void id_release(struct id *id)
{
	mutex_lock(&list_mutex);
	id->device = NULL;
	mutex_unlock(&list_mutex);
}

void id_destroy(struct id *id)
{
	if (id->state == 1)
		id_cancel_bad(id);
	if (id->device)
		id_release(id);
}

/* One of many functions that do so is told. */
void id_remove_bad(struct id *id)
{
	mutex_lock(&list_mutex);
	id->state = 0;
	id_destroy(id); // misses deadlock/self: list_mutex is taken while the same task holds it
	mutex_unlock(&list_mutex);
}

/* The one that nobody would believe does not hide the other. */
static DEFINE_MUTEX(entry_mutex);

static void entry_change(int *entry, bool locked)
{
	if (!locked) {
		mutex_lock(&entry_mutex); // step
		*entry = 1;
		mutex_unlock(&entry_mutex);
	}
}

static void entry_note(int *entry, bool locked)
{
	entry_change(entry, locked);
}

void a_entry_scan_ok(int *entry)
{
	mutex_lock(&entry_mutex);
	entry_note(entry, true);
	mutex_unlock(&entry_mutex);
}

void entry_remove_bad(int *entry)
{
	mutex_lock(&entry_mutex); // step
	entry_change(entry, false); // finds deadlock/self: entry_mutex is taken while the same task holds it
	mutex_unlock(&entry_mutex);
}

/* The same, but that it is given up around the call. */
static DEFINE_MUTEX(kept_mutex);

struct kept {
	struct list_head list, listeners;
	int state;
	void *device;
};

void kept_destroy_ok(struct kept *k);

static void __kept_cancel_ok(struct kept *k)
{
	struct kept *l;

	lockdep_assert_held(&kept_mutex);
	list_for_each_entry(l, &k->listeners, list) {
		mutex_unlock(&kept_mutex);
		kept_destroy_ok(l);
		mutex_lock(&kept_mutex);
	}
}

static void kept_cancel_ok(struct kept *k)
{
	mutex_lock(&kept_mutex);
	__kept_cancel_ok(k);
	mutex_unlock(&kept_mutex);
}

static void kept_release_ok(struct kept *k)
{
	mutex_lock(&kept_mutex);
	k->device = NULL;
	mutex_unlock(&kept_mutex);
}

void kept_destroy_ok(struct kept *k)
{
	if (k->state == 1)
		kept_cancel_ok(k);
	if (k->device)
		kept_release_ok(k);
}
