/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions that a wait queue calls instead of waking a task. */
#include "kernel.h"

struct wait_entry {
	int (*func)(struct wait_entry *entry);
};

void init_waitqueue_func_entry(struct wait_entry *entry, int (*func)(struct wait_entry *entry));

struct event {
	struct mutex lock;
	struct wait_entry wait;
	struct work_struct work;
	int raised;
};

static int event_wake_bad(struct wait_entry *entry)
{
	struct event *event = container_of(entry, struct event, wait);

	mutex_lock(&event->lock); // finds sleep/atomic: runs as a task with interrupts off
	event->raised++;
	mutex_unlock(&event->lock);
	return 0;
}

static void event_work_ok(struct work_struct *work)
{
	struct event *event = container_of(work, struct event, work);

	mutex_lock(&event->lock);
	event->raised++;
	mutex_unlock(&event->lock);
}

static int event_wake_ok(struct wait_entry *entry)
{
	schedule_work(&container_of(entry, struct event, wait)->work);
	return 0;
}

void event_init(struct event *event, int defer)
{
	mutex_init(&event->lock);
	INIT_WORK(&event->work, event_work_ok);
	init_waitqueue_func_entry(&event->wait, defer ? event_wake_ok : event_wake_bad);
}
