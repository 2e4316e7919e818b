/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each level of writers has a name, and each type of file system its own keys for them: what one
 * file system does meets another one's in no object. A warning, where one of a kind is an error.
 */
#include "kernel.h"

enum { WRITE, PAGEFAULT, LEVELS };

struct fs_type {
	struct lock_class_key writers_key[LEVELS];
};

struct super_block {
	struct percpu_rw_semaphore writers[LEVELS];
	struct fs_type *type;
};

struct quota {
	struct mutex lock;
	struct super_block *sb;
};

static const char *writers_name[LEVELS] = { "sb_write", "sb_pagefault" };

int super_init(struct super_block *sb, struct fs_type *type)
{
	for (int i = 0; i < LEVELS; i++)
		if (__percpu_init_rwsem(&sb->writers[i], writers_name[i], &type->writers_key[i]))
			return -ENOMEM;
	return 0;
}

void quota_release_bad(struct quota *q)
{
	mutex_lock(&q->lock); // step
	percpu_down_read(&q->sb->writers[PAGEFAULT]); // finds deadlock/cycle [warning, medium]: in both orders
	percpu_up_read(&q->sb->writers[PAGEFAULT]);
	mutex_unlock(&q->lock);
}

void quota_freeze_bad(struct quota *q)
{
	percpu_down_write(&q->sb->writers[PAGEFAULT]); // step
	mutex_lock(&q->lock); // step
	mutex_unlock(&q->lock);
	percpu_up_write(&q->sb->writers[PAGEFAULT]);
}

struct one_block {
	struct percpu_rw_semaphore writers[LEVELS];
};

struct one_quota {
	struct mutex lock;
	struct one_block *sb;
};

static struct lock_class_key one_key[LEVELS];

int one_init(struct one_block *sb)
{
	for (int i = 0; i < LEVELS; i++)
		if (__percpu_init_rwsem(&sb->writers[i], writers_name[i], &one_key[i]))
			return -ENOMEM;
	return 0;
}

void one_release_bad(struct one_quota *q)
{
	mutex_lock(&q->lock); // step
	percpu_down_read(&q->sb->writers[PAGEFAULT]); // finds deadlock/cycle [error, high]: in both orders
	percpu_up_read(&q->sb->writers[PAGEFAULT]);
	mutex_unlock(&q->lock);
}

void one_freeze_bad(struct one_quota *q)
{
	percpu_down_write(&q->sb->writers[PAGEFAULT]); // step
	mutex_lock(&q->lock); // step
	mutex_unlock(&q->lock);
	percpu_up_write(&q->sb->writers[PAGEFAULT]);
}
