/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Seed 003, vhost: a spinlock around the map, which readers hold for as short. */
#include "kernel.h"

struct mmu_notifier_range {
	unsigned long start, end;
	unsigned int flags;
};

struct mmu_notifier;

struct mmu_notifier_ops {
	int (*invalidate_range_start)(struct mmu_notifier *mn,
				      const struct mmu_notifier_range *range);
};

struct mmu_notifier {
	const struct mmu_notifier_ops *ops;
};

struct vq {
	struct mmu_notifier mn;
	spinlock_t mmu_lock;
	void *map;
};

static int vq_range_start_ok(struct mmu_notifier *mn, const struct mmu_notifier_range *range)
{
	struct vq *vq = container_of(mn, struct vq, mn);
	void *map;

	spin_lock(&vq->mmu_lock);
	map = vq->map;
	vq->map = NULL;
	spin_unlock(&vq->mmu_lock);
	kfree(map);
	return 0;
}

const struct mmu_notifier_ops vq_mmu_ops = { .invalidate_range_start = vq_range_start_ok };
