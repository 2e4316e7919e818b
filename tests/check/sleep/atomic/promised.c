/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What may sleep by what it promises, though its body is not in sight: rules tell. Flags that are
 * counted from the last argument: before them stands what the configuration says.
 */
#include "kernel.h"

struct cdev;

int cdev_add(struct cdev *cdev, unsigned int first, unsigned int count);
void *vmalloc_noprof(unsigned long size);
void *__kvmalloc_node_noprof(unsigned long size, void *bucket, gfp_t flags, int node);
void *krealloc_node_align_noprof(const void *p, unsigned long size, unsigned long align,
				 gfp_t flags, int node);

struct ring {
	spinlock_t lock;
	void *slots;
};

void ring_new_bad(struct ring *r)
{
	spin_lock(&r->lock);
	r->slots = vmalloc_noprof(4096); // finds sleep/atomic [error, high]
	spin_unlock(&r->lock);
}

void ring_new_ok(struct ring *r)
{
	void *slots = vmalloc_noprof(4096);

	spin_lock(&r->lock);
	r->slots = slots;
	spin_unlock(&r->lock);
}

int ring_show_bad(struct ring *r, struct cdev *cdev)
{
	int err;

	spin_lock(&r->lock);
	err = cdev_add(cdev, 0, 1); // finds sleep/atomic
	spin_unlock(&r->lock);
	return err;
}

void ring_grow_bad(struct ring *r)
{
	void **p = &r->slots;

	spin_lock(&r->lock);
	*p = __kvmalloc_node_noprof(8192, NULL, GFP_KERNEL, -1); // finds sleep/atomic: GFP_KERNEL
	spin_unlock(&r->lock);
}

void ring_grow_ok(struct ring *r)
{
	spin_lock(&r->lock);
	r->slots = __kvmalloc_node_noprof(8192, NULL, GFP_ATOMIC, -1);
	spin_unlock(&r->lock);
}

void ring_resize_bad(struct ring *r)
{
	void **p = &r->slots;

	spin_lock(&r->lock);
	*p = krealloc_node_align_noprof(*p, 8192, 8, GFP_KERNEL, 0); // finds sleep/atomic
	spin_unlock(&r->lock);
}
