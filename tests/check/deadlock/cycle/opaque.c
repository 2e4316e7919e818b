/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What rules call opaque is not followed: messages, dying, reclaim below an allocation. What they
 * lock is another matter than what their callers lock. A function of any other name is followed.
 */
#include "kernel.h"

struct console_dev {
	struct mutex port, list;
};

void flush_messages(struct console_dev *d);
int vsnprintf(char *buffer, size_t size, const char *format, __builtin_va_list arguments);
void add_taint(unsigned int flag, int lockdep_ok);
void out_of_memory(struct console_dev *d);

struct console_dev *console;

void flush_messages(struct console_dev *d)
{
	mutex_lock(&d->port); // finds deadlock/cycle: port -> list -> port
	mutex_unlock(&d->port);
}

void list_bad(struct console_dev *d)
{
	mutex_lock(&d->list);
	flush_messages(d); // step
	mutex_unlock(&d->list);
}

void port_bad(struct console_dev *d)
{
	mutex_lock(&d->port);
	mutex_lock(&d->list); // step
	mutex_unlock(&d->list);
	mutex_unlock(&d->port);
}

struct other_dev {
	struct mutex port, list;
};

static struct other_dev other;

int vsnprintf(char *buffer, size_t size, const char *format, __builtin_va_list arguments)
{
	mutex_lock(&other.port);
	mutex_unlock(&other.port);
	return 0;
}

void add_taint(unsigned int flag, int lockdep_ok)
{
	mutex_lock(&other.port);
	mutex_unlock(&other.port);
}

void out_of_memory(struct console_dev *d)
{
	mutex_lock(&other.port);
	mutex_unlock(&other.port);
}

void messages_ok(char *buffer, __builtin_va_list arguments)
{
	mutex_lock(&other.list);
	vsnprintf(buffer, 2, "x", arguments);
	add_taint(1, 1);
	out_of_memory(console);
	mutex_unlock(&other.list);
}

/* Nothing behind it runs, and nobody sees the lock again. */
void panic_ok(void)
{
	mutex_lock(&other.list);
	panic("no way out of this");
}

void port_ok(void)
{
	mutex_lock(&other.port);
	mutex_lock(&other.list);
	mutex_unlock(&other.list);
	mutex_unlock(&other.port);
}
