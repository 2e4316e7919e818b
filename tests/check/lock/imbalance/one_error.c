/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a signal interrupts returns -EINTR and nothing else, ww_mutex_lock() without a context 0; so
 * who asks for that has asked for all.
 */
#include "kernel.h"

struct dir {
	struct rw_semaphore lock;
	int n;
};

int dir_create_ok(struct dir *d)
{
	int error = down_write_killable(&d->lock);

	if (error == -EINTR)
		return error;
	d->n++;
	up_write(&d->lock);
	return 0;
}

struct file {
	struct rw_semaphore lock;
	int n;
};

int file_create_bad(struct file *f)
{
	int error = down_write_killable(&f->lock);

	if (error == -EAGAIN)
		return error;
	f->n++;
	up_write(&f->lock); // finds lock/imbalance: lock is released on a path on which it is not held
	return 0;
}

struct resv {
	struct ww_mutex lock;
	int n;
};

int resv_wait(struct resv *r);

int resv_add_ok(struct resv *r)
{
	int error;

	ww_mutex_lock(&r->lock, NULL);
	r->n++;
	ww_mutex_unlock(&r->lock);
	error = ww_mutex_lock(&r->lock, NULL);
	r->n = resv_wait(r);
	ww_mutex_unlock(&r->lock);
	return error;
}
