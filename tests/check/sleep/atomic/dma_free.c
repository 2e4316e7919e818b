/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dma_free_coherent() may call vunmap(), which sleeps: not everywhere, so that it is a warning. */
#include "kernel.h"

struct device;
typedef unsigned long dma_addr_t;

void dma_free_attrs(struct device *dev, size_t size, void *cpu_addr, dma_addr_t dma_handle,
		    unsigned long attrs);

static inline void dma_free_coherent(struct device *dev, size_t size, void *cpu_addr,
				     dma_addr_t dma_handle)
{
	dma_free_attrs(dev, size, cpu_addr, dma_handle, 0);
}

struct ring {
	spinlock_t lock;
	struct device *dev;
	void *memory;
	dma_addr_t handle;
};

void ring_free_bad(struct ring *r)
{
	spin_lock_bh(&r->lock); // step
	dma_free_coherent(r->dev, 4096, r->memory, r->handle); // finds sleep/atomic [warning, medium]: dma_free_coherent() may sleep while
	r->memory = NULL;
	spin_unlock_bh(&r->lock);
}

void ring_free_ok(struct ring *r)
{
	void *memory;

	spin_lock_bh(&r->lock);
	memory = r->memory;
	r->memory = NULL;
	spin_unlock_bh(&r->lock);
	dma_free_coherent(r->dev, 4096, memory, r->handle);
}
