/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an allocation's flags do not allow, the task's scopes do not allow either: GFP_ATOMIC does
 * not reclaim, whatever current_gfp_context() makes of it.
 */
#include "kernel.h"

#define PF_MEMALLOC 0x800
#define PF_MEMALLOC_NOFS 0x40000
#define PF_MEMALLOC_NOIO 0x80000

struct task_flags {
	unsigned int flags;
};

extern struct task_flags *current_flags;

void __fs_reclaim_acquire(unsigned long ip);
void __fs_reclaim_release(unsigned long ip);

static inline gfp_t current_gfp_context(gfp_t flags)
{
	unsigned int pflags = READ_ONCE(current_flags->flags);

	if (pflags & (PF_MEMALLOC_NOIO | PF_MEMALLOC_NOFS)) {
		if (pflags & PF_MEMALLOC_NOIO)
			flags &= ~(__GFP_IO | __GFP_FS);
		else if (pflags & PF_MEMALLOC_NOFS)
			flags &= ~__GFP_FS;
	}
	return flags;
}

static bool need_reclaim(gfp_t flags)
{
	if (!(flags & __GFP_DIRECT_RECLAIM))
		return false;
	if (current_flags->flags & PF_MEMALLOC)
		return false;
	return true;
}

static void fs_reclaim_acquire(gfp_t flags)
{
	flags = current_gfp_context(flags);
	if (need_reclaim(flags)) {
		if (flags & __GFP_FS)
			__fs_reclaim_acquire(0); // finds deadlock/cycle: fs_reclaim -> map_lock -> fs_reclaim
	}
}

static void fs_reclaim_release(gfp_t flags)
{
	flags = current_gfp_context(flags);
	if (need_reclaim(flags)) {
		if (flags & __GFP_FS)
			__fs_reclaim_release(0);
	}
}

static void note_alloc(gfp_t flags)
{
	fs_reclaim_acquire(flags); // step
	fs_reclaim_release(flags);
}

static DEFINE_MUTEX(map_lock);
static DEFINE_MUTEX(tree_lock);

void map_shrink_bad(void)
{
	__fs_reclaim_acquire(0); // step
	mutex_lock(&map_lock); // step
	mutex_unlock(&map_lock);
	__fs_reclaim_release(0);
}

void map_fill_bad(void)
{
	mutex_lock(&map_lock); // step
	note_alloc(GFP_KERNEL); // step
	mutex_unlock(&map_lock);
}

void tree_shrink_ok(void)
{
	__fs_reclaim_acquire(0);
	mutex_lock(&tree_lock);
	mutex_unlock(&tree_lock);
	__fs_reclaim_release(0);
}

void tree_fill_ok(void)
{
	mutex_lock(&tree_lock);
	note_alloc(GFP_ATOMIC);
	mutex_unlock(&tree_lock);
}
