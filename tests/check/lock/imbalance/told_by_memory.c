/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a callee gives up the lock, memory tells, which another callee has set: a transaction
 * that counts as a writer, or does not.
 */
#include "kernel.h"

#define NO_WRITER 1

struct fs {
	struct rw_semaphore writers;
	int used;
};

struct transaction {
	struct fs *fs;
	unsigned int flags;
};

struct transaction *transaction_new(struct fs *fs);
int transaction_write(struct transaction *t);

static struct transaction *transaction_begin_ok(struct fs *fs)
{
	struct transaction *t;

	down_read(&fs->writers);
	t = transaction_new(fs);
	if (!t)
		up_read(&fs->writers);
	return t;
}

static void transaction_end_ok(struct transaction *t)
{
	if (!(t->flags & NO_WRITER))
		up_read(&t->fs->writers);
}

int change_ok(struct fs *fs)
{
	struct transaction *t = transaction_begin_ok(fs);
	int error;

	if (!t)
		return -ENOMEM;
	error = transaction_write(t);
	if (error) {
		fs->used = 0;
		transaction_end_ok(t);
		return error;
	}
	fs->used++;
	transaction_end_ok(t);
	return 0;
}

int change_bad(struct fs *fs)
{
	struct transaction *t;

	down_read(&fs->writers); // step
	t = transaction_new(fs);
	if (!t)
		return -ENOMEM; // finds lock/imbalance: returns with fs->writers held
	fs->used++;
	up_read(&fs->writers);
	return transaction_write(t);
}
