/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Seed 003, vhost: an MMU notifier waits for RCU readers, and memory reclaim for the notifier. */
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

static void vq_invalidate(struct vq *vq)
{
	void *map;

	spin_lock(&vq->mmu_lock);
	map = vq->map;
	rcu_assign_pointer(vq->map, NULL);
	spin_unlock(&vq->mmu_lock);
	synchronize_rcu(); // step
	kfree(map);
}

static int vq_range_start_bad(struct mmu_notifier *mn, const struct mmu_notifier_range *range)
{
	struct vq *vq = container_of(mn, struct vq, mn);

	vq_invalidate(vq); // finds rcu/gp-wait-context [error, high]: synchronize_rcu() is waited for in vq_range_start_bad(), a notifier that the memory management waits for
	return 0;
}

const struct mmu_notifier_ops vq_mmu_ops = { .invalidate_range_start = vq_range_start_bad };

struct queue {
	struct mmu_notifier mn;
	spinlock_t mmu_lock;
	void *map;
};

/* It asks whether it may. */
static int queue_range_start_ok(struct mmu_notifier *mn, const struct mmu_notifier_range *range)
{
	if (!(range->flags & 1))
		return -EAGAIN;
	synchronize_rcu();
	return 0;
}

const struct mmu_notifier_ops queue_mmu_ops = { .invalidate_range_start = queue_range_start_ok };
