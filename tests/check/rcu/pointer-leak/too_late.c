/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A lock that is taken when the section has ended keeps nothing that was found in it. */
#include "kernel.h"

struct request {
	int type;
};

struct radio {
	struct request __rcu *request;
	struct mutex lock;
	int channel;
};

void radio_set(struct radio *r, int channel);

int scan_bad(struct radio *r)
{
	struct request *request;

	rcu_read_lock();
	request = rcu_dereference(r->request); // step
	if (!request) {
		rcu_read_unlock();
		return 0;
	}
	rcu_read_unlock(); // step
	mutex_lock(&r->lock);
	radio_set(r, 1);
	mutex_unlock(&r->lock);
	return request->type; // finds rcu/pointer-leak [error, high]: request is used
}

/* Taken within the section, or before, it may be the updaters'. */
int scan_locked_ok(struct radio *r)
{
	struct request *request;
	int type;

	mutex_lock(&r->lock);
	rcu_read_lock();
	request = rcu_dereference(r->request);
	rcu_read_unlock();
	radio_set(r, 1);
	type = request->type;
	mutex_unlock(&r->lock);
	return type;
}

int scan_copied_ok(struct radio *r)
{
	struct request *request;
	int type;

	rcu_read_lock();
	request = rcu_dereference(r->request);
	type = request ? request->type : 0;
	rcu_read_unlock();
	mutex_lock(&r->lock);
	radio_set(r, type);
	mutex_unlock(&r->lock);
	return type;
}
