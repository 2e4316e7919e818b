/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A way from one lock to another that leads through the function again that took the first: it
 * would take that again on the way, and never gets so far.
 */
#include "kernel.h"

static DEFINE_MUTEX(all_mutex);

struct id {
	struct list_head list, listeners;
	struct mutex mutex;
	int device;
};

static int listen_on_all_ok(struct id *id);

static int listen_ok(struct id *id)
{
	if (!id->device)
		return listen_on_all_ok(id);
	return 0;
}

static void cancel_ok(struct id *id)
{
	struct id *l;

	list_for_each_entry(l, &id->listeners, list) {
		mutex_lock(&l->mutex);
		l->device = 0;
		mutex_unlock(&l->mutex);
	}
}

static int listen_on_all_ok(struct id *id)
{
	int err;

	mutex_lock(&all_mutex); // wrongly deadlock/self
	err = listen_ok(id);
	mutex_unlock(&all_mutex);
	if (err)
		cancel_ok(id);
	return err;
}

int id_listen_ok(struct id *id)
{
	return listen_ok(id);
}

void id_resolve_ok(struct id *id)
{
	mutex_lock(&id->mutex);
	mutex_lock(&all_mutex);
	id->device = 1;
	mutex_unlock(&all_mutex);
	mutex_unlock(&id->mutex);
}
