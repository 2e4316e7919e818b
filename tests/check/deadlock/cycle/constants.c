/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A callee that takes the lock for one kind of work only: the constant passed decides.
 *
 *   CPU0                        CPU1
 *   reopen_adapter_bad()        scan_bad()
 *     lock(host)                  lock(ports)
 *     enqueue(REOPEN_ADAPTER)     lock(host)
 *       handle()
 *         lock(ports)
 */
#include "kernel.h"

enum work { REOPEN_LUN = 1, REOPEN_PORT, REOPEN_ADAPTER };

struct adapter {
	struct mutex host;
	struct mutex ports;
	int status;
};

static int handle(enum work want, struct adapter *a)
{
	switch (want) {
	case REOPEN_LUN:
	case REOPEN_PORT:
		a->status = 1;
		break;
	case REOPEN_ADAPTER:
		mutex_lock(&a->ports); // finds deadlock/cycle: host -> ports -> host
		a->status = 0;
		mutex_unlock(&a->ports);
		break;
	}
	return a->status;
}

static void enqueue(enum work want, struct adapter *a)
{
	if (handle(want, a)) // step
		a->status++;
}

void reopen_adapter_bad(struct adapter *a)
{
	mutex_lock(&a->host); // step
	enqueue(REOPEN_ADAPTER, a); // step
	mutex_unlock(&a->host);
}

void scan_bad(struct adapter *a)
{
	mutex_lock(&a->ports); // step
	mutex_lock(&a->host); // step
	mutex_unlock(&a->host);
	mutex_unlock(&a->ports);
}

/* The same, but nobody asks for the whole adapter with the host locked. */
struct unit {
	struct mutex unit_host;
	struct mutex unit_ports;
	int status;
};

static int handle_unit_ok(enum work want, struct unit *u)
{
	switch (want) {
	case REOPEN_LUN:
	case REOPEN_PORT:
		u->status = 1;
		break;
	case REOPEN_ADAPTER:
		mutex_lock(&u->unit_ports);
		u->status = 0;
		mutex_unlock(&u->unit_ports);
		break;
	}
	return u->status;
}

static void enqueue_unit_ok(enum work want, struct unit *u)
{
	if (handle_unit_ok(want, u))
		u->status++;
}

void reopen_lun_ok(struct unit *u)
{
	mutex_lock(&u->unit_host);
	enqueue_unit_ok(REOPEN_LUN, u);
	mutex_unlock(&u->unit_host);
}

void scan_units_ok(struct unit *u)
{
	mutex_lock(&u->unit_ports);
	mutex_lock(&u->unit_host);
	mutex_unlock(&u->unit_host);
	mutex_unlock(&u->unit_ports);
}
