/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What kind of event it is, is written into it just before it is handled: what is done for other
 * kinds is not done then.
 */
#include "kernel.h"

enum event_type { EVENT_CONNECT = 1, EVENT_RESOLVED };

struct event {
	enum event_type type;
	int status;
};

static DEFINE_MUTEX(listen_lock);
static DEFINE_MUTEX(handler_lock);
static int backlog;

static int on_connect_bad(void)
{
	mutex_lock(&listen_lock); // finds deadlock/cycle [error, high]: handler_lock -> listen_lock -> handler_lock
	backlog++;
	mutex_unlock(&listen_lock);
	return 0;
}

static int handle(struct event *event)
{
	if (event->type == EVENT_CONNECT)
		return on_connect_bad(); // step
	return event->status;
}

int connected_bad(int status)
{
	struct event event = { .status = status };
	int ret;

	event.type = EVENT_CONNECT;
	mutex_lock(&handler_lock); // step
	ret = handle(&event); // step
	mutex_unlock(&handler_lock);
	return ret;
}

void listen_bad(void)
{
	mutex_lock(&listen_lock); // step
	mutex_lock(&handler_lock); // step
	backlog = 0;
	mutex_unlock(&handler_lock);
	mutex_unlock(&listen_lock);
}

static DEFINE_MUTEX(accept_lock);
static DEFINE_MUTEX(path_lock);

static int on_accept(void)
{
	mutex_lock(&accept_lock);
	backlog--;
	mutex_unlock(&accept_lock);
	return 0;
}

static int handle_path(struct event *event)
{
	if (event->type == EVENT_CONNECT)
		return on_accept();
	return event->status;
}

int set_path_ok(int status)
{
	struct event event = { .status = status };
	int ret;

	event.type = EVENT_RESOLVED;
	mutex_lock(&path_lock);
	ret = handle_path(&event);
	mutex_unlock(&path_lock);
	return ret;
}

void accept_ok(void)
{
	mutex_lock(&accept_lock);
	mutex_lock(&path_lock);
	backlog = 0;
	mutex_unlock(&path_lock);
	mutex_unlock(&accept_lock);
}

/* One way cannot be gone; another one from the same function, as long, can. */
struct device_state {
	struct mutex state_lock;
	int state;
};

static DEFINE_MUTEX(handlers_lock);

static void disconnect_bad(void)
{
	mutex_lock(&handlers_lock); // finds deadlock/cycle: state_lock -> handlers_lock -> state_lock
	mutex_unlock(&handlers_lock);
}

static void unregister(void)
{
	disconnect_bad(); // step
}

static void unregister_all(void)
{
	unregister(); // step
}

static void destroy(struct device_state *d)
{
	if (d->state == EVENT_RESOLVED)
		unregister_all(); // step
	d->state = 0;
}

static int create(struct device_state *d)
{
	d->state = EVENT_CONNECT;
	if (backlog) {
		destroy(d);
		return -EINVAL;
	}
	return 0;
}

int control_bad(struct device_state *d, int command)
{
	int ret = 0;

	mutex_lock(&d->state_lock); // step
	if (command)
		ret = create(d);
	else
		destroy(d); // step
	mutex_unlock(&d->state_lock);
	return ret;
}

void connect_bad(struct device_state *d)
{
	mutex_lock(&handlers_lock); // step
	mutex_lock(&d->state_lock); // step
	mutex_unlock(&d->state_lock);
	mutex_unlock(&handlers_lock);
}
