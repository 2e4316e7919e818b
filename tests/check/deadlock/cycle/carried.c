/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who is handed a transaction has current->journal_info set, and joins that one: a note. Who is not
 * handed one begins it, and waits for whatever the commit takes.
 */
#include "kernel.h"

struct task_struct {
	void *journal_info;
};

struct task_struct *get_current(void);
#define current get_current()

struct btrfs_trans_handle {
	int transid;
};

struct fs {
	struct mutex commit, tree;
	int running;
};

static inline void fs_start_ok(struct fs *fs)
{
	if (current->journal_info)
		return;
	mutex_lock(&fs->commit); // wrongly deadlock/cycle [note]: tree -> commit -> tree
	fs->running++;
	mutex_unlock(&fs->commit);
}

static void fs_alloc(struct fs *fs)
{
	void *trans = current->journal_info;

	if (!trans)
		fs_start_ok(fs);
}

void fs_cow(struct btrfs_trans_handle *trans, struct fs *fs)
{
	if (trans->transid == fs->running)
		return;
	mutex_lock(&fs->tree); // step
	fs_alloc(fs);	       // step
	mutex_unlock(&fs->tree);
}

void fs_commit(struct fs *fs)
{
	mutex_lock(&fs->commit); // step
	mutex_lock(&fs->tree);	 // step
	mutex_unlock(&fs->tree);
	mutex_unlock(&fs->commit);
}

struct log {
	struct mutex commit, tree;
	int running;
};

static inline void log_start_bad(struct log *log)
{
	if (current->journal_info)
		return;
	mutex_lock(&log->commit); // finds deadlock/cycle [error, high]: tree -> commit -> tree
	log->running++;
	mutex_unlock(&log->commit);
}

static void log_alloc(struct log *log)
{
	void *trans = current->journal_info;

	if (!trans)
		log_start_bad(log);
}

void log_cow(struct log *log)
{
	if (!log->running)
		return;
	mutex_lock(&log->tree); // step
	log_alloc(log);		// step
	mutex_unlock(&log->tree);
}

void log_commit(struct log *log)
{
	mutex_lock(&log->commit); // step
	mutex_lock(&log->tree);	  // step
	mutex_unlock(&log->tree);
	mutex_unlock(&log->commit);
}
