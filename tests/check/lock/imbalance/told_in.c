/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A callee that may give the lock up says so where it was told to: *locked is 0 then. */
#include "kernel.h"

struct page;

struct mm_struct {
	struct rw_semaphore mmap_lock;
};

static inline void mmap_read_lock(struct mm_struct *mm)
{
	down_read(&mm->mmap_lock);
}

static inline void mmap_read_unlock(struct mm_struct *mm)
{
	up_read(&mm->mmap_lock);
}

long pin_user_pages_remote(struct mm_struct *mm, unsigned long start, unsigned long n,
			   unsigned int flags, struct page **pages, int *locked);

long copy_ok(struct mm_struct *mm, unsigned long start, unsigned long n, struct page **pages)
{
	long pinned = 0;

	while (n--) {
		int locked = 1;

		mmap_read_lock(mm);
		pinned += pin_user_pages_remote(mm, start, 1, 0, pages, &locked);
		if (locked)
			mmap_read_unlock(mm);
	}
	return pinned;
}

long populate_ok(struct mm_struct *mm, unsigned long start, unsigned long n, struct page **pages)
{
	int locked = 1;
	long pinned = 0;

	mmap_read_lock(mm);
	while (n--) {
		pinned = pin_user_pages_remote(mm, start, 1, 0, pages, &locked);
		if (!locked) {
			mmap_read_lock(mm);
			locked = 1;
		}
	}
	mmap_read_unlock(mm);
	return pinned;
}

/* Its callers hold the lock: it is taken again for them. */
static long populate_held(struct mm_struct *mm, unsigned long start, unsigned long n,
			  struct page **pages)
{
	int locked = 1;
	long pinned = 0;

	while (n--) {
		pinned = pin_user_pages_remote(mm, start, 1, 0, pages, &locked);
		if (!locked) {
			mmap_read_lock(mm);
			locked = 1;
		}
		if (pinned < 0)
			return pinned;
	}
	return pinned;
}

long advise_ok(struct mm_struct *mm, unsigned long start, struct page **pages)
{
	long pinned;

	mmap_read_lock(mm);
	pinned = populate_held(mm, start, 2, pages);
	mmap_read_unlock(mm);
	return pinned;
}

long given_nothing_ok(struct mm_struct *mm, unsigned long start, struct page **pages)
{
	long pinned;

	mmap_read_lock(mm);
	pinned = pin_user_pages_remote(mm, start, 1, 0, pages, NULL);
	mmap_read_unlock(mm);
	return pinned;
}

long not_asked_bad(struct mm_struct *mm, unsigned long start, struct page **pages)
{
	int locked = 1;
	long pinned;

	mmap_read_lock(mm);
	pinned = pin_user_pages_remote(mm, start, 1, 0, pages, &locked); // step
	mmap_read_unlock(mm); // finds lock/imbalance: mmap_lock is released a second time
	return pinned;
}

long kept_bad(struct mm_struct *mm, unsigned long start, struct page **pages)
{
	int locked = 1;
	long pinned;

	mmap_read_lock(mm); // step
	pinned = pin_user_pages_remote(mm, start, 1, 0, pages, &locked);
	if (pinned < 0)
		return pinned; // finds lock/imbalance: returns with mm->mmap_lock held
	if (locked)
		mmap_read_unlock(mm);
	return pinned;
}
