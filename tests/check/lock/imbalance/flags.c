/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One function for three locks: flags say which of them, and how. */
#include "kernel.h"

#define IO_EXCL 1
#define IO_SHARED 2
#define MAP_EXCL 4
#define MAP_SHARED 8
#define NODE_EXCL 16
#define NODE_SHARED 32

struct file_node {
	struct rw_semaphore io, map, node;
	int size;
	bool direct;
};

int flush(struct file_node *f);

static void node_lock_ok(struct file_node *f, unsigned int flags)
{
	if (flags & IO_EXCL)
		down_write(&f->io);
	else if (flags & IO_SHARED)
		down_read(&f->io);
	if (flags & MAP_EXCL)
		down_write(&f->map);
	else if (flags & MAP_SHARED)
		down_read(&f->map);
	if (flags & NODE_EXCL)
		down_write(&f->node);
	else if (flags & NODE_SHARED)
		down_read(&f->node);
}

static void node_unlock_ok(struct file_node *f, unsigned int flags)
{
	if (flags & IO_EXCL)
		up_write(&f->io);
	else if (flags & IO_SHARED)
		up_read(&f->io);
	if (flags & MAP_EXCL)
		up_write(&f->map);
	else if (flags & MAP_SHARED)
		up_read(&f->map);
	if (flags & NODE_EXCL)
		up_write(&f->node);
	else if (flags & NODE_SHARED)
		up_read(&f->node);
}

int map_bad(struct file_node *f)
{
	int error;

	node_lock_ok(f, IO_EXCL); // step
	error = flush(f);
	if (error)
		return error; // finds lock/imbalance
	f->size++;
	node_unlock_ok(f, IO_EXCL);
	return 0;
}

int map_ok(struct file_node *f)
{
	unsigned int flags = IO_SHARED | MAP_SHARED;
	int error;

	if (f->direct)
		flags = IO_EXCL;
	node_lock_ok(f, flags);
	error = flush(f);
	node_unlock_ok(f, flags);
	return error;
}

int map_with_ok(struct file_node *f, unsigned int flags)
{
	int error;

	node_lock_ok(f, flags);
	error = flush(f);
	node_unlock_ok(f, flags);
	return error;
}

/* Nobody says that the error is negative, and here somebody knows that the lock is held then. */
static int start_ok(struct file_node *f)
{
	int error;

	down_read(&f->node);
	error = flush(f);
	if (error)
		return error;
	up_read(&f->node);
	return 0;
}

void restart_ok(struct file_node *f)
{
	if (start_ok(f)) {
		f->size = 0;
		up_read(&f->node);
	}
}

/* The way is chosen here, and told to the caller, as what to unlock with. */
static unsigned int node_lock_to_read_ok(struct file_node *f)
{
	unsigned int mode = NODE_SHARED;

	if (f->size < 0)
		mode = NODE_EXCL;
	node_lock_ok(f, mode);
	return mode;
}

int map_node_ok(struct file_node *f)
{
	unsigned int mode;
	int error;

	node_lock_ok(f, IO_EXCL);
	error = flush(f);
	if (error)
		goto out;
	mode = node_lock_to_read_ok(f); // wrongly deadlock/self: file_node->io is taken
	error = flush(f);
	if (!error && f->direct) {
		node_unlock_ok(f, mode);
		error = flush(f);
	} else {
		node_unlock_ok(f, mode);
	}
out:
	node_unlock_ok(f, IO_EXCL);
	return error;
}

/* What of it is locked, nobody sees here: so the release may well be of that. */
static int change_ok(struct file_node *f, unsigned int flags)
{
	int error;

	node_lock_ok(f, flags | NODE_EXCL);
	error = flush(f);
	up_write(&f->node);
	return error;
}

int change_twice_ok(struct file_node *f, unsigned int flags)
{
	down_write(&f->node);
	f->size++;
	up_write(&f->node);
	return change_ok(f, flags);
}
