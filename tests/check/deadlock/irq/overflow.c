/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A counter's overflow handler runs in the interrupt of the counter.
 *
 *   CPU0
 *   spin_lock(&samples.lock)    interrupts on
 *   <counter overflows>
 *     spin_lock(&samples.lock)  for ever
 */
#include "kernel.h"

struct file;
struct file_operations {
	ssize_t (*read)(struct file *file, char *buf, size_t n, loff_t *pos);
};

struct perf_event;
struct perf_event_attr;
struct perf_sample_data;
struct pt_regs;
struct task_struct;

typedef void (*perf_overflow_handler_t)(struct perf_event *event, struct perf_sample_data *data,
					struct pt_regs *regs);

struct perf_event *perf_event_create_kernel_counter(struct perf_event_attr *attr, int cpu,
						    struct task_struct *task,
						    perf_overflow_handler_t overflow,
						    void *context);

struct samples {
	spinlock_t lock;
	int n;
};

static struct samples samples;

static void overflow_bad(struct perf_event *event, struct perf_sample_data *data,
			 struct pt_regs *regs)
{
	spin_lock(&samples.lock); // step
	samples.n++;
	spin_unlock(&samples.lock);
}

static ssize_t samples_read_bad(struct file *file, char *buf, size_t n, loff_t *pos)
{
	spin_lock(&samples.lock); // finds deadlock/irq: samples.lock is taken with interrupts on
	n = samples.n;
	spin_unlock(&samples.lock);
	return n;
}

const struct file_operations samples_fops = { .read = samples_read_bad };

struct perf_event *samples_start(struct perf_event_attr *attr)
{
	return perf_event_create_kernel_counter(attr, 0, NULL, overflow_bad, NULL); // step
}

/* The twin switches interrupts off, and only tries in there, as it may be an NMI. */
struct safe_samples {
	spinlock_t lock;
	int n;
};

static struct safe_samples safe_samples;

static void overflow_ok(struct perf_event *event, struct perf_sample_data *data,
			struct pt_regs *regs)
{
	if (!spin_trylock(&safe_samples.lock))
		return;
	safe_samples.n++;
	spin_unlock(&safe_samples.lock);
}

static ssize_t safe_samples_read_ok(struct file *file, char *buf, size_t n, loff_t *pos)
{
	unsigned long flags;

	spin_lock_irqsave(&safe_samples.lock, flags);
	n = safe_samples.n;
	spin_unlock_irqrestore(&safe_samples.lock, flags);
	return n;
}

const struct file_operations safe_samples_fops = { .read = safe_samples_read_ok };

struct perf_event *safe_samples_start(struct perf_event_attr *attr)
{
	return perf_event_create_kernel_counter(attr, 0, NULL, overflow_ok, NULL);
}
